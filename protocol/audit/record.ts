import type { Sha256 } from "../ids.ts";

/** Points at one record: enough for an auditor to find it and to prove it is the one meant. */
export interface RecordRef {
  readonly seq: number;
  readonly hash: Sha256;
}
