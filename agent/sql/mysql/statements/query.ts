import type { SelectStmt } from "libpg-query";
import type { Span } from "../../facts.ts";
import type { QueryResult } from "../../postgres/analysis.ts";
import { emptyScope } from "../../postgres/namespace.ts";
import { useOutputs } from "../../postgres/statements/queries.ts";
import type { StatementResult } from "../../postgres/statements/statement.ts";
import { combine } from "../../postgres/value.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";
import { extrasOf, type Into } from "../parser/extras.ts";
import { takeInto } from "../select.ts";
import { assign } from "../userVariables.ts";

/** A query whose rows are returned, stored in variables, or written to a file of the server. */
export function readQueryStatement(analysis: MysqlAnalysis, select: SelectStmt, span: Span): StatementResult {
  const { into } = extrasOf(select.intoClause);
  if (into) takeInto(select);
  const result = analysis.query(select, emptyScope);
  if (into) return store(analysis, into, result, span);
  useOutputs(analysis, result.columns);
  return {
    kind: "select",
    effect: analysis.effect,
    columns: result.columns,
    hasOrderBy: result.hasOrderBy,
    ...(result.limit === undefined ? {} : { limit: result.limit }),
  };
}

function store(analysis: MysqlAnalysis, into: Into, result: QueryResult, span: Span): StatementResult {
  if (into.kind === "file") {
    useOutputs(analysis, result.columns);
    const flags = ["to_file"];
    analysis.actions.push({ action: "copy", objectKind: "table", name: "a query", flags, span });
    return { kind: "select_into", effect: "admin" };
  }
  for (const column of result.columns) {
    if (column.value.fallible) analysis.use("function_argument", column.value, false, column.span);
  }
  // What chose the row shapes what is kept.
  const shaping = combine(result.columns.map((column) => column.value));
  analysis.held.push(shaping);
  for (const [index, target] of into.targets.entries()) {
    const value = result.columns[index]?.value;
    if (!value) analysis.fail("there are not as many values as variables", span);
    if (target.user) assign(analysis, target.name, value);
    else if (!analysis.routineNames?.lookup(target.name.toLowerCase())) {
      analysis.fail(`variable "${target.name}" is not declared`, span);
    }
  }
  return { kind: "select_into_variables", effect: "session" };
}
