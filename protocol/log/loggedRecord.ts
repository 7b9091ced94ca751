import type { Sha256 } from "../ids.ts";

/** A record as a log or a ledger holds it. */
export interface LoggedRecord {
  readonly seq: number;
  /** Null where the text was dropped. */
  readonly canonical: string | null;
  readonly hash: Sha256;
  readonly signature: string;
  /** Its leaf's place; null where no log has it. */
  readonly index: number | null;
}
