import type { AlterTableCmd, AlterTableStmt } from "libpg-query";
import { defineColumn, defineReferences, makeIdentity } from "./columns.ts";
import { addConstraint, drop } from "./constraints.ts";
import { columnNamed, type RelationDraft } from "./draft.ts";
import type { SchemaState } from "./schemaState.ts";
import { constraintsOf, isNotNull } from "./snapshot.ts";
import type { StatementText } from "./statementText.ts";
import { printType } from "./typeNames.ts";
import { forgetBrokenViews, forgetStarViews } from "./viewRewrites.ts";

/** ALTER TABLE, ALTER VIEW, ALTER TYPE of a composite type: the commands that change what a catalog shows. */
export function alterTable(state: SchemaState, node: AlterTableStmt, text: StatementText): void {
  const relation = state.findVar(node.relation);
  if (!relation) return;
  const defaults = text.newDefaults();
  for (const [position, command] of (node.cmds ?? []).entries()) {
    if (!("AlterTableCmd" in command)) continue;
    alter(state, relation, command.AlterTableCmd, text, defaults[position]);
    state.changed();
  }
}

function alter(
  state: SchemaState,
  relation: RelationDraft,
  command: AlterTableCmd,
  text: StatementText,
  newDefault: string | undefined,
): void {
  const name = command.name ?? "";
  const { def } = command;
  const withChildren = [relation, ...state.descendants(relation)];
  const columns = withChildren.flatMap((one) => columnNamed(one, name) ?? []);
  switch (command.subtype) {
    case "AT_AddColumn":
      if (def && "ColumnDef" in def) {
        for (const one of withChildren) {
          const before = columnNamed(one, def.ColumnDef.colname ?? "");
          if (before) continue;
          defineColumn(state, one, def.ColumnDef, text);
          defineReferences(state, one, def.ColumnDef, text);
          const added = columnNamed(one, def.ColumnDef.colname ?? "");
          if (added && one !== relation) {
            added.inherited = true;
            added.local = false;
          }
          forgetStarViews(state, one);
        }
      }
      return;
    case "AT_DropColumn":
      for (const one of withChildren) dropColumn(state, one, name, one !== relation);
      if (command.behavior === "DROP_CASCADE") forgetBrokenViews(state, withChildren);
      return;
    case "AT_AlterColumnType":
      if (def && "ColumnDef" in def && def.ColumnDef.typeName) {
        for (const column of columns) column.type = printType(state, def.ColumnDef.typeName, true);
      }
      return;
    case "AT_SetNotNull":
    case "AT_DropNotNull":
      for (const column of columns) column.notNull = command.subtype === "AT_SetNotNull";
      return;
    case "AT_ColumnDefault":
      for (const column of columns) {
        if (def && newDefault !== undefined) column.defaultText = newDefault;
        else delete column.defaultText;
      }
      return;
    case "AT_DropExpression":
      for (const column of columns) {
        column.generated = false;
        delete column.defaultText;
      }
      return;
    case "AT_AddIdentity":
      for (const column of columns.slice(0, 1)) {
        const options = def && "Constraint" in def ? def.Constraint.options : undefined;
        makeIdentity(state, relation, column, options);
      }
      return;
    case "AT_DropIdentity":
      for (const one of [...state.relations.values()]) {
        if (one.ownedBy?.oid === relation.oid && one.ownedBy.column === name) state.remove(one);
      }
      return;
    case "AT_AddConstraint":
      if (def && "Constraint" in def) addConstraint(state, relation, def.Constraint, text);
      return;
    case "AT_DropConstraint":
      dropConstraint(relation, name);
      return;
    case "AT_EnableRowSecurity":
    case "AT_DisableRowSecurity":
      relation.hasRowSecurity = command.subtype === "AT_EnableRowSecurity";
      return;
    default:
      alterTies(state, relation, command);
  }
}

/** What ties a relation to parents, partitions and triggers. */
function alterTies(state: SchemaState, relation: RelationDraft, command: AlterTableCmd): void {
  const { subtype = "", def, name } = command;
  const named = def && "RangeVar" in def ? state.findVar(def.RangeVar) : undefined;
  const part = def && "PartitionCmd" in def ? state.findVar(def.PartitionCmd.name) : undefined;
  if (subtype === "AT_AttachPartition" && part) {
    if (part.kind === "table") part.kind = "partition";
    addParent(part, relation);
  } else if (subtype === "AT_DetachPartition" && part) {
    if (part.kind === "partition") part.kind = "table";
    removeParent(state, part, relation);
  } else if (subtype === "AT_AddInherit" && named) addParent(relation, named);
  else if (subtype === "AT_DropInherit" && named) {
    removeParent(state, relation, named);
  } else if (/^AT_(?:Enable|Disable).*Trig/.test(subtype)) {
    const all = /Trig(?:All|User)$/.test(subtype);
    for (const trigger of relation.triggers) {
      if (all || trigger.name === name) trigger.enabled = subtype.startsWith("AT_Enable");
    }
  }
}

function addParent(child: RelationDraft, parent: RelationDraft): void {
  if (!child.parents.includes(parent.oid)) child.parents.push(parent.oid);
  for (const column of child.columns) {
    if (columnNamed(parent, column.name)) column.inherited = true;
    if (parent.kind === "partitioned_table") column.local = false;
  }
}

/** What the child had from its parent it now has by itself. */
function removeParent(state: SchemaState, child: RelationDraft, parent: RelationDraft): void {
  child.constraints = [...constraintsOf(state, child)];
  for (const column of child.columns) {
    column.notNull = isNotNull(state, child, column);
    column.inherited = false;
    column.local = true;
  }
  child.parents = child.parents.filter((oid) => oid !== parent.oid);
}

function dropColumn(state: SchemaState, relation: RelationDraft, name: string, isChild: boolean): void {
  const column = columnNamed(relation, name);
  if (!column || (isChild && (!column.inherited || column.local))) return;
  relation.columns = relation.columns.filter((one) => one !== column);
  relation.constraints = relation.constraints.filter((one) => !one.columns.includes(name));
  for (const other of [...state.relations.values()]) {
    if (other.ownedBy?.oid === relation.oid && other.ownedBy.column === name) state.remove(other);
    other.constraints = other.constraints.filter(
      (one) => one.kind !== "foreign" || one.target !== relation.oid || !one.targetColumns.includes(name),
    );
  }
}

/** NOT NULL is a constraint with a name too, since version 18. */
function dropConstraint(relation: RelationDraft, name: string): void {
  drop(relation, name);
  const column = relation.columns.find((one) => `${relation.name}_${one.name}_not_null` === name);
  if (column) column.notNull = false;
}
