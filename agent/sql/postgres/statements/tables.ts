import type { ColumnDef, CreateStmt, IndexStmt, RangeVar, RefreshMatViewStmt, ViewStmt } from "libpg-query";
import type { Span } from "../../facts.ts";
import type { Analysis } from "../analysis.ts";
import { nameParts } from "../names.ts";
import { emptyScope } from "../namespace.ts";
import { relationItem } from "../relations.ts";
import { constant, reference } from "../value.ts";
import { creationSchema, storeResult, useOutputs, withoutInto } from "./queries.ts";
import type { StatementReader, StatementResult } from "./statement.ts";
import { wordEnd } from "./wordEnd.ts";

/** CREATE TABLE, TABLE AS, VIEW, MATERIALIZED VIEW, INDEX, and REFRESH. */
export const tableReader =
  (readStatement: StatementReader): StatementReader =>
  (analysis, node, context) => {
    if ("CreateStmt" in node) return createTable(analysis, node.CreateStmt, context.span);
    if ("CreateForeignTableStmt" in node) {
      note(analysis, "create", "foreign_table", node.CreateForeignTableStmt.base?.relation, [], context.span);
      return { kind: "create_foreign_table", effect: "ddl" };
    }
    if ("IndexStmt" in node) return createIndex(analysis, node.IndexStmt, context.span);
    if ("ViewStmt" in node) return createView(analysis, node.ViewStmt, context.span);
    if ("RefreshMatViewStmt" in node) return refresh(analysis, node.RefreshMatViewStmt, context.span);
    if (!("CreateTableAsStmt" in node)) return undefined;
    const { query, into, objtype } = node.CreateTableAsStmt;
    if (!query || !into?.rel) return undefined;
    const materialized = objtype === "OBJECT_MATVIEW";
    const kind = materialized ? "create_materialized_view" : "create_table_as";
    const inner = readStatement(analysis, query, context);
    if (!inner) {
      analysis.unknown("the query whose rows are stored is not understood", context.span);
      return { kind, effect: "unknown" };
    }
    const result = { columns: inner.columns ?? [], hasOrderBy: false, singleRow: false };
    return storeResult(analysis, into.rel, result, kind, context.span, nameParts(into.colNames));
  };

function note(
  analysis: Analysis,
  action: string,
  objectKind: string,
  name: RangeVar | undefined,
  flags: readonly string[],
  span: Span,
  insertConcurrentlyAt?: number,
): void {
  const schema = name?.schemaname ?? (name?.relpersistence === "t" ? "pg_temp" : creationSchema(analysis));
  analysis.actions.push({
    action,
    objectKind,
    name: `${schema}.${name?.relname ?? ""}`,
    flags,
    span,
    ...(insertConcurrentlyAt === undefined ? {} : { insertConcurrentlyAt }),
  });
}

function createTable(analysis: Analysis, node: CreateStmt, span: Span): StatementResult {
  const columns = (node.tableElts ?? []).flatMap((one) => ("ColumnDef" in one ? [one.ColumnDef] : []));
  for (const column of columns) readDefaults(analysis, column);
  note(
    analysis,
    "create",
    "table",
    node.relation,
    node.relation?.relpersistence === "t" ? ["temporary"] : [],
    span,
  );
  return { kind: "create_table", effect: "ddl" };
}

/** A default runs later, as whoever inserts: what it calls is noted here. */
function readDefaults(analysis: Analysis, column: ColumnDef): void {
  for (const one of column.constraints ?? []) {
    if (!("Constraint" in one) || one.Constraint.contype !== "CONSTR_DEFAULT") continue;
    if (one.Constraint.raw_expr) analysis.expression(one.Constraint.raw_expr, emptyScope);
  }
}

const INDEX: ReadonlySet<string> = new Set(["index"]);
const VIEW: ReadonlySet<string> = new Set(["view"]);

/** Building an index computes its expressions on every row, and a unique one fails where two rows agree. */
function createIndex(analysis: Analysis, node: IndexStmt, span: Span): StatementResult {
  const flags = [...(node.concurrent ? ["concurrently"] : []), ...(node.unique ? ["unique"] : [])];
  if (node.relation) {
    const item = relationItem(analysis, node.relation, "write");
    const scope = { ...emptyScope, items: [item] };
    for (const param of node.indexParams ?? []) {
      if (!("IndexElem" in param)) continue;
      const { expr, name } = param.IndexElem;
      if (expr) analysis.use("function_argument", analysis.expression(expr, scope), false, span);
      const field = item.fields.find((one) => one.name === name);
      if (node.unique && field) analysis.use("distinct", reference(field, span, item.id), false, span);
    }
    if (node.whereClause) analysis.predicate(node.whereClause, scope);
    const relation = item.relation;
    const name = relation ? `${relation.schema}.${relation.name}` : "";
    // An index of a partitioned table cannot be built that way.
    const partitioned = analysis.index.relationByOid(item.relationOid ?? 0)?.kind === "partitioned_table";
    const at = node.concurrent || partitioned ? undefined : wordEnd(analysis, span, INDEX);
    analysis.actions.push({
      action: "create",
      objectKind: "index",
      name,
      flags,
      span,
      ...(at === undefined ? {} : { insertConcurrentlyAt: at }),
    });
  }
  return { kind: "create_index", effect: "ddl" };
}

/** A view stores no data; reading through it later is judged by what it reads. */
function createView(analysis: Analysis, node: ViewStmt, span: Span): StatementResult {
  if (node.query && "SelectStmt" in node.query) {
    const { select } = withoutInto(node.query.SelectStmt);
    analysis.query(select, emptyScope);
    analysis.uses.length = 0;
  }
  note(analysis, "create", "view", node.view, node.replace ? ["replace"] : [], span);
  return { kind: "create_view", effect: "ddl" };
}

/** The stored query runs again: errors and time can tell of what it reads. */
function refresh(analysis: Analysis, node: RefreshMatViewStmt, span: Span): StatementResult {
  if (node.relation) {
    const item = relationItem(analysis, node.relation, "write");
    const columns = item.fields.map((one) => ({ name: one.name, value: { ...constant, ...one }, span }));
    useOutputs(analysis, columns);
  }
  note(
    analysis,
    "refresh",
    "materialized_view",
    node.relation,
    node.concurrent ? ["concurrently"] : [],
    span,
    node.concurrent || node.skipData ? undefined : wordEnd(analysis, span, VIEW),
  );
  return { kind: "refresh_materialized_view", effect: "write" };
}
