import { type Asker, type Marks, type SearchDatabase, Values } from "./database.ts";
import type { CarriedMarks } from "./recordConditions.ts";

const DAY = 86_400_000;
/** Records of one transaction. */
const STRETCH = 5_000;
/** Records that are not counted yet and may be looked at for their days. */
const MOST_BEHIND = 20_000;

/** A stretch of time in milliseconds, `until` excluded, in which at most so many records match. */
export interface Span {
  readonly from: number;
  readonly until: number;
  readonly most: number;
}

/**
 * Counts how many records carry each mark on each day, by the database itself, so that it goes on where texts were
 * dropped. Whether there may be more.
 */
export async function countDays(
  asker: Asker,
  marks: Marks,
  tree: { readonly size: number; readonly epoch: number },
): Promise<boolean> {
  const [state] = await asker.all<{ days: number; days_epoch: number }>(
    "SELECT days, days_epoch FROM search_state WHERE id = 1",
  );
  if (state === undefined) return false;
  const anew = state.days_epoch !== tree.epoch || state.days > tree.size;
  if (anew) await asker.all("DELETE FROM term_days");
  const from = anew ? 0 : state.days;
  const to = Math.min(from + STRETCH, tree.size);
  if (from >= to && !anew) return false;
  await asker.all(
    // In order of the key, so that two processes never wait for each other.
    `INSERT INTO term_days AS o (term, day, records)
     SELECT mark, r.at / ${DAY}, count(*) FROM records r, unnest(${marks.list}) AS mark
     WHERE r.leaf_index >= $1 AND r.leaf_index < $2 AND mark IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
     ON CONFLICT (term, day) DO UPDATE SET records = o.records + excluded.records`,
    [from, to],
  );
  await asker.all("UPDATE search_state SET days = $1, days_epoch = $2 WHERE id = 1", [to, tree.epoch]);
  return to < tree.size;
}

/**
 * The days on which records may carry all of this, the newest first; on no other does one. Null where every record carries
 * it, since nothing is asked for, and where counting is too far behind to say so, or belongs to another log.
 */
export async function carriedDays(
  database: SearchDatabase,
  { all, any }: CarriedMarks,
): Promise<readonly Span[] | null> {
  const terms = [...all, ...(any ?? [])];
  if (terms.length === 0) return null;
  const values = new Values();
  // One statement, so that counting that goes on meanwhile takes nothing from its sight.
  const rows = await database.all<{ term: string | null; day: number | null; records: number }>(
    `WITH state AS MATERIALIZED (
       SELECT s.days FROM search_state s, tree t WHERE s.id = 1 AND s.days_epoch = t.epoch AND s.days <= t.size
         AND t.size - s.days <= ${MOST_BEHIND}
     )
     SELECT NULL AS term, NULL AS day, 0 AS records FROM state
     UNION ALL SELECT '', r.at / ${DAY}, count(*) FROM records r WHERE r.leaf_index >= (SELECT days FROM state) GROUP BY 2
     UNION ALL SELECT term, day, records FROM term_days WHERE term IN ${values.row(terms)}`,
    values.list,
  );
  if (!rows.some(({ term }) => term === null)) return null;
  const days = new Map<number, Map<string, number>>();
  for (const { term, day, records } of rows)
    if (term !== null && day !== null) days.set(day, (days.get(day) ?? new Map()).set(term, records));
  return [...days]
    .map(([day, carried]) => {
      const of = (term: string): number => carried.get(term) ?? 0;
      const one = any === null ? [] : [any.reduce((sum, term) => sum + of(term), 0)];
      // What is not counted yet may carry anything.
      const most = of("") + Math.min(...all.map(of), ...one);
      return { from: day * DAY, until: (day + 1) * DAY, most };
    })
    .filter(({ most }) => most > 0)
    .toSorted((newer, older) => older.from - newer.from);
}
