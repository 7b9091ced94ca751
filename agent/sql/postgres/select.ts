import type { Node, SelectStmt } from "libpg-query";
import type { Span } from "../facts.ts";
import type { Analysis, QueryColumn, QueryResult } from "./analysis.ts";
import { readWith } from "./ctes.ts";
import { isCrossJoin, readFrom } from "./fromItems.ts";
import { readWindow } from "./functionCalls.ts";
import type { Scope } from "./namespace.ts";
import { readSetOperation, readValues } from "./setOperations.ts";
import { readTargets } from "./targetList.ts";
import type { Value } from "./value.ts";

/** Reads a SELECT, VALUES, TABLE or set operation. `outer` has the names around it, and no items of its own. */
export function readQuery(analysis: Analysis, select: SelectStmt, outer: Scope): QueryResult {
  const scope = readWith(analysis, select.withClause, outer);
  if (select.intoClause)
    analysis.unknown("INTO stands where a query can't store its result.", analysis.token(undefined));
  let result: QueryResult;
  if (select.op !== undefined && select.op !== "SETOP_NONE") {
    result = readSetOperation(analysis, select, scope);
    sortByOutput(analysis, select, result.columns);
  } else if (select.valuesLists) {
    result = readValues(analysis, select, scope);
    sortByOutput(analysis, select, result.columns);
  } else result = readSimple(analysis, select, scope);
  return { ...result, ...readLimit(analysis, select, scope), hasOrderBy: select.sortClause !== undefined };
}

function readSimple(analysis: Analysis, select: SelectStmt, scope: Scope): QueryResult {
  const from = readFrom(analysis, select.fromClause, scope);
  const ties = [...from.ties];
  let inside: Scope = { items: from.items, parent: scope.parent, ctes: scope.ctes };
  if (select.whereClause) analysis.predicate(select.whereClause, inside, (leaf) => ties.push(leaf.items));
  if (isCrossJoin(from.tables, ties)) analysis.crossJoin = true;
  inside = { ...inside, windows: readWindows(analysis, select, inside) };
  const columns = readTargets(analysis, select.targetList, inside);
  for (const node of select.groupClause ?? []) readGroup(analysis, node, inside, columns);
  if (select.havingClause) analysis.predicate(select.havingClause, inside);
  readDistinct(analysis, select, inside, columns);
  for (const sort of select.sortClause ?? []) {
    if ("SortBy" in sort && sort.SortBy.node) {
      readKey(analysis, "sort", sort.SortBy.node, inside, columns, "output first");
    }
  }
  if (select.lockingClause?.length) {
    analysis.locksRows = true;
    analysis.raise("write");
  }
  const aggregated = !select.groupClause && columns.some((column) => column.value.transform === "aggregate");
  return {
    columns,
    hasOrderBy: select.sortClause !== undefined,
    singleRow: aggregated || (select.fromClause?.length ?? 0) === 0,
  };
}

function readWindows(analysis: Analysis, select: SelectStmt, scope: Scope): ReadonlyMap<string, Value> {
  const windows = new Map<string, Value>();
  for (const node of select.windowClause ?? []) {
    if (!("WindowDef" in node)) continue;
    const value = readWindow(analysis, { ...node.WindowDef, name: "" }, { ...scope, windows });
    windows.set(node.WindowDef.name ?? "", value);
  }
  return windows;
}

function readGroup(analysis: Analysis, node: Node, scope: Scope, columns: readonly QueryColumn[]): void {
  if ("GroupingSet" in node) {
    for (const one of node.GroupingSet.content ?? []) readGroup(analysis, one, scope, columns);
  } else if ("RowExpr" in node && node.RowExpr.row_format === "COERCE_IMPLICIT_CAST") {
    for (const one of node.RowExpr.args ?? []) readGroup(analysis, one, scope, columns);
  } else readKey(analysis, "group", node, scope, columns, "input first");
}

/**
 * A key of ORDER BY, GROUP BY or DISTINCT ON: the position or the name of an output, or an expression. A bare
 * name means an output before an input column in ORDER BY, and after it in GROUP BY.
 */
