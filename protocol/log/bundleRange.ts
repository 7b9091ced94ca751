import { parseRecord } from "../audit/chain.ts";
import type { LoggedRecord } from "./loggedRecord.ts";

/** Times of records, both included; null for no bound. */
export interface TimeRange {
  readonly from: string | null;
  readonly to: string | null;
}

export interface RangedRecord {
  readonly kind: "key" | "drop" | "record";
  readonly record: LoggedRecord;
}

/**
 * A chain's records of a range, with what makes them verifiable: what was said of its keys before, and on both sides the
 * neighbour that is out of the range, which shows that nothing of the range was left out.
 */
export async function* recordsOfRange(
  records: AsyncIterable<LoggedRecord>,
  { from, to }: TimeRange,
): AsyncGenerator<RangedRecord> {
  const keys: RangedRecord[] = [];
  /** The newest record before the range whose time is known, and those after it whose text is gone. */
  let before: LoggedRecord[] = [];
  let begun = from === null;
  for await (const record of records) {
    const read = record.canonical === null ? null : parseRecord(record.canonical);
    if (!begun && from !== null) {
      if (read === null) before.push(record);
      else if (read.at < from) {
        for (const passed of before) if (saysOfKeys(passed)) keys.push({ kind: "key", record: passed });
        before = [record];
      } else {
        begun = true;
        yield* beginning(keys, before);
      }
    }
    if (!begun) continue;
    yield { kind: "record", record };
    if (to !== null && read !== null && read.at > to) return;
  }
  if (!begun) yield* beginning(keys, before);
}

/** Records of a collector's own chain that others need: what it says of its keys and of texts that were dropped. */
export async function* recordsOfEvidence(records: AsyncIterable<LoggedRecord>): AsyncGenerator<RangedRecord> {
  for await (const record of records) yield { kind: saysOfKeys(record) ? "key" : "drop", record };
}

function* beginning(keys: readonly RangedRecord[], before: readonly LoggedRecord[]): Generator<RangedRecord> {
  if (before[0]?.seq !== 1) yield* keys;
  for (const record of before) yield { kind: "record", record };
}

function saysOfKeys({ canonical }: LoggedRecord): boolean {
  const kind = canonical === null ? null : parseRecord(canonical)?.body.kind;
  return kind === "key_introduced" || kind === "key_revoked";
}
