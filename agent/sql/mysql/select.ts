import type { Node, SelectStmt } from "libpg-query";
import type { Analysis, QueryColumn, QueryResult } from "../postgres/analysis.ts";
import { isCrossJoin, readFrom } from "../postgres/fromItems.ts";
import { readWindow } from "../postgres/functionCalls.ts";
import type { Scope } from "../postgres/namespace.ts";
import { readSetOperation, readValues } from "../postgres/setOperations.ts";
import { opaque, type Value } from "../postgres/value.ts";
import { checkForwardReferences } from "./forwardReferences.ts";
import { aliasItem, positionOf, readHaving, readKey } from "./keys.ts";
import { asMysql } from "./mysqlAnalysis.ts";
import { readNestedWith } from "./nestedWith.ts";
import { readOutputs } from "./outputs.ts";
import { extrasOf } from "./parser/extras.ts";
import { foldColumn } from "./settings.ts";

/** Reads a query of MySQL. `outer` has the names around it, and no items of its own. */
export function readQuery(analysis: Analysis, select: SelectStmt, outer: Scope): QueryResult {
  checkForwardReferences(asMysql(analysis), select.withClause);
  const scope = readNestedWith(asMysql(analysis), select.withClause, outer);
  if (select.intoClause && !intoIsRead(select)) {
    analysis.unknown("INTO stands where a query can't store its result.", analysis.token(undefined));
  }
  let result: QueryResult;
  if (select.op !== undefined && select.op !== "SETOP_NONE") {
    result = readSetOperation(analysis, select, scope);
    sortByOutput(analysis, select, result.columns, scope);
  } else if (select.valuesLists) {
    result = named(readValues(analysis, select, scope), extrasOf(select).names ?? []);
    sortByOutput(analysis, select, result.columns, scope);
  } else result = readSimple(analysis, select, scope);
  if (select.lockingClause?.length) {
    analysis.locksRows = true;
    analysis.raise("write");
  }
  return { ...result, ...readLimit(analysis, select, scope), hasOrderBy: select.sortClause !== undefined };
}

const intos = new WeakSet<SelectStmt>();

/** The statement reader takes the INTO of a whole query itself. */
export const takeInto = (select: SelectStmt): void => void intos.add(select);

const intoIsRead = (select: SelectStmt): boolean => intos.has(select);

function named(result: QueryResult, names: readonly string[]): QueryResult {
  const columns = result.columns.map((column, index): QueryColumn => {
    const shown = names[index] ?? column.name;
    return { ...column, name: foldColumn(shown), value: { ...column.value, shown } };
  });
  return { ...result, columns };
}

function readSimple(analysis: Analysis, select: SelectStmt, scope: Scope): QueryResult {
  const from = readFrom(analysis, select.fromClause, scope);
  const ties = [...from.ties];
  let inside: Scope = { items: from.items, parent: scope.parent, ctes: scope.ctes };
  if (select.whereClause) analysis.predicate(select.whereClause, inside, (leaf) => ties.push(leaf.items));
  if (isCrossJoin(from.tables, ties)) analysis.crossJoin = true;
  inside = { ...inside, windows: readWindows(analysis, select, inside) };
  const columns = readOutputs(analysis, select.targetList, inside);
  for (const node of select.groupClause ?? []) readKey(analysis, "group", node, inside, columns);
  if (select.havingClause) readHaving(analysis, select, inside, columns);
  if (select.distinctClause) for (const column of columns) analysis.use("distinct", column.value);
  for (const sort of select.sortClause ?? []) {
    if ("SortBy" in sort && sort.SortBy.node) readKey(analysis, "sort", sort.SortBy.node, inside, columns);
  }
  const { procedure } = extrasOf(select);
  if (procedure)
    analysis.unknown(
      "PROCEDURE shows values of the rows in ways that are not followed.",
      analysis.token(undefined),
    );
  const aggregated = !select.groupClause && columns.some((column) => column.value.transform === "aggregate");
  return {
    columns: procedure ? columns.map((one) => ({ ...one, value: opaque(one.value, "PROCEDURE") })) : columns,
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

/** After a set operation, ORDER BY knows the columns of the result. */
function sortByOutput(
  analysis: Analysis,
  select: SelectStmt,
  columns: readonly QueryColumn[],
  scope: Scope,
): void {
  const inside: Scope = { items: [aliasItem(analysis, columns)], parent: scope.parent, ctes: scope.ctes };
  for (const sort of select.sortClause ?? []) {
    if (!("SortBy" in sort) || !sort.SortBy.node) continue;
    const chosen = positionOf(analysis, sort.SortBy.node, columns);
    if (chosen) analysis.use("sort", chosen.column.value, chosen.column.value.plain, chosen.span);
    else analysis.use("sort", analysis.expression(sort.SortBy.node, inside));
  }
}

function readLimit(analysis: Analysis, select: SelectStmt, scope: Scope): { limit?: number } {
  const inside: Scope = { items: [], parent: scope.parent, ctes: scope.ctes };
  for (const node of [select.limitCount, select.limitOffset]) {
    if (node) analysis.use("function_argument", analysis.expression(node, inside), false);
  }
  const limit = select.limitOption === "LIMIT_OPTION_WITH_TIES" ? undefined : numberOf(select.limitCount);
  return limit === undefined ? {} : { limit };
}

/** A number written out; undefined for anything else. */
function numberOf(node: Node | undefined): number | undefined {
  if (!node || !("A_Const" in node)) return undefined;
  const { ival, fval } = node.A_Const;
  if (ival) return ival.ival ?? 0;
  return fval?.fval === undefined ? undefined : Number(fval.fval);
}
