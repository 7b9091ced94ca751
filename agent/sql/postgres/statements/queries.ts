import type { Node, RangeVar, SelectStmt } from "libpg-query";
import type { Analysis, QueryColumn, QueryResult } from "../analysis.ts";
import { noteFlows } from "../flows.ts";
import { emptyScope } from "../namespace.ts";
import { isModification } from "../sqlBodies.ts";
import type { StatementReader, StatementResult } from "./statement.ts";

/** SELECT, VALUES, TABLE, INSERT, UPDATE, DELETE and MERGE. */
export const readQueryStatement: StatementReader = (analysis, node, context) => {
  if ("SelectStmt" in node) {
    const { select, into } = withoutInto(node.SelectStmt);
    const result = analysis.query(select, emptyScope);
    useOutputs(analysis, result.columns);
    if (into) return storeResult(analysis, into, result, "select_into", context.span);
    return resultOf("select", analysis.effect, result);
  }
  if (!isModification(node)) return undefined;
  const result = analysis.readers.modify(analysis, node, emptyScope);
  useOutputs(analysis, result?.columns ?? []);
  return resultOf(kindOfModification(node), "write", result);
};

export function kindOfModification(node: Node): string {
  if ("InsertStmt" in node) return "insert";
  if ("UpdateStmt" in node) return "update";
  return "DeleteStmt" in node ? "delete" : "merge";
}

/** Result columns are used as outputs, and a value whose computing can fail tells of its columns by failing. */
export function useOutputs(analysis: Analysis, columns: readonly QueryColumn[]): void {
  for (const { value, span } of columns) {
    const at = value.refs.length > 0 ? undefined : span;
    analysis.use("output", value, value.plain, at);
    if (value.fallible) analysis.use("function_argument", value, false, span);
  }
}

function resultOf(
  kind: string,
  effect: StatementResult["effect"],
  result: QueryResult | undefined,
): StatementResult {
  return {
    kind,
    effect,
    columns: result?.columns ?? [],
    hasOrderBy: result?.hasOrderBy ?? false,
    ...(result?.limit === undefined ? {} : { limit: result.limit }),
  };
}

/** A query whose rows become a table of their own. */
export function storeResult(
  analysis: Analysis,
  into: RangeVar,
  result: QueryResult,
  kind: string,
  span: { readonly start: number; readonly end: number },
  names: readonly string[] = [],
): StatementResult {
  const table = into.relname ?? "";
  const schema = into.schemaname ?? (into.relpersistence === "t" ? "pg_temp" : creationSchema(analysis));
  for (const [index, column] of result.columns.entries()) {
    const target = { schema, table, column: names[index] ?? column.name };
    noteFlows(analysis, [target], column.value);
  }
  analysis.actions.push({
    action: "create",
    objectKind: kind === "create_materialized_view" ? "materialized_view" : "table",
    name: `${schema}.${table}`,
    flags: into.relpersistence === "t" ? ["temporary"] : [],
    span,
  });
  return { kind, effect: "ddl" };
}

/** Where an object without a schema is created: the first schema of the search path that is not the system's. */
export const creationSchema = (analysis: Analysis): string =>
  analysis.index.catalog.searchPath.find((one) => one !== "pg_catalog" && !one.startsWith("pg_temp")) ??
  "public";

/** SELECT … INTO: the INTO stands in the leftmost arm of a set operation. */
export function withoutInto(select: SelectStmt): {
  readonly select: SelectStmt;
  readonly into: RangeVar | undefined;
} {
  const { intoClause, ...rest } = select;
  if (intoClause?.rel) return { select: rest, into: intoClause.rel };
  if (!select.larg) return { select, into: undefined };
  const left = withoutInto(select.larg);
  return left.into
    ? { select: { ...select, larg: left.select }, into: left.into }
    : { select, into: undefined };
}
