import type { AlterObjectSchemaStmt, Node, RenameStmt } from "libpg-query";
import { nameParts } from "../names.ts";
import { columnNamed, type RelationDraft } from "./draft.ts";
import { routineNamed } from "./routines.ts";
import type { SchemaState } from "./schemaState.ts";
import { qualifiedName } from "./typeNames.ts";
import { renaming } from "./viewRewrites.ts";

/** ALTER … RENAME. */
export function rename(state: SchemaState, node: RenameStmt): void {
  const { relation: name, object, subname = "", newname = "" } = node;
  const relation = state.findVar(name);
  switch (node.renameType) {
    case "OBJECT_COLUMN":
    case "OBJECT_ATTRIBUTE":
      if (relation) renameColumn(state, relation, subname, newname);
      return;
    case "OBJECT_TABCONSTRAINT":
      for (const one of relation?.constraints ?? []) if (one.name === subname) one.name = newname;
      return;
    case "OBJECT_INDEX":
      for (const one of [...state.relations.values()].flatMap((draft) => draft.constraints)) {
        if (one.name === name?.relname) one.name = newname;
      }
      return;
    case "OBJECT_TRIGGER":
      for (const one of relation?.triggers ?? []) if (one.name === subname) one.name = newname;
      return;
    case "OBJECT_RULE":
      if (relation?.rules.delete(subname)) relation.rules.add(newname);
      return;
    case "OBJECT_SCHEMA":
      moveSchema(state, subname, newname);
      return;
    case "OBJECT_TYPE":
    case "OBJECT_DOMAIN":
      moveType(state, namesIn(object), undefined, newname);
      return;
    case "OBJECT_FUNCTION":
    case "OBJECT_PROCEDURE":
    case "OBJECT_ROUTINE":
    case "OBJECT_AGGREGATE":
      moveRoutine(state, object, undefined, newname);
      return;
    default:
      if (relation) moveRelation(state, relation, relation.schema, newname);
  }
}

/** ALTER … SET SCHEMA. */
export function setSchema(state: SchemaState, node: AlterObjectSchemaStmt): void {
  const { newschema = "", object, relation: name } = node;
  const relation = state.findVar(name);
  if (relation) {
    moveRelation(state, relation, newschema, relation.name);
    for (const sequence of state.relations.values()) {
      if (sequence.ownedBy?.oid === relation.oid) state.move(sequence, newschema, sequence.name);
    }
  } else if (node.objectType === "OBJECT_TYPE" || node.objectType === "OBJECT_DOMAIN") {
    moveType(state, namesIn(object), newschema, undefined);
  } else moveRoutine(state, object, newschema, undefined);
}

const namesIn = (object: Node | undefined): readonly string[] =>
  object && "List" in object ? nameParts(object.List.items) : [];

function renameColumn(state: SchemaState, relation: RelationDraft, before: string, after: string): void {
  for (const one of [...state.descendants(relation), relation]) {
    const column = columnNamed(one, before);
    if (!column || (one !== relation && !column.inherited)) continue;
    renaming(state, one, { before, after }, () => {
      column.name = after;
      one.partitionedBy = one.partitionedBy.map((name) => (name === before ? after : name));
      for (const constraint of one.constraints) {
        constraint.columns = constraint.columns.map((name) => (name === before ? after : name));
      }
      for (const other of state.relations.values()) {
        if (other.ownedBy?.oid === one.oid && other.ownedBy.column === before) other.ownedBy.column = after;
        for (const key of other.constraints) {
          if (key.kind !== "foreign" || key.target !== one.oid) continue;
          key.targetColumns = key.targetColumns.map((name) => (name === before ? after : name));
        }
      }
    });
  }
}

function moveRelation(state: SchemaState, relation: RelationDraft, schema: string, name: string): void {
  const printed = qualifiedName(state, relation.schema, relation.name);
  const type = state.findType(relation.schema, relation.name);
  renaming(state, relation, undefined, () => state.move(relation, schema, name));
  if (type?.kind === "composite") state.replaceType(type, { ...type, schema, name });
  retype(state, printed, qualifiedName(state, schema, name));
}

function moveSchema(state: SchemaState, before: string, after: string): void {
  for (const relation of [...state.relations.values()]) {
    if (relation.schema === before) moveRelation(state, relation, after, relation.name);
  }
  for (const type of state.types.filter((one) => one.schema === before)) {
    moveType(state, [before, type.name], after, undefined);
  }
  for (const routine of [...state.routines.values()]) {
    if (routine.schema === before) state.routines.set(routine.oid, { ...routine, schema: after });
  }
}

function moveType(
  state: SchemaState,
  parts: readonly string[],
  schema: string | undefined,
  name: string | undefined,
): void {
  const type = state.findType(parts.at(-2), parts.at(-1) ?? "");
  if (!type) return;
  const moved = { ...type, schema: schema ?? type.schema, name: name ?? type.name };
  const row = state.find(type.schema, type.name);
  state.replaceType(type, moved);
  if (row?.kind === "composite_type") state.move(row, moved.schema, moved.name);
  retype(state, qualifiedName(state, type.schema, type.name), qualifiedName(state, moved.schema, moved.name));
}

function moveRoutine(
  state: SchemaState,
  object: Node | undefined,
  schema: string | undefined,
  name: string | undefined,
): void {
  const routine = object && "ObjectWithArgs" in object && routineNamed(state, object.ObjectWithArgs);
  if (!routine) return;
  const moved = { ...routine, schema: schema ?? routine.schema, name: name ?? routine.name };
  state.routines.set(routine.oid, moved);
}

/** Columns and routines print a type by its name of today. */
function retype(state: SchemaState, before: string, after: string): void {
  const renamed = (type: string): string =>
    type === before ? after : type === `${before}[]` ? `${after}[]` : type;
  for (const column of [...state.relations.values()].flatMap((one) => one.columns)) {
    column.type = renamed(column.type);
  }
  for (const routine of [...state.routines.values()]) {
    state.routines.set(routine.oid, {
      ...routine,
      argumentTypes: routine.argumentTypes.map(renamed),
      returnType: renamed(routine.returnType),
      outputColumns: routine.outputColumns.map((one) => ({ ...one, type: renamed(one.type) })),
    });
  }
}
