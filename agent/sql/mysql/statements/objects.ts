import type { RangeVar } from "libpg-query";
import type { Span } from "../../facts.ts";
import { noteFlows } from "../../postgres/flows.ts";
import { emptyScope, type NamespaceItem, type Scope } from "../../postgres/namespace.ts";
import type { StatementResult } from "../../postgres/statements/statement.ts";
import { constant, field, reference } from "../../postgres/value.ts";
import { noteChangedName } from "../changedNames.ts";
import { noteCounter } from "../counters.ts";
import type { MysqlAnalysis } from "../mysqlAnalysis.ts";
import type {
  AlterTableStatement,
  CreateTableStatement,
  CreateViewStatement,
  DropTablesStatement,
  TableChange,
} from "../parser/objectStatement.ts";
import type { CreateRoutineStatement } from "../parser/statement.ts";
import { currentSchema, relationItem } from "../relations.ts";
import { flowsOfBody } from "../storedFlows.ts";
import { isTemporarySchema, temporarySchema } from "../temporarySchema.ts";
import { doubtHidden, find, findReal, findTemporary, placed, printed, schemaOf } from "./namedTables.ts";
import { moveLabels, nameChanges } from "./renaming.ts";

/** CREATE TABLE; with a query, its rows are stored and labels follow them. */
export function readCreateTable(analysis: MysqlAnalysis, statement: CreateTableStatement): StatementResult {
  const { relation, query, like, span: own } = statement;
  const span = placed(analysis, own);
  if (like) carry(analysis, like, relation);
  if (query) storeRows(analysis, statement, span);
  const flags = [...statement.flags, ...(statement.temporary ? ["temporary"] : [])];
  if (statement.temporary || analysis.opening.length > 0) noteChangedName(analysis, relation);
  analysis.actions.push({
    action: "create",
    objectKind: "table",
    name: printed(analysis, relation),
    flags,
    span,
  });
  if (flags.includes("foreign")) {
    const name = printed(analysis, relation);
    analysis.actions.push({ action: "create", objectKind: "foreign_server", name, flags: [], span });
  }
  if (statement.replaces && !statement.temporary && findReal(analysis, relation)) {
    const name = printed(analysis, relation);
    analysis.actions.push({ action: "drop", objectKind: "table", name, flags: [], span });
  }
  return { kind: query ? "create_table_as" : "create_table", effect: "ddl" };
}

function storeRows(
  analysis: MysqlAnalysis,
  { query, relation, temporary, columns: own, constrains, counts }: CreateTableStatement,
  span: Span,
): void {
  const result = analysis.query(query ?? {}, emptyScope);
  const table = relation.relname ?? "";
  const database = schemaOf(analysis, relation);
  const schema = temporary ? temporarySchema(database) : database;
  for (const column of result.columns) {
    const name = own.find((one) => one === column.name) ?? column.value.shown ?? column.name;
    noteFlows(analysis, [{ schema, table, column: name }], column.value);
    const stored =
      column.value.transform === "opaque"
        ? { ...column.value, transform: "expression" as const }
        : column.value;
    analysis.use("output", stored, stored.plain);
    // What the definitions ask of a value tells of it by failing, and a counter by counting on from it.
    const isCounter = counts && own.includes(column.name);
    if (stored.fallible || constrains) {
      analysis.use("function_argument", stored, false, isCounter ? span : undefined);
    }
    if (isCounter) noteCounter(analysis, column.name, span);
  }
}

/** A table made LIKE another holds none of its rows. */
function carry(analysis: MysqlAnalysis, like: RangeVar, _to: RangeVar): void {
  relationItem(analysis, like, "read");
}

/** A view stores no data; reading through it later is judged by what it reads. */
export function readCreateView(analysis: MysqlAnalysis, statement: CreateViewStatement): StatementResult {
  const { relation, query, flags, span: own } = statement;
  const span = placed(analysis, own);
  analysis.query(query, emptyScope);
  analysis.uses.length = 0;
  analysis.actions.push({
    action: "create",
    objectKind: "view",
    name: printed(analysis, relation),
    flags,
    span,
  });
  return { kind: "create_view", effect: "ddl" };
}

