import type { Node } from "libpg-query";
import { emptyScope, type Scope } from "../../postgres/namespace.ts";
import { readKey } from "../keys.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";

/** ORDER BY and LIMIT of UPDATE and DELETE: together they choose the rows. */
export function readSortAndLimit(
  analysis: MysqlAnalysis,
  { sort, limit }: { readonly sort: readonly Node[]; readonly limit: Node | undefined },
  scope: Scope,
): void {
  for (const node of sort) {
    if ("SortBy" in node && node.SortBy.node) readKey(analysis, "sort", node.SortBy.node, scope, []);
  }
  if (limit) analysis.use("function_argument", analysis.expression(limit, emptyScope), false);
}
