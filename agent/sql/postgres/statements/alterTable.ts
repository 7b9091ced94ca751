import type { AlterTableCmd, AlterTableStmt, AlterTableType, Constraint, RangeVar } from "libpg-query";
import type { ColumnId, Span, UseRole } from "../../facts.ts";
import { type Analysis, nowhere } from "../analysis.ts";
import { noteFlows } from "../flows.ts";
import { nameParts } from "../names.ts";
import { emptyScope, type NamespaceItem, type Scope } from "../namespace.ts";
import { relationItem, spanOfRelation } from "../relations.ts";
import { type Field, reference } from "../value.ts";
import { costsOf } from "./alterTableCosts.ts";
import { clauseSpans } from "./clauses.ts";
import type { StatementReader } from "./statement.ts";

/** What a command of ALTER TABLE is called in facts; the rest are named after themselves. */
const FLAGS: Partial<Readonly<Record<AlterTableType, string>>> = {
  AT_DropColumn: "drop_column",
  AT_DropConstraint: "drop_constraint",
  AT_AlterColumnType: "set_type",
  AT_SetNotNull: "set_not_null",
  AT_DisableRowSecurity: "disable_row_security",
  AT_NoForceRowSecurity: "disable_row_security",
  AT_DisableTrig: "disable_trigger",
  AT_DisableTrigAll: "disable_trigger",
  AT_DisableTrigUser: "disable_trigger",
  AT_DisableRule: "disable_rule",
  AT_ChangeOwner: "change_owner",
  AT_ReplicaIdentity: "replica_identity",
};

/** ALTER TABLE and its kin: one action a command. What is checked against existing rows tells of them by failing. */
export const readAlterTable: StatementReader = (analysis, node, context) => {
  if (!("AlterTableStmt" in node)) return undefined;
  const alter = node.AlterTableStmt;
  const objectKind = (alter.objtype ?? "OBJECT_TABLE").slice(7).toLowerCase();
  const name = alter.relation;
  const ordinary = objectKind === "table" || objectKind === "foreign_table";
  const item = name && ordinary ? itemOf(analysis, alter, name) : undefined;
  const printed = [item?.relation?.schema ?? name?.schemaname, name?.relname].filter(Boolean).join(".");
  const after = name?.location === undefined ? undefined : afterName(analysis, name);
  const places = clauseSpans(analysis, after, context.span.end);
  const commands = (alter.cmds ?? []).flatMap((one) => ("AlterTableCmd" in one ? [one.AlterTableCmd] : []));
  for (const [index, command] of commands.entries()) {
    const span = places.length === commands.length ? (places[index] ?? context.span) : context.span;
    const called = analysis.functions.length;
    if (item) readCommand(analysis, command, item, span);
    const isVolatile = analysis.functions.slice(called).some((use) => use.volatility === "volatile");
    analysis.actions.push({
      action: "alter",
      objectKind,
      name: printed,
      flags: [
        flagOf(command),
        ...(command.behavior === "DROP_CASCADE" ? ["cascade"] : []),
        ...costsOf(command, isVolatile),
      ],
      span,
    });
  }
  return { kind: `alter_${objectKind}`, effect: "ddl" };
};

function itemOf(analysis: Analysis, alter: AlterTableStmt, name: RangeVar): NamespaceItem | undefined {
  const known = analysis.index.findRelation(name.schemaname, name.relname ?? "");
  if (!known && alter.missing_ok) return undefined;
  return relationItem(analysis, name, "write");
}

/** The byte position after the table's name: the grammar gives the name's own. */
function afterName(analysis: Analysis, name: RangeVar): number | undefined {
  if (analysis.frame.kind !== "text") return undefined;
  const { source } = analysis.frame;
  const { end } = spanOfRelation(analysis, name);
  return Buffer.byteLength(source.text.slice(0, end - source.shift));
}

const flagOf = (command: AlterTableCmd): string =>
  FLAGS[command.subtype ?? "AT_SetOptions"] ??
  (command.subtype ?? "")
    .slice(3)
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();

