import { RECORD_PAGE_CHARACTERS } from "../../protocol/collector/records.ts";
import { type JudgedStatements, STATEMENTS_LIMIT } from "../../protocol/policy/policyVersions.ts";
import { type SearchDatabase, Values } from "../search/database.ts";
import { rowsAt } from "../search/findRecords.ts";
import { cursorText, type RecordQuery } from "../search/recordQuery.ts";

interface Place {
  readonly leaf_index: number;
  readonly at: number;
  /** Characters of its text; null where that was dropped. */
  readonly size: number | null;
}

/** What was judged in a period, newest first, a page at a time: in number and in size. */
export async function judgedStatements(
  database: SearchDatabase,
  { from, to, cursor }: Pick<RecordQuery, "from" | "to" | "cursor">,
): Promise<JudgedStatements> {
  const values = new Values();
  const conditions = ["r.kind IN ('intent', 'refused')"];
  if (from !== null) conditions.push(`r.at >= ${values.add(from)}`);
  if (to !== null) conditions.push(`r.at < ${values.add(to)}`);
  if (cursor !== null) {
    const [at, leaf] = [values.add(cursor.at), values.add(cursor.leaf)];
    // The first half is what the index understands.
    conditions.push(`r.at <= ${at} AND (r.at < ${at} OR r.leaf_index < ${leaf})`);
  }
  const places = await database.all<Place>(
    `SELECT r.leaf_index, r.at, length(r.canonical) AS size FROM records r WHERE ${conditions.join(" AND ")}
     ORDER BY r.at DESC, r.leaf_index DESC LIMIT ${STATEMENTS_LIMIT}`,
    values.list,
  );
  const page = withinSize(places);
  const last = page.at(-1);
  const rows = new Map(
    (
      await rowsAt(
        database,
        page.map(({ leaf_index }) => leaf_index),
      )
    ).map((row) => [row.leaf_index, row]),
  );
  const records = page.flatMap(({ leaf_index }) => {
    const row = rows.get(leaf_index);
    return row === undefined || row.canonical === null
      ? []
      : [{ chain: row.chain, seq: row.seq, canonical: row.canonical }];
  });
  const ended = page.length === places.length && places.length < STATEMENTS_LIMIT;
  return {
    records,
    dropped: page.length - records.length,
    next: ended || last === undefined ? null : cursorText({ at: last.at, leaf: last.leaf_index }),
  };
}

/** One at least, however long. */
function withinSize(places: readonly Place[]): readonly Place[] {
  let characters = 0;
  const end = places.findIndex(({ size }, position) => {
    characters += size ?? 0;
    return position > 0 && characters > RECORD_PAGE_CHARACTERS;
  });
  return end < 0 ? places : places.slice(0, end);
}
