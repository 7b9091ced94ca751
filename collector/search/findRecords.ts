import type { FoundRecords, RecordHit } from "../../protocol/collector/search.ts";
import { type SearchDatabase, Values } from "./database.ts";
import { textsDroppedTo } from "./droppedTexts.ts";
import { recordConditions, termOf } from "./recordConditions.ts";
import { type Cursor, cursorText, type RecordQuery } from "./recordQuery.ts";
import { hitOf, RECORD_COLUMNS, type RecordRow } from "./recordRow.ts";
import type { Scope } from "./scope.ts";

/** A filter that leaves at most so many records is what the search begins with; they are sorted afterwards. */
const FEW = 5_000;

const ORDER = "ORDER BY r.at DESC, r.leaf_index DESC";

interface Place {
  readonly leaf_index: number;
  readonly at: number;
}

/** The newest records that match. */
export async function findRecords(
  database: SearchDatabase,
  query: RecordQuery,
  scope: Scope,
): Promise<FoundRecords> {
  const { places, stopped } = await placesOf(database, query, scope);
  const page = places.slice(0, query.limit);
  const last = page.at(-1);
  const more: Cursor | null =
    places.length > query.limit && last !== undefined ? { at: last.at, leaf: last.leaf_index } : stopped;
  return {
    records: await hitsAt(
      database,
      page.map(({ leaf_index }) => leaf_index),
    ),
    next: more === null ? null : cursorText(more),
    searchedTo: stopped === null || more !== stopped ? null : new Date(stopped.at).toISOString(),
    textsDroppedTo: query.text === null ? null : await textsDroppedTo(database),
  };
}

/** The records at these places of the log, in this order. */
export async function hitsAt(
  database: SearchDatabase,
  places: readonly number[],
): Promise<readonly RecordHit[]> {
  const rows = new Map((await rowsAt(database, places)).map((row) => [row.leaf_index, row]));
  return places.flatMap((place) => {
    const row = rows.get(place);
    return row === undefined ? [] : [hitOf(row)];
  });
}

/** In no order. */
export async function rowsAt(
  database: SearchDatabase,
  places: readonly number[],
): Promise<readonly RecordRow[]> {
  if (places.length === 0) return [];
  const values = new Values();
  return database.all<RecordRow>(
    `SELECT ${RECORD_COLUMNS} FROM records r JOIN devices d ON d.id = r.device
     WHERE r.leaf_index IN ${values.row(places)}`,
    values.list,
  );
}

/** Places of what matches, one more than the limit; where a search for a text had to stop, the place it came to. */
export async function placesOf(
  database: SearchDatabase,
  query: RecordQuery,
  scope: Scope,
): Promise<{ readonly places: readonly Place[]; readonly stopped: Cursor | null }> {
  const few = await fewOf(database, query, scope);
  const values = new Values();
  const where = recordConditions(database, query, scope, values, few);
  const limit = query.limit + 1;
  const found =
    few.size > 0
      ? // Kept apart, so that no plan walks through all of time for a handful of records.
        `(WITH found AS MATERIALIZED (SELECT r.leaf_index, r.at, r.canonical FROM records r WHERE ${where})
          SELECT * FROM found)`
      : "records";
  const outside = few.size > 0 ? "1 = 1" : where;
  if (query.text === null)
    return {
      places: await database.all<Place>(
        `SELECT r.leaf_index, r.at FROM ${found} r WHERE ${outside} ${ORDER} LIMIT ${limit}`,
        values.list,
      ),
      stopped: null,
    };
  const budget = `SELECT r.leaf_index, r.at, r.canonical FROM ${found} r WHERE ${outside} ${ORDER}`;
  const [end] = await database.all<Place>(
    `SELECT leaf_index, at FROM (${budget} LIMIT 1 OFFSET ${database.textBudget - 1}) r`,
    values.list,
  );
  const named = textCondition(database, query.text, values);
  const places = await database.all<Place>(
    `SELECT r.leaf_index, r.at FROM (${budget} LIMIT ${database.textBudget}) r
     WHERE ${named} ${ORDER} LIMIT ${limit}`,
    values.list,
  );
  return { places, stopped: end === undefined ? null : { at: end.at, leaf: end.leaf_index } };
}

/** How many records match, of all the log; with a text, of what one search for it looks through. */
export async function countRecords(database: SearchDatabase, query: RecordQuery): Promise<number> {
  const values = new Values();
  const few = await fewOf(database, query, { kind: "all" });
  const where = recordConditions(database, { ...query, cursor: null }, { kind: "all" }, values, few);
  const from =
    query.text === null
      ? `records r WHERE ${where}`
      : `(SELECT r.canonical FROM records r WHERE ${where} ${ORDER} LIMIT ${database.textBudget}) r
         WHERE ${textCondition(database, query.text, values)}`;
  const [row] = await database.all<{ count: number }>(`SELECT count(*) AS count FROM ${from}`, values.list);
  return row?.count ?? 0;
}

/** That the statement of `r` holds this text; whether the whole record does is cheaper to tell, and asked first. */
function textCondition({ statement, position }: SearchDatabase, needle: string, values: Values): string {
  const holds = (text: string, spelled: string): string =>
    `${position}(lower(${text}), lower(${values.add(spelled)})) > 0`;
  const anywhere = holds("r.canonical", JSON.stringify(needle).slice(1, -1));
  return `${anywhere} AND ${holds(statement.text, statement.spelled(needle))}`;
}

/** Terms of the query that hardly any record carries, by what was counted so far. */
async function fewOf(
  database: SearchDatabase,
  { filters }: RecordQuery,
  scope: Scope,
): Promise<ReadonlySet<string>> {
  const terms = [...filters].map(([filter, value]) => termOf(filter, value));
  const own = scope.kind === "all" ? [] : scope.actors.map((actor) => termOf("actor", actor));
  if (terms.length + own.length === 0) return new Set();
  const values = new Values();
  const rows = await database.all<{ term: string }>(
    `SELECT term FROM search_terms WHERE term IN ${values.row([...terms, ...own])} AND records > ${FEW}`,
    values.list,
  );
  const many = new Set(rows.map(({ term }) => term));
  // A person's records are few only where none of the names they work under has many.
  const few = own.some((term) => many.has(term)) ? terms : [...terms, ...own];
  return new Set(few.filter((term) => !many.has(term)));
}
