import type { AuditRecord, IntentBody } from "../../protocol/audit/record.ts";
import { type Sha256, sha256 } from "../../protocol/ids.ts";
import { LEVELS } from "../../protocol/label.ts";
import type { Asker } from "../search/database.ts";
import { intentSeq, intentsOf, placeKey, recordOf, type StretchRow, stretchOf } from "../search/stretch.ts";
import type { StreamFilter } from "./settings.ts";

/** A record that goes out. */
export interface Streamed {
  /** Place in the log. */
  readonly index: number;
  readonly chain: Sha256;
  readonly device: string;
  readonly hash: Sha256;
  readonly receivedAt: number;
  readonly record: AuditRecord;
  /** Of an outcome: the statement it belongs to; null where that is not here. */
  readonly intent: { readonly record: AuditRecord; readonly hash: Sha256; readonly body: IntentBody } | null;
}

export interface StreamedStretch {
  readonly records: readonly Streamed[];
  /** Place of the log to go on from. */
  readonly next: number;
}

/** What of a stretch of the log goes out. Records whose text was dropped say nothing any more. */
export async function streamedStretch(
  asker: Asker,
  filter: StreamFilter,
  wanted: { readonly from: number; readonly to: number; readonly characters: number },
): Promise<StreamedStretch> {
  const rows = await stretchOf(asker, wanted);
  const intents = await intentsOf(asker, rows);
  const records = rows.flatMap((row) => streamed(row, intents) ?? []).filter((one) => passes(one, filter));
  return { records, next: (rows.at(-1)?.leaf_index ?? wanted.from - 1) + 1 };
}

function streamed(row: StretchRow, intents: ReadonlyMap<string, StretchRow>): Streamed | null {
  const record = recordOf(row);
  if (record === null) return null;
  const seq = intentSeq(row);
  const asked = seq === null ? undefined : intents.get(placeKey({ device: row.device, seq }));
  const intent = asked === undefined ? null : recordOf(asked);
  return {
    index: row.leaf_index,
    chain: sha256(row.chain),
    device: row.device_name,
    hash: hashOf(row),
    receivedAt: row.received_at,
    record,
    intent:
      asked === undefined || intent === null || intent.body.kind !== "intent"
        ? null
        : { record: intent, hash: hashOf(asked), body: intent.body },
  };
}

const hashOf = ({ hash }: StretchRow): Sha256 => sha256(hash.toString("hex"));

function passes({ record, intent }: Streamed, { blocked, environments, level }: StreamFilter): boolean {
  const body = intent?.body ?? record.body;
  if (blocked === true && record.body.kind !== "refused") return false;
  if (
    environments !== undefined &&
    !("connection" in body && environments.includes(body.connection.environment))
  )
    return false;
  if (level === undefined) return true;
  const least = LEVELS.indexOf(level);
  return "labels" in body && body.labels.some((label) => rank(label.level) >= least);
}

/** A level nobody knows counts as the highest. */
function rank(level: string): number {
  const known = LEVELS.find((one) => one === level);
  return known === undefined ? LEVELS.length : LEVELS.indexOf(known);
}
