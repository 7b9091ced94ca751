/** Longest plan line that is looked at. */
const BOUND = 20_000;

/** Estimates and measurements behind a node: `(cost=0.00..8.27 rows=1 width=32) (actual time=…)`. */
const NUMBERS = /\s+\((?:cost=|actual |never executed)[^()]*\)/g;

/** Lines that describe the plan's shape and the user's own conditions; those with measurements are not among them. */
const SHAPE =
  /^\s*(?:->|Filter:|Index Cond:|Recheck Cond:|Hash Cond:|Merge Cond:|Join Filter:|One-Time Filter:|Sort Key:|Presorted Key:|Group Key:|Hash Key:|Cache Key:|Output:|SubPlan|InitPlan|CTE |TID Cond:|Order By:|Function Call:|Run Condition:|Window:|Conflict |Optimizer|Disabled:)/;

/** The constants of a condition. Not all are the user's own: the planner computes what it can, and shows the result. */
const CONSTANTS = /'(?:[^']|'')*'|(?<![\w.$"])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w."])/gi;

/** A node at the top of a plan: words, perhaps with the relation it works on. */
const TOP_NODE = /^[A-Z][A-Za-z -]+(?: using \S+)?(?: on \S+(?: \S+)?)?$/;

/**
 * A line of EXPLAIN in text form without the numbers that depend on what masked columns hold (costs, widths, rows,
 * memory, time). A line of any other kind is hidden whole.
 */
export function maskPlanLine(line: string): string {
  if (line.length > BOUND) return "…";
  const bare = line.replace(NUMBERS, "");
  if (SHAPE.test(bare)) return withoutConstants(bare);
  return TOP_NODE.test(bare) ? bare : `${/^\s*/.exec(line)?.[0] ?? ""}…`;
}

/** Behind the colon that a condition follows; names before it may end in numbers. */
function withoutConstants(line: string): string {
  const colon = line.indexOf(": ");
  return colon < 0 ? line : `${line.slice(0, colon)}${line.slice(colon).replace(CONSTANTS, "…")}`;
}
