import { parseSql } from "./libpgQuery.ts";

/** Whether `outer` is one SELECT from nothing but `inner` in parentheses, read by the grammar, positions aside. */
export function isQueryAround(outer: string, inner: string): boolean {
  const around = parseSql(outer);
  const alone = parseSql(inner);
  if (around.kind !== "parsed" || alone.kind !== "parsed") return false;
  const [statement, more] = around.statements;
  const [query, another] = alone.statements;
  const select = statement?.stmt && "SelectStmt" in statement.stmt ? statement.stmt.SelectStmt : undefined;
  const [from, beside] = select?.fromClause ?? [];
  if (more || another || beside || !from || !("RangeSubselect" in from)) return false;
  return shape(from.RangeSubselect.subquery) === shape(query?.stmt);
}

/** Where lists in brackets begin and end is told beside `location`. */
const POSITIONS: ReadonlySet<string> = new Set([
  "location",
  "list_start",
  "list_end",
  "rexpr_list_start",
  "rexpr_list_end",
]);

/** A tree as text that is equal for trees that differ in nothing but positions. */
export const shape = (node: unknown): string | undefined =>
  JSON.stringify(node, (key, value) => (POSITIONS.has(key) ? undefined : value));
