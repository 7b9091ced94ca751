import type { Span } from "../../facts.ts";
import { emptyScope } from "../../postgres/namespace.ts";
import { useOutputs } from "../../postgres/statements/queries.ts";
import type { StatementResult } from "../../postgres/statements/statement.ts";
import { reference } from "../../postgres/value.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";
import type { HandlerStatement } from "../parser/statement.ts";
import { relationItem, spanOfRelation } from "../relations.ts";

/** HANDLER reads rows of a table in the order of an index, which tells of the values in it. */
export function readHandler(
  analysis: MysqlAnalysis,
  statement: HandlerStatement,
  span: Span,
): StatementResult {
  if (statement.action !== "read") {
    if (statement.action === "open") relationItem(analysis, statement.relation, "read");
    return { kind: "handler", effect: "session" };
  }
  const item = relationItem(analysis, statement.relation, "read");
  const at = spanOfRelation(analysis, statement.relation);
  const scope = { ...emptyScope, items: [item] };
  for (const node of [...statement.keys, ...statement.limit]) {
    analysis.use("function_argument", analysis.expression(node, emptyScope), false);
  }
  if (statement.where) analysis.predicate(statement.where, scope);
  const columns = item.fields.map((one) => ({
    name: one.name,
    value: reference(one, at, item.id),
    span: at,
  }));
  useOutputs(analysis, columns);
  for (const column of columns) analysis.use("sort", column.value, false, span);
  // The name may be the alias of a handler opened before, on another table.
  analysis.unknown("Which table a HANDLER reads depends on statements before.", span);
  return { kind: "handler", effect: "read", columns };
}
