import { ORACLES } from "./bypasses/oracles.ts";
import { QUERIES } from "./bypasses/queries.ts";
import { SERVER } from "./bypasses/server.ts";
import { STORED } from "./bypasses/stored.ts";

/** One way of trying. An attempt may be several statements, which run one after the other in one session. */
export interface BypassClass {
  readonly name: string;
  readonly attempts: readonly string[];
  /** They need a database of their own where writing is allowed. */
  readonly writes?: boolean;
}

export const BYPASSES: readonly BypassClass[] = [...QUERIES, ...SERVER, ...STORED, ...ORACLES];
