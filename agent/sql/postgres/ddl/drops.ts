import type { DropStmt, Node, ObjectType } from "libpg-query";
import { nameParts } from "../names.ts";
import { drop } from "./constraints.ts";
import type { RelationDraft } from "./draft.ts";
import { routineNamed } from "./routines.ts";
import type { SchemaState } from "./schemaState.ts";
import { printType } from "./typeNames.ts";

/** DROP of everything a catalog shows. */
export function dropObjects(state: SchemaState, node: DropStmt): void {
  for (const object of node.objects ?? []) {
    dropObject(state, node.removeType, object, node.behavior === "DROP_CASCADE");
    state.changed();
  }
}

function dropObject(state: SchemaState, kind: ObjectType | undefined, object: Node, cascade: boolean): void {
  const parts = "List" in object ? nameParts(object.List.items) : [];
  switch (kind) {
    case "OBJECT_TABLE":
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW":
    case "OBJECT_SEQUENCE":
    case "OBJECT_FOREIGN_TABLE": {
      const relation = state.findParts(parts);
      if (relation) dropRelation(state, relation, cascade);
      return;
    }
    case "OBJECT_INDEX":
      for (const relation of state.relations.values()) {
        if (parts.length < 2 || relation.schema === parts.at(-2)) drop(relation, parts.at(-1) ?? "");
      }
      return;
    case "OBJECT_SCHEMA":
      if ("String" in object) dropSchema(state, object.String.sval ?? "");
      return;
    case "OBJECT_FUNCTION":
    case "OBJECT_PROCEDURE":
    case "OBJECT_ROUTINE":
    case "OBJECT_AGGREGATE":
      if ("ObjectWithArgs" in object) dropRoutine(state, routineNamed(state, object.ObjectWithArgs)?.oid);
      return;
    case "OBJECT_TYPE":
    case "OBJECT_DOMAIN":
      if ("TypeName" in object) {
        dropType(state, nameParts(object.TypeName.names), printType(state, object.TypeName, false), cascade);
      }
      return;
    case "OBJECT_TRIGGER":
    case "OBJECT_RULE": {
      const relation = state.findParts(parts.slice(0, -1));
      const name = parts.at(-1) ?? "";
      if (relation && kind === "OBJECT_RULE") relation.rules.delete(name);
      else if (relation) relation.triggers = relation.triggers.filter((one) => one.name !== name);
      return;
    }
    default:
  }
}

/** Without CASCADE the server refuses while something depends on it, so nothing does. */
function dropRelation(state: SchemaState, relation: RelationDraft, cascade: boolean): void {
  const dependents = cascade ? state.dependents(relation) : [];
  if (relation.kind === "composite_type") {
    dropType(state, [relation.schema, relation.name], "", cascade);
    return;
  }
  state.remove(relation);
  for (const view of dependents) if (state.relations.has(view.oid)) dropRelation(state, view, cascade);
}

function dropSchema(state: SchemaState, schema: string): void {
  for (const relation of [...state.relations.values()]) {
    if (relation.schema === schema && state.relations.has(relation.oid)) dropRelation(state, relation, true);
  }
  for (const routine of [...state.routines.values()]) {
    if (routine.schema === schema) dropRoutine(state, routine.oid);
  }
  for (const type of state.types.filter((one) => one.schema === schema)) state.replaceType(type, undefined);
}

function dropRoutine(state: SchemaState, oid: number | undefined): void {
  if (oid === undefined) return;
  state.routines.delete(oid);
  for (const relation of state.relations.values()) {
    relation.triggers = relation.triggers.filter((one) => one.routineOid !== oid);
  }
}

function dropType(state: SchemaState, parts: readonly string[], printed: string, cascade: boolean): void {
  const type = state.findType(parts.at(-2), parts.at(-1) ?? "");
  if (!type) return;
  const row = state.find(type.schema, type.name);
  if (row?.kind === "composite_type") state.remove(row);
  state.replaceType(type, undefined);
  if (!cascade || printed === "") return;
  for (const relation of state.relations.values()) {
    relation.columns = relation.columns.filter(
      (column) => column.type !== printed && column.type !== `${printed}[]`,
    );
  }
}
