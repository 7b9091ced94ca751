import type { RecordBody } from "../../protocol/audit/record.ts";

/** A record as it is being written, for whatever is kept beside the records. */
export interface WrittenRecord {
  readonly seq: number;
  readonly at: Date;
  /** Of the process that writes it. */
  readonly origin: "editor" | "cli";
  readonly body: RecordBody;
}
