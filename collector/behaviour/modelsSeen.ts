import { type Exposure, ROWS_OF_UNKNOWN } from "../../protocol/behaviour/modelExposure.ts";
import type { FilteredByModel, ModelsSeen, SeenByModel } from "../../protocol/collector/behaviour.ts";
import type { Collector } from "../collector.ts";
import { Values } from "../search/database.ts";
import { countedModelName, dayOf } from "../search/modelCounts.ts";
import { columnsSeen, type SeenLine } from "./columnsSeen.ts";
import { type ModelQuestion, whereOf } from "./modelQuestion.ts";

/** Lines of an answer; more is a device that makes names up. */
const MOST_LINES = 2_000;
/** Records that are read at once. */
const PAGE = 400;

type Parts = Pick<Collector, "search" | "counting">;

interface SeenRow {
  readonly model: string;
  readonly info_type: string;
  readonly level: string;
  readonly environment: string;
  readonly kind: "seen" | "filtered";
  readonly statements: number;
  readonly shown_rows: number;
  readonly masked_rows: number;
  readonly first_leaf: number;
  readonly last_leaf: number;
}

/**
 * What each model has been shown, by label and never by value, with the first and the last record that say so: of the whole
 * log, as it was counted while the texts were there. A period is asked by whole days.
 */
export async function modelsSeen({ search, counting }: Parts, asked: ModelQuestion): Promise<ModelsSeen> {
  const { counted, size, missed, missed_to } = await counting.modelsUpTo();
  const rows = await linesOf(search, asked);
  const lines = rows.slice(0, MOST_LINES);
  const shown = lines.filter(({ kind }) => kind === "seen");
  const columns = await columnsSeen(search, asked, shown.map(labelOf));
  const records = await recordsAt(search, lines);
  const record = (leaf: number): Exposure["first"] =>
    records.get(leaf) ?? { chain: null, seq: 0, hash: "", at: "", leaf };
  const ends = ({ first_leaf, last_leaf }: SeenRow) => ({
    first: record(first_leaf),
    last: record(last_leaf),
  });
  return {
    exposures: shown.map(
      (row, position): SeenByModel => ({
        ...labelOf(row),
        ...(columns[position] ?? { columns: [], masks: [], moreColumns: 0 }),
        shownRows: row.shown_rows,
        maskedRows: row.masked_rows,
        statements: row.statements,
        ...ends(row),
      }),
    ),
    filtered: lines
      .filter(({ kind }) => kind === "filtered")
      .map((row): FilteredByModel => ({ ...labelOf(row), statements: row.statements, ...ends(row) })),
    complete: rows.length <= MOST_LINES,
    missed,
    since: missed_to === null ? null : new Date(missed_to).toISOString(),
    upTo: { counted, size },
  };
}

/** Rows in which models saw these kinds of data, all kinds where none is named; `whole` where none is missing. */
export async function rowsSeen(
  { search, counting }: Parts,
  { from, to }: { readonly from: number; readonly to: number },
  infoTypes: readonly string[],
  how: "shownRows" | "maskedRows",
): Promise<{ readonly rows: number; readonly whole: boolean }> {
  const { counted, size, missed_to } = await counting.modelsUpTo();
  const values = new Values();
  const seen = seenSql({ model: null, infoType: null, environment: null, from, to }, values);
  const types =
    infoTypes.length === 0
      ? ""
      : `AND s.info_type IN ${values.row(infoTypes.map((type) => countedModelName("infoType", type)))}`;
  const [row] = await search.all<{ count: number | null }>(
    `WITH seen AS (${seen}) SELECT CAST(sum(s.handed_out) AS bigint) AS count FROM seen s
     WHERE s.how = ${values.add(how === "shownRows" ? "shown" : "masked")} ${types}`,
    values.list,
  );
  return {
    rows: row?.count ?? 0,
    whole: counted >= size && (missed_to === null || dayOf(missed_to) < dayOf(from)),
  };
}

const labelOf = ({ model, info_type: infoType, level, environment }: SeenRow): SeenLine => ({
  ...{ model, infoType, level, environment },
});

/** What is counted, and what is still open: nobody knows its end, so it may have shown what a program gets at once. */
function seenSql(asked: ModelQuestion, values: Values): string {
  const where = whereOf(asked, values);
  return `
    SELECT c.model, c.info_type, c.level, c.environment, c.how, c.statements, c.handed_out,
      c.first_at, c.first_leaf, c.last_at, c.last_leaf FROM model_seen c WHERE ${where}
    UNION ALL
    SELECT c.model, c.info_type, c.level, c.environment, c.how, 1, CASE c.how WHEN 'filtered' THEN 0 ELSE ${ROWS_OF_UNKNOWN} END,
      c.at, c.leaf_index, c.at, c.leaf_index FROM model_open c WHERE ${where}`;
}

/** One more than an answer has, where there are more. The most sensitive first. */
function linesOf(search: Parts["search"], asked: ModelQuestion): Promise<readonly SeenRow[]> {
  const values = new Values();
  const of = "model, info_type, level, environment, kind";
  return search.all<SeenRow>(
    `WITH seen AS (${seenSql(asked, values)}),
     told AS (SELECT s.*, CASE s.how WHEN 'filtered' THEN 'filtered' ELSE 'seen' END AS kind FROM seen s),
     placed AS (SELECT t.*, min(t.first_at) OVER (PARTITION BY ${of}) AS began, max(t.last_at) OVER (PARTITION BY ${of}) AS ended
       FROM told t)
     SELECT ${of}, CAST(sum(statements) AS bigint) AS statements,
       CAST(sum(CASE how WHEN 'shown' THEN handed_out ELSE 0 END) AS bigint) AS shown_rows,
       CAST(sum(CASE how WHEN 'masked' THEN handed_out ELSE 0 END) AS bigint) AS masked_rows,
       min(CASE WHEN first_at = began THEN first_leaf END) AS first_leaf,
       max(CASE WHEN last_at = ended THEN last_leaf END) AS last_leaf
     FROM placed GROUP BY ${of}
     ORDER BY kind DESC, CASE level WHEN 'restricted' THEN 0 WHEN 'confidential' THEN 1 ELSE 2 END,
       shown_rows DESC, model, info_type, environment LIMIT ${MOST_LINES + 1}`,
    values.list,
  );
}

interface PlacedRow {
  readonly leaf_index: number;
  readonly chain: string;
  readonly seq: number;
  readonly hash: Buffer;
  readonly at: number;
}

/** The records at the ends of each line, by their places in the log. */
async function recordsAt(
  search: Parts["search"],
  lines: readonly SeenRow[],
): Promise<ReadonlyMap<number, Exposure["first"]>> {
  const leaves = [...new Set(lines.flatMap(({ first_leaf, last_leaf }) => [first_leaf, last_leaf]))];
  const records = new Map<number, Exposure["first"]>();
  for (let from = 0; from < leaves.length; from += PAGE) {
    const values = new Values();
    const rows = await search.all<PlacedRow>(
      `SELECT r.leaf_index, d.chain, r.seq, r.hash, coalesce(r.said_at, r.at) AS at
       FROM records r JOIN devices d ON d.id = r.device WHERE r.leaf_index IN ${values.row(leaves.slice(from, from + PAGE))}`,
      values.list,
    );
    for (const { leaf_index: leaf, chain, seq, hash, at } of rows)
      records.set(leaf, { chain, seq, hash: hash.toString("hex"), at: new Date(at).toISOString(), leaf });
  }
  return records;
}
