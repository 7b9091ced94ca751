import { type Asker, type Marks, type SearchDatabase, Values } from "./database.ts";
import type { Place } from "./place.ts";
import type { Span } from "./termDays.ts";

/** Newest records that are simply looked through: what many carry is found among them. */
const FIRST = 3_000;
/** Most records that one window may find: they are read one by one. */
const MOST_READ = 5_000;
/** How much longer the next window may be. */
const GROWTH = 8;

export interface WindowedSearch {
  readonly database: SearchDatabase;
  readonly marks: Marks;
  /** Every condition on a record. */
  readonly where: (values: Values) => string;
  /** Those of them that are about the times of the list alone. */
  readonly span: (values: Values) => string;
  /** The days on which anything may match, the newest first. Null where that is not known. */
  readonly days: () => Promise<readonly Span[] | null>;
  /** So few are expected to match that all of time is asked at once. */
  readonly few: boolean;
  readonly most: number;
}

/**
 * The newest places that match, at most `most`, in the order of the list. Windows of time are asked one after the other,
 * the newest first and each longer than the one before. In each, the index of marks says by itself what carries
 * everything that is asked for, and no more is read than that: conditions that are often met, but hardly ever together,
 * cost no walk through all that meets one of them. A window that finds too much is halved until its newer part does not.
 * Days on which nothing carries what is asked for are passed over.
 */
export async function newestInWindows(search: WindowedSearch): Promise<readonly Place[]> {
  const { database, marks, few, most } = search;
  if (few) {
    const all = await marks.bySets((asker) => inWindow(asker, search, null));
    if (all !== "too many") return all;
  }
  const newest = await edge(database, search, "DESC", 0);
  if (newest === null) return [];
  const back = await edge(database, search, "DESC", FIRST - 1);
  const found: Place[] = [...(await lookedThrough(search, back))];
  const oldest = back === null ? null : await edge(database, search, "ASC", 0);
  if (found.length >= most || back === null || oldest === null) return found;
  const days = (await search.days()) ?? [{ from: oldest, until: back, most: Number.POSITIVE_INFINITY }];
  return marks.bySets(async (asker) => {
    let [until, length] = [back, (newest - back + 1) * (GROWTH - 1)];
    /** From here to `until` more match than may be read. */
    let crowded: number | null = null;
    for (let left = daysBefore(days, until); left.length > 0; left = daysBefore(left, until)) {
      until = Math.min(until, left[0]?.until ?? until);
      if (until <= oldest || found.length >= most) break;
      if (crowded !== null && until <= crowded) crowded = null;
      if (crowded !== null) length = Math.ceil((until - crowded) / 2);
      const from: number = crowded === null ? Math.max(reach(left, until, length), oldest) : until - length;
      const places = await inWindow(asker, search, { from, until });
      if (places === "too many") {
        crowded = from;
        continue;
      }
      found.push(...places.slice(0, most - found.length));
      until = from;
      const growth = Math.min(GROWTH, Math.max(MOST_READ / 2 / Math.max(places.length, 1), 1));
      length = Math.ceil(length * growth);
    }
    return found;
  });
}

const daysBefore = (days: readonly Span[], until: number): readonly Span[] =>
  days.filter(({ from }) => from < until);

/**
 * How far back a window may begin: as far as it is known to hold no more than may be read, or else as long as it may be,
 * but not over a day on which nothing matches.
 */
function reach(days: readonly Span[], until: number, length: number): number {
  const longest = until - length;
  let [from, records] = [until, 0];
  for (const day of days) {
    records += day.most;
    if (records > MOST_READ && (day.until < from || longest >= from)) break;
    from = records > MOST_READ ? Math.max(day.from, longest) : day.from;
  }
  return from;
}

/** The time at one end of the list, or so many records from it; null where it is shorter. */
async function edge(
  database: SearchDatabase,
  { span }: WindowedSearch,
  order: "ASC" | "DESC",
  skip: number,
): Promise<number | null> {
  const values = new Values();
  const [row] = await database.all<{ at: number }>(
    `SELECT r.at FROM records r WHERE ${span(values)} ORDER BY r.at ${order} LIMIT 1 OFFSET ${skip}`,
    values.list,
  );
  return row?.at ?? null;
}

/** What matches among the newest, in the order of the list; of all where `back` is null. */
async function lookedThrough(
  { database, where, most }: WindowedSearch,
  back: number | null,
): Promise<readonly Place[]> {
  const values = new Values();
  const since = back === null ? "" : ` AND r.at >= ${values.add(back)}`;
  return database.all<Place>(
    `SELECT r.leaf_index, r.at FROM records r WHERE ${where(values)}${since}
     ORDER BY r.at DESC, r.leaf_index DESC LIMIT ${most}`,
    values.list,
  );
}

/** All of a window that is long enough to be made shorter, unless that is too much; of all time where there is none. */
async function inWindow(
  asker: Asker,
  { where, most }: WindowedSearch,
  window: { readonly from: number; readonly until: number } | null,
): Promise<readonly Place[] | "too many"> {
  const values = new Values();
  const within =
    window === null ? "" : ` AND r.at >= ${values.add(window.from)} AND r.at < ${values.add(window.until)}`;
  const shortest = window !== null && window.until - window.from <= 1;
  const rows = await asker.all<Place & { readonly many: number }>(
    // Kept apart, so that it is planned for all that matches, and stops when that is too much.
    `WITH found AS MATERIALIZED (SELECT r.leaf_index, r.at FROM records r WHERE ${where(values)}${within}),
       read AS MATERIALIZED (SELECT * FROM found${shortest ? "" : ` LIMIT ${MOST_READ + 1}`})
     SELECT leaf_index, at, (SELECT count(*) FROM read) AS many FROM read
     ORDER BY at DESC, leaf_index DESC LIMIT ${most}`,
    values.list,
  );
  const many = rows.at(0)?.many ?? 0;
  return many > MOST_READ && !shortest ? "too many" : rows;
}
