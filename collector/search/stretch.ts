import type { AuditRecord } from "../../protocol/audit/record.ts";
import { type Asker, Values } from "./database.ts";
import { storedRecord } from "./recordRow.ts";

/** A record as it stands in the log, with its device. */
export interface StretchRow {
  readonly leaf_index: number;
  readonly device: number;
  readonly chain: string;
  readonly device_name: string;
  /** Null for the collector's own chains. */
  readonly issuer: string | null;
  readonly seq: number;
  readonly hash: Buffer;
  readonly signature: Buffer;
  readonly kind: string;
  /** The device's time and the collector's, in milliseconds. */
  readonly at: number;
  readonly received_at: number;
  /** Null where the text was dropped. */
  readonly canonical: string | null;
}

const COLUMNS = `r.leaf_index, r.device, d.chain, d.name AS device_name, d.issuer, r.seq, r.hash, r.signature, r.kind,
  coalesce(r.said_at, r.at) AS at, r.received_at, r.canonical`;

/** Records of the log between two places, `to` excluded, in order: as many as go into so many characters, one at least. */
export async function stretchOf(
  asker: Asker,
  { from, to, characters }: { readonly from: number; readonly to: number; readonly characters: number },
): Promise<readonly StretchRow[]> {
  return asker.all<StretchRow>(
    `SELECT * FROM (
       SELECT ${COLUMNS},
         sum(coalesce(length(r.canonical), 0)) OVER (ORDER BY r.leaf_index) - coalesce(length(r.canonical), 0) AS before
       FROM records r JOIN devices d ON d.id = r.device WHERE r.leaf_index >= $1 AND r.leaf_index < $2
     ) AS stretch WHERE before < $3 ORDER BY leaf_index`,
    [from, to, characters],
  );
}

export const placeKey = ({ device, seq }: { readonly device: number; readonly seq: number }): string =>
  `${device} ${seq}`;

/** The intents that outcomes of a stretch belong to, by `placeKey`; most stand in the stretch itself. */
export async function intentsOf(
  asker: Asker,
  rows: readonly StretchRow[],
): Promise<ReadonlyMap<string, StretchRow>> {
  const intents = new Map<string, StretchRow>();
  for (const row of rows) if (row.kind === "intent") intents.set(placeKey(row), row);
  const missing = new Map<string, readonly [number, number]>();
  for (const row of rows) {
    const seq = intentSeq(row);
    if (seq === null) continue;
    const key = placeKey({ device: row.device, seq });
    if (!intents.has(key)) missing.set(key, [row.device, seq]);
  }
  if (missing.size === 0) return intents;
  const values = new Values();
  const wanted = [...missing.values()]
    .map((pair) => `(${pair.map((value) => `CAST(${values.add(value)} AS bigint)`).join(", ")})`)
    .join(", ");
  const found = await asker.all<StretchRow>(
    `SELECT ${COLUMNS} FROM records r JOIN devices d ON d.id = r.device
     WHERE (r.device, r.seq) IN (VALUES ${wanted}) AND r.kind = 'intent'`,
    values.list,
  );
  for (const row of found) intents.set(placeKey(row), row);
  return intents;
}

/** The number of the intent that an outcome names; null for other records, and where the text is gone. */
export function intentSeq(row: Pick<StretchRow, "kind" | "canonical">): number | null {
  if (row.kind !== "outcome" || row.canonical === null) return null;
  const { body } = storedRecord(row.canonical);
  return body.kind === "outcome" && Number.isSafeInteger(body.intent) ? body.intent : null;
}

/** What the row's text says; null where it is gone. */
export const recordOf = ({ canonical }: Pick<StretchRow, "canonical">): AuditRecord | null =>
  canonical === null ? null : storedRecord(canonical);
