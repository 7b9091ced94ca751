import type { Span } from "../../facts.ts";
import type { QueryColumn, QueryResult } from "../../postgres/analysis.ts";
import { readWith } from "../../postgres/ctes.ts";
import { readFrom } from "../../postgres/fromItems.ts";
import { emptyScope, type NamespaceItem, type Scope } from "../../postgres/namespace.ts";
import { combine, type Field, type Value } from "../../postgres/value.ts";
import { noteRemoval, type Target } from "../../postgres/writeTargets.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";
import { readOutputs } from "../outputs.ts";
import type { InsertStatement } from "../parser/statement.ts";
import { proposedRow } from "../specials.ts";
import { addTarget, writeTarget } from "../writes.ts";
import { assignedValue, MysqlAssignments } from "./assigning.ts";

/** INSERT and REPLACE; the result is that of RETURNING. REPLACE deletes rows that the new ones collide with. */
export function readInsert(
  analysis: MysqlAnalysis,
  statement: InsertStatement,
  span: Span,
): readonly QueryColumn[] {
  analysis.raise("write");
  const replaces = statement.kind === "replace";
  const changes = replaces
    ? (["delete"] as const)
    : statement.duplicate.length > 0
      ? (["update"] as const)
      : [];
  const target = writeTarget(analysis, statement.relation, ["insert", ...changes]);
  const source = statement.query ? readSource(analysis, statement) : undefined;
  const collides = replaces || statement.ignores || statement.duplicate.length > 0;
  const assigned = new MysqlAssignments(analysis, target, collides, statement.duplicate.length > 0);
  const own: Scope = { ...emptyScope, items: [target.item] };
  const { columns } = statement;
  const names = columns?.map((one) => one.name) ?? target.item.fields.map((one) => one.name);
  const at = (index: number): Span =>
    columns?.[index] ? analysis.names(columns[index].location, 1) : target.span;
  if (source) {
    checkWidth(analysis, source.columns.length, names.length, target);
    for (const [index, column] of source.columns.entries()) {
      assigned.add(names[index] ?? "", column.value, at(index));
    }
  }
  readRows(analysis, statement, own, names.length, target, (index, value) => {
    assigned.add(names[index] ?? "", value, at(index));
  });
  for (const { name, value, location } of statement.assignments ?? []) {
    assigned.add(
      name.at(-1) ?? "",
      assignedValue(analysis, value, own),
      analysis.names(location, name.length),
    );
  }
  if (statement.duplicate.length > 0) readDuplicate(analysis, statement, target, source, assigned);
  addTarget(analysis, target, "insert", "not_applicable", assigned.names, span);
  if (replaces) {
    noteRemoval(analysis, target);
    addTarget(analysis, target, "delete", "some", [], span);
  }
  if (statement.returning.length === 0) return [];
  const stored = target.item.fields.map((one) => assigned.after(one));
  return readOutputs(analysis, statement.returning, {
    ...emptyScope,
    items: [{ ...target.item, fields: stored }],
  });
}

/** Thousands of rows are common: what a column gets of all of them is taken together. */
function readRows(
  analysis: MysqlAnalysis,
  { rows = [], columns }: InsertStatement,
  scope: Scope,
  width: number,
  target: Target,
  add: (index: number, value: Value) => void,
): void {
  const cells: Value[][] = [];
  for (const row of rows) {
    if (row.length > 0 || columns?.length) checkWidth(analysis, row.length, width, target);
    for (const [index, cell] of row.entries()) {
      cells[index] ??= [];
      cells[index].push(assignedValue(analysis, cell, scope));
    }
  }
  for (const [index, values] of cells.entries()) {
    const [only, another] = values;
    add(index, only && !another ? only : combine(values));
  }
}

function readSource(analysis: MysqlAnalysis, statement: InsertStatement): QueryResult {
  const result = analysis.query(statement.query ?? {}, emptyScope);
  for (const column of result.columns) {
    if (column.value.fallible) analysis.use("function_argument", column.value, false);
  }
  return result;
}

function checkWidth(analysis: MysqlAnalysis, found: number, wanted: number, target: Target): void {
  if (found !== wanted) analysis.fail("there are not as many values as columns", target.span);
}

/** ON DUPLICATE KEY UPDATE sees the row that is there, the one proposed, and what its query reads. */
function readDuplicate(
  analysis: MysqlAnalysis,
  statement: InsertStatement,
  target: Target,
  source: QueryResult | undefined,
  assigned: MysqlAssignments,
): void {
  const fields = target.item.fields.map((one) => ({ ...assigned.proposed(one), name: one.name }));
  const row = (name: string, visible: boolean, own: readonly Field[]): NamespaceItem => ({
    id: analysis.nextItem(),
    name,
    fields: own,
    nameVisible: true,
    columnsVisible: visible,
    hasSystemColumns: false,
  });
  const { alias } = statement;
  const renamed = fields.map((one, index) => ({ ...one, name: alias?.columns[index] ?? one.name }));
  const items = [
    target.item,
    row(proposedRow, false, fields),
    ...(alias ? [row(alias.name, alias.columns.length > 0, renamed)] : []),
  ];
  const parent: Scope | undefined = source && sourceScope(analysis, source, statement);
  const scope: Scope = { ...emptyScope, items, parent };
  for (const { name, value, location } of statement.duplicate) {
    assigned.add(
      name.at(-1) ?? "",
      assignedValue(analysis, value, scope),
      analysis.names(location, name.length),
    );
  }
}

/** The tables of the query, where it is a simple one: any of their columns can be used, shown or not. */
function sourceScope(analysis: MysqlAnalysis, source: QueryResult, statement: InsertStatement): Scope {
  const { fromClause, groupClause, distinctClause, op, withClause } = statement.query ?? {};
  const isSimple = op === undefined || op === "SETOP_NONE";
  if (!isSimple || groupClause || distinctClause || !fromClause) {
    return { ...emptyScope, items: [outerColumns(analysis, source, statement)] };
  }
  const scope = readWith(analysis, withClause, emptyScope);
  return { ...scope, items: readFrom(analysis, fromClause, scope).items };
}

/** Of other queries, any column may hold what they read. */
function outerColumns(
  analysis: MysqlAnalysis,
  source: QueryResult,
  statement: InsertStatement,
): NamespaceItem {
  const fields = source.columns.map((one): Field => ({ ...one.value, name: one.name }));
  const refs = [...analysis.uses.map((use) => ({ column: use.column, span: use.span }))];
  const reason = "What ON DUPLICATE KEY UPDATE takes from the tables of the query is not followed.";
  const [first] = fields;
  const open = first && {
    ...first,
    fallible: false,
    items: [],
    refs,
    transform: "opaque" as const,
    plain: false,
    reason,
  };
  return {
    id: analysis.nextItem(),
    name: statement.relation.relname === undefined ? undefined : "\0query",
    fields,
    nameVisible: false,
    columnsVisible: true,
    hasSystemColumns: false,
    ...(open ? { open } : {}),
  };
}
