import type { Relation } from "../../../../protocol/catalog.ts";
import type { Span } from "../../facts.ts";
import { emptyScope, type NamespaceItem } from "../../postgres/namespace.ts";
import { useOutputs } from "../../postgres/statements/queries.ts";
import type { StatementResult } from "../../postgres/statements/statement.ts";
import { type Field, reference } from "../../postgres/value.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";
import type { HandlerStatement } from "../parser/statement.ts";
import { findTable, relationItem, spanOfRelation, userItem } from "../relations.ts";
import { foldColumn } from "../settings.ts";

/** HANDLER reads rows of a table in the order of an index, which tells of the values in it. */
export function readHandler(
  analysis: MysqlAnalysis,
  statement: HandlerStatement,
  span: Span,
): StatementResult {
  switch (statement.action) {
    case "open":
      openTable(analysis, statement);
      return { kind: "handler", effect: "session" };
    case "close":
      return { kind: "handler", effect: "session" };
    case "read":
      return readRows(analysis, statement, span);
  }
}

function openTable(analysis: MysqlAnalysis, { relation }: HandlerStatement): void {
  const span = spanOfRelation(analysis, relation);
  const found = findTable(analysis, relation, span);
  if (found.kind === "system") analysis.unknown("This opens a table of the server itself.", span);
  relationItem(analysis, relation, "read");
}

function readRows(analysis: MysqlAnalysis, statement: HandlerStatement, span: Span): StatementResult {
  const at = spanOfRelation(analysis, statement.relation);
  const relation = openedAs(analysis, statement, at);
  if (!relation) {
    analysis.unknown("Which table this HANDLER reads is not known.", at);
    return { kind: "handler", effect: "unknown" };
  }
  const item = userItem(analysis, relation, statement.relation, "read", at);
  for (const node of [...statement.keys, ...statement.limit]) {
    analysis.use("function_argument", analysis.expression(node, emptyScope), false);
  }
  if (statement.where) analysis.predicate(statement.where, { ...emptyScope, items: [item] });
  const columns = item.fields.map((one) => ({
    name: one.name,
    value: reference(one, at, item.id),
    span: at,
  }));
  useOutputs(analysis, columns);
  for (const field of orderedBy(statement, relation, item)) {
    const value = reference(field, at, item.id);
    analysis.use("sort", value, false, span);
    if (statement.keys.length > 0) analysis.use("filter_other", value, false, span);
  }
  return { kind: "handler", effect: "read", columns };
}

/** The table that was opened under the name, as it is now. */
function openedAs(analysis: MysqlAnalysis, { name }: HandlerStatement, span: Span): Relation | undefined {
  const { handlers, complete } = analysis.session.memory;
  if (!handlers.has(name) && complete) {
    return analysis.fail(`no table is open as "${name}"`, span, "HANDLER … OPEN it first.");
  }
  const oid = handlers.get(name);
  const relation = oid === undefined ? undefined : analysis.index.relationByOid(oid);
  return relation?.kind === "table" ? relation : undefined;
}

/** Rows lie in the order of the primary key within their partitions; of other indexes nobody here knows the columns. */
function orderedBy(
  { index }: HandlerStatement,
  { columns, partitionColumns = [] }: Relation,
  item: NamespaceItem,
): readonly Field[] {
  if (index !== undefined && index.toUpperCase() !== "PRIMARY") return item.fields;
  const keys = new Set(
    [...columns.filter((one) => one.inPrimaryKey).map(({ name }) => name), ...partitionColumns].map(
      foldColumn,
    ),
  );
  return item.fields.filter((one) => keys.has(one.name));
}
