import type { BypassClass } from "../bypasses.ts";
import { ORACLES } from "./bypasses/oracles.ts";
import { QUERIES } from "./bypasses/queries.ts";
import { SERVER } from "./bypasses/server.ts";
import { SESSION } from "./bypasses/session.ts";
import { STORED } from "./bypasses/stored.ts";
import { TEMPORARY } from "./bypasses/temporary.ts";

/** Attempts to see a value. */
export const BYPASSES: readonly BypassClass[] = [
  ...QUERIES,
  ...SESSION,
  ...TEMPORARY,
  ...SERVER,
  ...STORED,
  ...ORACLES,
];

/** Those that ask yes or no, whose last statement may not run at all. */
export { ORACLES };
