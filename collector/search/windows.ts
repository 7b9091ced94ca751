import { type Asker, type Marks, type SearchDatabase, Values } from "./database.ts";
import type { Place } from "./place.ts";
import type { Span } from "./termWeeks.ts";

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
  /** Outside of these times nothing matches; the newest comes first. Null where that is not known. */
  readonly spans: () => Promise<readonly Span[] | null>;
  /** So few are expected to match that all of time is asked at once. */
  readonly few: boolean;
  readonly most: number;
}

/**
 * The newest places that match, at most `most`, in the order of the list. Windows of time are asked one after the other,
 * the newest first and each longer than the one before. In each, the index of marks says by itself what carries
 * everything that is asked for, and no more is read than that: conditions that are often met, but hardly ever together,
 * cost no walk through all that meets one of them. A window that finds too much is halved until its newer part does not.
 * Weeks in which nothing carries what is asked for are passed over.
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
  const spans = (await search.spans()) ?? [{ from: oldest, until: back }];
  return marks.bySets(async (asker) => {
    let length = (newest - back + 1) * (GROWTH - 1);
    for (const span of spans) {
      let until = Math.min(span.until, back);
      const end = Math.max(span.from, oldest);
      /** From here to `until` more match than may be read. */
      let crowded: number | null = null;
      while (until > end && found.length < most) {
        if (crowded !== null) length = Math.ceil((until - crowded) / 2);
        const from = Math.max(until - length, end);
        const places = await inWindow(asker, search, { from, until });
        if (places === "too many") {
          crowded = from;
          continue;
        }
        found.push(...places.slice(0, most - found.length));
        until = from;
        if (crowded !== null && until <= crowded) crowded = null;
        const growth = Math.min(GROWTH, Math.max(MOST_READ / 2 / Math.max(places.length, 1), 1));
        length = Math.ceil(length * growth);
      }
    }
    return found;
  });
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
