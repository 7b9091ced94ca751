import type { OutcomeBody } from "../../protocol/audit/record.ts";
import { LATE_MS } from "../store/searchFields.ts";
import { type Asker, type Value, Values } from "./database.ts";
import { dayOf, type HowSeen, ModelCounts, type OpenSeen, type StatementPlace } from "./modelCounts.ts";
import { placeKey, recordOf, type StretchRow } from "./stretch.ts";
import { upsert } from "./writeCounts.ts";

/** How far what models were shown is counted. */
export interface ModelState {
  /** Records that were looked at. */
  readonly counted: number;
  /** Statements of AI agents among them whose texts were gone, and the latest time of one. */
  readonly missed: number;
  readonly missed_to: number | null;
}

/** Null before anything was counted. */
export async function modelState(asker: Asker): Promise<ModelState | null> {
  const [state] = await asker.all<ModelState>(
    "SELECT counted, missed, missed_to FROM model_state WHERE id = 1",
  );
  return state ?? null;
}

/** Counts what models were shown in the stretch that follows on what was counted; `counted` is where it ends. */
export async function countModels(
  asker: Asker,
  rows: readonly StretchRow[],
  before: ModelState | null,
  counted: number,
): Promise<void> {
  const told = rows.flatMap((row) => {
    const body = row.kind === "intent" || row.kind === "outcome" ? recordOf(row)?.body : undefined;
    return body === undefined ? [] : [{ row, body }];
  });
  const here = new Set(rows.filter(({ kind }) => kind === "intent").map(placeKey));
  const outcomes = told.flatMap(({ row: { device }, body }) => {
    if (body.kind !== "outcome" || !Number.isSafeInteger(body.intent)) return [];
    return here.has(placeKey({ device, seq: body.intent })) ? [] : [{ device, body }];
  });
  const counts = new ModelCounts(await openOf(asker, outcomes));
  for (const { row, body } of told) {
    if (body.kind === "intent") counts.asked(placeOf(row), body);
    else if (body.kind === "outcome") counts.came(row.device, body);
  }
  await write(asker, counts);
  const missed = await missedIn(asker, rows);
  const state = {
    missed: (before?.missed ?? 0) + missed.count,
    to: Math.max(before?.missed_to ?? 0, missed.to ?? 0) || null,
  };
  await asker.all(
    `INSERT INTO model_state (id, counted, missed, missed_to) VALUES (1, $1, $2, $3)
     ON CONFLICT (id) DO UPDATE SET counted = excluded.counted, missed = excluded.missed, missed_to = excluded.missed_to`,
    [counted, state.missed, state.to],
  );
}

/** A record that came late stands where it came, as in searches. */
const placeOf = ({ device, seq, leaf_index, at, received_at }: StretchRow): StatementPlace => ({
  ...{ device, seq, leaf: leaf_index },
  at: received_at - at > LATE_MS ? received_at : at,
});

interface OpenRow {
  readonly device: number;
  readonly seq: number;
  readonly model: string;
  readonly info_type: string;
  readonly level: string;
  readonly environment: string;
  readonly how: HowSeen;
  readonly at: number;
  readonly leaf_index: number;
  readonly columns: string;
}

/** What the statements of these outcomes touch, where they were still open. */
async function openOf(
  asker: Asker,
  outcomes: readonly { readonly device: number; readonly body: OutcomeBody }[],
): Promise<readonly OpenSeen[]> {
  if (outcomes.length === 0) return [];
  const values = new Values();
  const wanted = outcomes.map(({ device, body }) => pair(values, device, body.intent)).join(", ");
  const rows = await asker.all<OpenRow>(
    `SELECT o.device, o.seq, o.model, o.info_type, o.level, o.environment, o.how, o.at, o.leaf_index, o.columns
     FROM model_open o WHERE (o.device, o.seq) IN (VALUES ${wanted})`,
    values.list,
  );
  return rows.map(({ info_type, leaf_index, columns, ...one }) => ({
    ...one,
    infoType: info_type,
    leaf: leaf_index,
    columns: JSON.parse(columns),
  }));
}

async function write(asker: Asker, counts: ModelCounts): Promise<void> {
  for (const key of counts.ended) {
    const [device = "", seq = ""] = key.split(" ");
    await asker.all("DELETE FROM model_open WHERE device = $1 AND seq = $2", [Number(device), Number(seq)]);
  }
  await upsert(
    asker,
    `INSERT INTO model_seen AS o (model, info_type, level, environment, how, day, statements, handed_out,
       first_at, first_leaf, last_at, last_leaf) VALUES`,
    `ON CONFLICT (model, info_type, level, environment, how, day) DO UPDATE SET
       statements = o.statements + excluded.statements, handed_out = o.handed_out + excluded.handed_out,
       first_leaf = CASE WHEN excluded.first_at < o.first_at THEN excluded.first_leaf ELSE o.first_leaf END,
       first_at = CASE WHEN excluded.first_at < o.first_at THEN excluded.first_at ELSE o.first_at END,
       last_leaf = CASE WHEN excluded.last_at >= o.last_at THEN excluded.last_leaf ELSE o.last_leaf END,
       last_at = CASE WHEN excluded.last_at >= o.last_at THEN excluded.last_at ELSE o.last_at END`,
    [...counts.seen.values()].map((of) => [
      ...[of.model, of.infoType, of.level, of.environment, of.how, of.day, of.statements, of.rows],
      ...[of.first.at, of.first.leaf, of.last.at, of.last.leaf],
    ]),
  );
  await upsert(
    asker,
    "INSERT INTO model_columns (model, info_type, level, environment, column_name, mask, day) VALUES",
    "ON CONFLICT (model, info_type, level, environment, column_name, mask, day) DO NOTHING",
    [...counts.columns.values()],
  );
  await upsert(
    asker,
    `INSERT INTO model_open (device, seq, model, info_type, level, environment, how, day, at, leaf_index, columns) VALUES`,
    "ON CONFLICT (device, seq, info_type, level, how) DO NOTHING",
    counts.opened.map((of): readonly Value[] => [
      ...[of.device, of.seq, of.model, of.infoType, of.level, of.environment, of.how],
      ...[dayOf(of.at), of.at, of.leaf, JSON.stringify(of.columns)],
    ]),
  );
}

/** Statements of AI agents in a stretch whose texts are gone, so that nobody can say what they showed. */
async function missedIn(
  asker: Asker,
  rows: readonly StretchRow[],
): Promise<{ readonly count: number; readonly to: number | null }> {
  const gone = rows.filter(({ kind, canonical }) => kind === "intent" && canonical === null);
  const [first, last] = [gone[0], gone.at(-1)];
  if (first === undefined || last === undefined) return { count: 0, to: null };
  const [row] = await asker.all<{ count: number; upto: number | null }>(
    `SELECT count(*) AS count, max(r.at) AS upto FROM records r WHERE r.leaf_index >= $1 AND r.leaf_index <= $2
     AND r.kind = 'intent' AND r.canonical IS NULL AND r.actor LIKE 'ai_agent for %'`,
    [first.leaf_index, last.leaf_index],
  );
  return { count: row?.count ?? 0, to: row?.upto ?? null };
}

const pair = (values: Values, ...both: readonly number[]): string =>
  `(${both.map((value) => `CAST(${values.add(value)} AS bigint)`).join(", ")})`;