/** ALTER TABLE: one action a change. What is checked against existing rows tells of them by failing. */
export function readAlterTable(analysis: MysqlAnalysis, statement: AlterTableStatement): StatementResult {
  const { relation, ifExists, changes } = statement;
  const item = ifExists && !find(analysis, relation) ? undefined : relationItem(analysis, relation, "write");
  const name = printed(analysis, relation);
  const [first] = changes;
  const grown = item && withAdded(item, changes);
  if (first) doubtHidden(analysis, relation, placed(analysis, first.span));
  for (const change of changes) {
    const flags = [change.flag];
    analysis.actions.push({
      action: "alter",
      objectKind: "table",
      name,
      flags,
      span: placed(analysis, change.span),
    });
    if (change.flag === "foreign") {
      const at = placed(analysis, change.span);
      analysis.actions.push({ action: "alter", objectKind: "foreign_server", name, flags: [], span: at });
    }
    if (change.flag === "drop_index") {
      const at = placed(analysis, change.span);
      analysis.actions.push({ action: "drop", objectKind: "index", name, flags: [], span: at });
    }
    if (grown) readChange(analysis, change, grown, relation);
  }
  return { kind: "alter_table", effect: "ddl" };
}

/** A check can name a column that comes with it, which holds nothing yet. */
function withAdded(item: NamespaceItem, changes: readonly TableChange[]): NamespaceItem {
  const known = new Set(item.fields.map(({ name }) => name));
  const added = changes.flatMap(({ adds = [] }) => adds).filter((name) => !known.has(name));
  return { ...item, fields: [...item.fields, ...added.map((name) => field(name, constant))] };
}

function readChange(
  analysis: MysqlAnalysis,
  change: TableChange,
  item: NamespaceItem,
  relation: RangeVar,
): void {
  const scope: Scope = { ...emptyScope, items: [item] };
  const { columns = [], role, expression, renames, counts } = change;
  const span = placed(analysis, change.span);
  for (const one of item.fields) {
    if (!role || !columns.includes(one.name)) continue;
    analysis.use(role, reference(one, span, item.id), false, counts ? span : undefined);
    if (counts) noteCounter(analysis, one.name, span);
  }
  if (expression) analysis.predicate(expression, scope);
  if (renames) {
    const { column, to, schema } = renames;
    if (column === undefined)
      nameChanges(analysis, relation, { relname: to, ...(schema && { schemaname: schema }) });
    moveLabels(analysis, relation, (id) => {
      const inside = schema === undefined || !isTemporarySchema(id.schema) ? schema : temporarySchema(schema);
      if (column === undefined) return { ...id, table: to, schema: inside ?? id.schema };
      return id.column.toLowerCase() === column ? { ...id, column: to } : undefined;
    });
  }
}

export function readDrop(analysis: MysqlAnalysis, statement: DropTablesStatement): StatementResult {
  const { objectKind, relations, ifExists, flags, span: own } = statement;
  const span = placed(analysis, own);
  for (const relation of relations) {
    if (!ifExists && !flags.includes("temporary") && !find(analysis, relation)) {
      analysis.fail(`${objectKind} "${printed(analysis, relation)}" does not exist`, span);
    }
    const temporary =
      objectKind === "table" && !flags.includes("temporary") && findTemporary(analysis, relation);
    if (temporary) doubtHidden(analysis, relation, span);
    else if (flags.includes("temporary") || analysis.opening.length > 0) noteChangedName(analysis, relation);
    const all = temporary && !findReal(analysis, relation) ? [...flags, "temporary"] : flags;
    analysis.actions.push({
      action: "drop",
      objectKind,
      name: printed(analysis, relation),
      flags: all,
      span,
    });
  }
  return { kind: `drop_${objectKind}`, effect: "ddl" };
}

/**
 * Code that runs later. What a routine does is judged when it is called; a trigger or event also runs where nobody
 * watches, so labels follow now what it will store.
 */
export function readCreateRoutine(
  analysis: MysqlAnalysis,
  statement: CreateRoutineStatement,
): StatementResult {
  const { objectKind, name, flags, span: own } = statement;
  const span = placed(analysis, own);
  if ((objectKind === "trigger" || objectKind === "event") && statement.body) {
    const table = statement.table && find(analysis, statement.table);
    const { flows, unknown } = flowsOfBody(analysis, statement.body, table);
    analysis.flows.push(...flows);
    if (unknown !== undefined) analysis.unknown(`What it will store is not known: ${unknown}`, span);
  }
  if (statement.unknown !== undefined) analysis.unknown(statement.unknown, span);
  const schema = name.includes(".") ? "" : `${currentSchema(analysis) ?? ""}.`;
  analysis.actions.push({ action: "create", objectKind, name: `${schema}${name}`, flags, span });
  return { kind: `create_${objectKind}`, effect: "ddl" };
}
