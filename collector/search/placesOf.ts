import { type SearchDatabase, Values } from "./database.ts";
import { inOrder, ORDER, type Place } from "./place.ts";
import { type Came, carriedMarks, onlyFilter, recordConditions, termOf } from "./recordConditions.ts";
import type { Cursor, RecordQuery } from "./recordQuery.ts";
import type { Scope } from "./scope.ts";
import { carriedDays } from "./termDays.ts";
import { newestInWindows } from "./windows.ts";

/** A filter that leaves at most so many records is what the search begins with; they are sorted afterwards. */
const FEW = 5_000;
/** Places that are asked about at once for a text. */
const AT_ONCE = 2_000;

interface Found {
  readonly places: readonly Place[];
  /** Where a search for a text had to stop, the place it came to. */
  readonly stopped: Cursor | null;
}

/** Places of what matches, one more than the limit; where a search for a text had to stop, the place it came to. */
export async function placesOf(database: SearchDatabase, query: RecordQuery, scope: Scope): Promise<Found> {
  const few = await fewOf(database, query, scope);
  const inTime = await listOf(database, query, scope, few, "in time");
  // Only before an end can anything have been said that stands behind it in the list.
  if (query.to === null) return inTime;
  const late = await listOf(database, query, scope, few, "late");
  const stops = [inTime.stopped, late.stopped].flatMap((stop) =>
    stop === null ? [] : [{ at: stop.at, leaf_index: stop.leaf }],
  );
  const [stop] = stops.toSorted(inOrder);
  const places = [...inTime.places, ...late.places]
    .toSorted(inOrder)
    .filter((place) => stop === undefined || inOrder(place, stop) <= 0)
    .slice(0, query.limit + 1);
  return { places, stopped: stop === undefined ? null : { at: stop.at, leaf: stop.leaf_index } };
}

/** How many records match, of all the log; with a text, of what one search for it looks through. */
export async function countRecords(database: SearchDatabase, asked: RecordQuery): Promise<number> {
  const values = new Values();
  const [query, scope]: [RecordQuery, Scope] = [{ ...asked, cursor: null }, { kind: "all" }];
  const few = await fewOf(database, query, scope);
  const where = recordConditions(database, query, scope, values, few, "either");
  const from =
    query.text === null
      ? `records r WHERE ${where}`
      : `(SELECT r.canonical FROM records r WHERE ${where} ${ORDER} LIMIT ${database.textBudget}) r
         WHERE ${textCondition(database, query.text, values)}`;
  const [row] = await database.all<{ count: number }>(`SELECT count(*) AS count FROM ${from}`, values.list);
  return row?.count ?? 0;
}

async function listOf(
  database: SearchDatabase,
  query: RecordQuery,
  scope: Scope,
  few: ReadonlySet<string>,
  came: Came,
): Promise<Found> {
  const windowed = inWindows(database, query, scope, few, came);
  if (windowed !== null) {
    if (query.text === null) return { places: await windowed(query.limit + 1), stopped: null };
    return withText(database, query, query.text, await windowed(database.textBudget));
  }
  const values = new Values();
  const where = recordConditions(database, query, scope, values, few, came);
  const limit = query.limit + 1;
  const walked = database.marks !== null && onlyFilter(query.filters, scope) !== null;
  const apart = (few.size > 0 && !walked) || came === "late";
  const found = apart
    ? // Kept apart, so that no plan walks through all of time for a handful of records.
      `(WITH found AS MATERIALIZED (SELECT r.leaf_index, r.at, r.canonical FROM records r WHERE ${where})
          SELECT * FROM found)`
    : "records";
  const outside = apart ? "1 = 1" : where;
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

/** Finds the newest that match by the index of marks; null where there is none, or nothing that it knows is asked for. */
function inWindows(
  database: SearchDatabase,
  query: RecordQuery,
  scope: Scope,
  few: ReadonlySet<string>,
  came: Came,
): ((most: number) => Promise<readonly Place[]>) | null {
  const { marks } = database;
  const unmarked = query.filters.size === 0 && scope.kind === "all";
  if (marks === null || (came === "in time" && (unmarked || onlyFilter(query.filters, scope) !== null)))
    return null;
  const carried = carriedMarks(query.filters, scope);
  if (carried === null) return async () => [];
  const behind = came === "late" ? { from: query.to, to: null } : {};
  const span = { ...query, ...behind, filters: new Map(), minRisk: null };
  return (most) =>
    newestInWindows({
      database,
      marks,
      where: (values) => recordConditions(database, query, scope, values, few, came),
      span: (values) => recordConditions(database, span, { kind: "all" }, values, few, "in time"),
      days: () => carriedDays(database, carried),
      // Nobody is often late.
      few: few.size > 0 || came === "late",
      most,
    });
}

/** Which of these places hold a text, as many as are asked for. */
async function withText(
  database: SearchDatabase,
  { limit }: RecordQuery,
  text: string,
  places: readonly Place[],
): Promise<Found> {
  const found: Place[] = [];
  for (let from = 0; from < places.length && found.length <= limit; from += AT_ONCE) {
    const some = places.slice(from, from + AT_ONCE).map(({ leaf_index }) => leaf_index);
    const values = new Values();
    const among = database.marks?.among(values.add(some.join(","))) ?? `r.leaf_index IN ${values.row(some)}`;
    const held = await database.all<Place>(
      `SELECT r.leaf_index, r.at FROM records r WHERE ${among} AND ${textCondition(database, text, values)} ${ORDER}`,
      values.list,
    );
    found.push(...held);
  }
  const end = places.length < database.textBudget ? undefined : places.at(-1);
  return {
    places: found.slice(0, limit + 1),
    stopped: end === undefined ? null : { at: end.at, leaf: end.leaf_index },
  };
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