function readKey(
  analysis: Analysis,
  role: "sort" | "group" | "distinct",
  node: Node,
  scope: Scope,
  columns: readonly QueryColumn[],
  preference: "output first" | "input first",
): void {
  const output = positionOf(analysis, node, columns) ?? named(node, scope, columns, preference);
  if (output) {
    analysis.use(role, output.column.value, output.column.value.plain, output.span ?? spanOf(analysis, node));
    return;
  }
  analysis.use(role, analysis.expression(node, scope));
}

interface Chosen {
  readonly column: QueryColumn;
  readonly span: Span | undefined;
}

function positionOf(analysis: Analysis, node: Node, columns: readonly QueryColumn[]): Chosen | undefined {
  if (!("A_Const" in node) || !node.A_Const.ival) return undefined;
  const position = node.A_Const.ival.ival ?? 0;
  const span = analysis.token(node.A_Const.location);
  const column = columns[position - 1];
  if (!column) return analysis.fail(`position ${position} is not in select list`, span);
  return { column, span };
}

function named(
  node: Node,
  scope: Scope,
  columns: readonly QueryColumn[],
  preference: "output first" | "input first",
): Chosen | undefined {
  if (!("ColumnRef" in node) || node.ColumnRef.fields?.length !== 1) return undefined;
  const [part] = node.ColumnRef.fields;
  const name = part && "String" in part ? part.String.sval : undefined;
  if (name === undefined) return undefined;
  if (preference === "input first") {
    const input = scope.items.some(
      (item) => item.columnsVisible && item.fields.some((one) => one.name === name),
    );
    if (input) return undefined;
  }
  const column = columns.find((one) => one.name === name);
  return column ? { column, span: undefined } : undefined;
}

function spanOf(analysis: Analysis, node: Node): Span {
  return analysis.token("ColumnRef" in node ? node.ColumnRef.location : undefined);
}

function readDistinct(
  analysis: Analysis,
  select: SelectStmt,
  scope: Scope,
  columns: readonly QueryColumn[],
): void {
  if (!select.distinctClause) return;
  const keys = select.distinctClause.filter((node) => Object.keys(node).length > 0);
  for (const node of keys) readKey(analysis, "distinct", node, scope, columns, "output first");
  if (keys.length > 0) return;
  for (const column of columns) analysis.use("distinct", column.value);
}

/** After a set operation, ORDER BY knows only the columns of the result. */
function sortByOutput(analysis: Analysis, select: SelectStmt, columns: readonly QueryColumn[]): void {
  for (const sort of select.sortClause ?? []) {
    if (!("SortBy" in sort) || !sort.SortBy.node) continue;
    const node = sort.SortBy.node;
    const chosen =
      positionOf(analysis, node, columns) ??
      named(node, { items: [], parent: undefined, ctes: undefined }, columns, "output first");
    if (!chosen) {
      analysis.fail(
        "invalid UNION/INTERSECT/EXCEPT ORDER BY clause",
        spanOf(analysis, node),
        "Only the names and positions of result columns can be used here.",
      );
    }
    analysis.use(
      "sort",
      chosen.column.value,
      chosen.column.value.plain,
      chosen.span ?? spanOf(analysis, node),
    );
  }
}

function readLimit(analysis: Analysis, select: SelectStmt, scope: Scope): { limit?: number } {
  const inside: Scope = { items: [], parent: scope.parent, ctes: scope.ctes };
  for (const node of [select.limitCount, select.limitOffset]) {
    if (node) analysis.use("function_argument", analysis.expression(node, inside), false);
  }
  const count = select.limitCount;
  if (!count || !("A_Const" in count) || select.limitOption === "LIMIT_OPTION_WITH_TIES") return {};
  const { ival, fval } = count.A_Const;
  if (ival) return { limit: ival.ival ?? 0 };
  return fval?.fval === undefined ? {} : { limit: Number(fval.fval) };
}