function readCommand(analysis: Analysis, command: AlterTableCmd, item: NamespaceItem, span: Span): void {
  const scope: Scope = { ...emptyScope, items: [item] };
  const { def, subtype } = command;
  if (subtype === "AT_SetNotNull") useColumns(analysis, item, [command.name ?? ""], "filter_other", span);
  readFamily(analysis, command, item);
  if (def && "Constraint" in def) readConstraint(analysis, def.Constraint, item, scope, span);
  if (def && "ColumnDef" in def) {
    const { raw_default, constraints, colname } = def.ColumnDef;
    if (subtype === "AT_AlterColumnType") {
      const column = command.name ?? "";
      if (raw_default) {
        const value = analysis.expression(raw_default, scope);
        analysis.use("function_argument", value, false, span);
        const changed = item.fields.filter((field) => field.name === column).flatMap(idsOf);
        noteFlows(analysis, changed, value);
      } else useColumns(analysis, item, [column], "function_argument", span);
    }
    for (const one of constraints ?? []) {
      if (!("Constraint" in one) || !one.Constraint.raw_expr) continue;
      const { contype, raw_expr } = one.Constraint;
      // Every row gets its value at once.
      if (contype === "CONSTR_GENERATED" || contype === "CONSTR_DEFAULT") {
        const value = analysis.expression(raw_expr, scope);
        analysis.use("assignment", value);
        const { schema = "", name: table = "" } = item.relation ?? {};
        const stored = { schema, table, column: colname ?? "" };
        noteFlows(analysis, [stored], value);
        analysis.associate(value.literals, [stored]);
      }
    }
  }
}

/**
 * A child's column is its topmost parent's, so that it becomes another one where a table enters or leaves a family:
 * what it holds comes along.
 */
function readFamily(analysis: Analysis, command: AlterTableCmd, item: NamespaceItem): void {
  const { def, subtype } = command;
  const other =
    def && "PartitionCmd" in def
      ? def.PartitionCmd.name
      : def && "RangeVar" in def
        ? def.RangeVar
        : undefined;
  switch (subtype) {
    case "AT_AddInherit":
      if (other) enter(analysis, relationItem(analysis, other, "write"), item);
      return;
    case "AT_AttachPartition":
      if (other) enter(analysis, item, relationItem(analysis, other, "write"));
      return;
    case "AT_DropInherit":
      leave(analysis, item);
      return;
    case "AT_DetachPartition":
      if (other) leave(analysis, relationItem(analysis, other, "write"));
      return;
    case "AT_DropColumn":
      for (const { schema, name, parents } of analysis.index.catalog.relations) {
        if (item.relationOid === undefined || !parents.includes(item.relationOid)) continue;
        for (const one of item.fields.filter((field) => field.name === command.name)) {
          noteFlows(analysis, [{ schema, table: name, column: one.name }], reference(one, nowhere, item.id));
        }
      }
      return;
    default:
  }
}

function enter(analysis: Analysis, parent: NamespaceItem, child: NamespaceItem): void {
  for (const one of child.fields) {
    const above = parent.fields.find((field) => field.name === one.name);
    if (above) noteFlows(analysis, idsOf(above), reference(one, nowhere, child.id));
  }
}

function leave(analysis: Analysis, child: NamespaceItem): void {
  const { schema = "", name: table = "" } = child.relation ?? {};
  for (const one of child.fields) {
    noteFlows(analysis, [{ schema, table, column: one.name }], reference(one, nowhere, child.id));
  }
}

const idsOf = (field: Field): readonly ColumnId[] => field.refs.map((ref) => ref.column);

/** Adding a constraint reads every row: whether it succeeds is a fact about their values. */
function readConstraint(
  analysis: Analysis,
  constraint: Constraint,
  item: NamespaceItem,
  scope: Scope,
  span: Span,
): void {
  switch (constraint.contype) {
    case "CONSTR_CHECK":
      if (constraint.raw_expr && !constraint.skip_validation) analysis.predicate(constraint.raw_expr, scope);
      return;
    case "CONSTR_UNIQUE":
    case "CONSTR_PRIMARY":
      useColumns(analysis, item, nameParts(constraint.keys), "distinct", span);
      return;
    case "CONSTR_FOREIGN":
      if (!constraint.skip_validation) {
        useColumns(analysis, item, nameParts(constraint.fk_attrs), "join_other", span);
      }
      return;
    case "CONSTR_EXCLUSION":
      useColumns(
        analysis,
        item,
        item.fields.map((one) => one.name),
        "distinct",
        span,
      );
      return;
    case "CONSTR_NOTNULL":
      useColumns(analysis, item, nameParts(constraint.keys), "filter_other", span);
      return;
    default:
  }
}

function useColumns(
  analysis: Analysis,
  item: NamespaceItem,
  names: readonly string[],
  role: UseRole,
  span: Span,
): void {
  for (const field of item.fields) {
    if (names.includes(field.name)) analysis.use(role, reference(field, span, item.id), false, span);
  }
}
