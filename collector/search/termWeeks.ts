import { type Asker, type Marks, type SearchDatabase, Values } from "./database.ts";
import type { CarriedMarks } from "./recordConditions.ts";

const WEEK = 7 * 86_400_000;
/** Records of one transaction. */
const STRETCH = 5_000;
/** Records that are not counted yet and may be looked at for their weeks. */
const MOST_BEHIND = 20_000;

/** A stretch of time in milliseconds, `until` excluded. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/**
 * Counts how many records carry each mark in each week, by the database itself, so that it goes on where texts were
 * dropped. Whether there may be more.
 */
export async function countWeeks(
  asker: Asker,
  marks: Marks,
  tree: { readonly size: number; readonly epoch: number },
): Promise<boolean> {
  const [state] = await asker.all<{ weeks: number; weeks_epoch: number }>(
    "SELECT weeks, weeks_epoch FROM search_state WHERE id = 1",
  );
  if (state === undefined) return false;
  const anew = state.weeks_epoch !== tree.epoch || state.weeks > tree.size;
  if (anew) await asker.all("DELETE FROM term_weeks");
  const from = anew ? 0 : state.weeks;
  const to = Math.min(from + STRETCH, tree.size);
  if (from >= to && !anew) return false;
  await asker.all(
    // In order of the key, so that two processes never wait for each other.
    `INSERT INTO term_weeks AS o (term, week, records)
     SELECT mark, r.at / ${WEEK}, count(*) FROM records r, unnest(${marks.list}) AS mark
     WHERE r.leaf_index >= $1 AND r.leaf_index < $2 AND mark IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
     ON CONFLICT (term, week) DO UPDATE SET records = o.records + excluded.records`,
    [from, to],
  );
  await asker.all("UPDATE search_state SET weeks = $1, weeks_epoch = $2 WHERE id = 1", [to, tree.epoch]);
  return to < tree.size;
}

/**
 * Times outside of which no record carries all of this, the newest first. Null where counting is too far behind to say
 * so, or belongs to another log.
 */
export async function carriedSpans(
  database: SearchDatabase,
  { all, any }: CarriedMarks,
): Promise<readonly Span[] | null> {
  const values = new Values();
  // One statement, so that counting that goes on meanwhile takes nothing from its sight.
  const rows = await database.all<{ term: string | null; week: number | null }>(
    `WITH state AS MATERIALIZED (
       SELECT s.weeks FROM search_state s, tree t WHERE s.id = 1 AND s.weeks_epoch = t.epoch AND s.weeks <= t.size
         AND t.size - s.weeks <= ${MOST_BEHIND}
     )
     SELECT NULL AS term, NULL AS week FROM state
     UNION ALL SELECT '', r.at / ${WEEK} FROM records r WHERE r.leaf_index >= (SELECT weeks FROM state) GROUP BY 2
     UNION ALL SELECT term, week FROM term_weeks WHERE term IN ${values.row([...all, ...(any ?? [])])}`,
    values.list,
  );
  if (!rows.some(({ term }) => term === null)) return null;
  const weeksOf = new Map<string, Set<number>>();
  for (const { term, week } of rows)
    if (term !== null && week !== null) weeksOf.set(term, (weeksOf.get(term) ?? new Set()).add(week));
  const has = (term: string, week: number): boolean => weeksOf.get(term)?.has(week) ?? false;
  const weeks = new Set([...weeksOf.values()].flatMap((of) => [...of]));
  const carrying = [...weeks].filter(
    (week) =>
      // What is not counted yet may carry anything.
      has("", week) ||
      (all.every((term) => has(term, week)) && (any?.some((term) => has(term, week)) ?? true)),
  );
  return joined(carrying.toSorted((one, other) => other - one));
}

/** Weeks that follow each other are one. */
function joined(weeks: readonly number[]): readonly Span[] {
  const spans: Span[] = [];
  for (const week of weeks) {
    const [from, until] = [week * WEEK, (week + 1) * WEEK];
    const last = spans.at(-1);
    if (last?.from === until) spans.splice(-1, 1, { from, until: last.until });
    else spans.push({ from, until });
  }
  return spans;
}
