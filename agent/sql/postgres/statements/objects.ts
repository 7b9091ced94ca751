import type { Node, RangeVar, RenameStmt } from "libpg-query";
import type { ColumnId, Effect } from "../../facts.ts";
import type { Analysis } from "../analysis.ts";
import { nameParts } from "../names.ts";
import { objectKindOf, partsOf } from "./drops.ts";
import type { StatementReader } from "./statement.ts";

/** Statements on whole objects that touch no row: what they do, to which kind of object, and how far it reaches. */
const PLAIN: Readonly<Record<string, readonly [action: string, objectKind: string, effect: Effect]>> = {
  CreateSchemaStmt: ["create", "schema", "ddl"],
  CreateSeqStmt: ["create", "sequence", "ddl"],
  AlterSeqStmt: ["alter", "sequence", "ddl"],
  CreateEnumStmt: ["create", "type", "ddl"],
  CompositeTypeStmt: ["create", "type", "ddl"],
  CreateRangeStmt: ["create", "type", "ddl"],
  CreateDomainStmt: ["create", "type", "ddl"],
  AlterDomainStmt: ["alter", "type", "ddl"],
  AlterEnumStmt: ["alter", "type", "ddl"],
  AlterTypeStmt: ["alter", "type", "ddl"],
  CreateStatsStmt: ["create", "statistics", "ddl"],
  AlterStatsStmt: ["alter", "statistics", "ddl"],
  CreateCastStmt: ["create", "function", "ddl"],
  CreateConversionStmt: ["create", "function", "ddl"],
  CreateTransformStmt: ["create", "function", "ddl"],
  CreateOpClassStmt: ["create", "operator_class", "ddl"],
  CreateOpFamilyStmt: ["create", "operator_family", "ddl"],
  AlterOpFamilyStmt: ["alter", "operator_family", "ddl"],
  AlterOperatorStmt: ["alter", "operator", "ddl"],
  AlterPolicyStmt: ["alter", "policy", "ddl"],
  AlterTSConfigurationStmt: ["alter", "text_search", "ddl"],
  AlterTSDictionaryStmt: ["alter", "text_search", "ddl"],
  AlterCollationStmt: ["alter", "collation", "ddl"],
  AlterObjectDependsStmt: ["alter", "object", "ddl"],
  AlterTableMoveAllStmt: ["alter", "tablespace", "admin"],
  SecLabelStmt: ["label", "object", "admin"],
  AlterEventTrigStmt: ["alter", "event_trigger", "admin"],
  CreateExtensionStmt: ["create", "extension", "admin"],
  AlterExtensionStmt: ["alter", "extension", "admin"],
  AlterExtensionContentsStmt: ["alter", "extension", "admin"],
  CreatePLangStmt: ["create", "extension", "admin"],
  CreateAmStmt: ["create", "extension", "admin"],
  CreateFdwStmt: ["create", "foreign_data_wrapper", "admin"],
  AlterFdwStmt: ["alter", "foreign_data_wrapper", "admin"],
  CreateForeignServerStmt: ["create", "foreign_server", "admin"],
  AlterForeignServerStmt: ["alter", "foreign_server", "admin"],
  CreateUserMappingStmt: ["create", "user_mapping", "admin"],
  AlterUserMappingStmt: ["alter", "user_mapping", "admin"],
  ImportForeignSchemaStmt: ["create", "foreign_server", "admin"],
  CreatePublicationStmt: ["create", "publication", "admin"],
  AlterPublicationStmt: ["alter", "publication", "admin"],
  CreateSubscriptionStmt: ["create", "subscription", "admin"],
  AlterSubscriptionStmt: ["alter", "subscription", "admin"],
  CreateTableSpaceStmt: ["create", "tablespace", "admin"],
  AlterTableSpaceOptionsStmt: ["alter", "tablespace", "admin"],
  CreatedbStmt: ["create", "database", "admin"],
  AlterDatabaseStmt: ["alter", "database", "admin"],
  AlterDatabaseRefreshCollStmt: ["alter", "database", "admin"],
};

/** CREATE and ALTER of objects that hold no rows, RENAME, SET SCHEMA and COMMENT. */
export const objectReader =
  (readStatement: StatementReader): StatementReader =>
  (analysis, node, context) => {
    // What CREATE SCHEMA holds runs with it.
    const elements = "CreateSchemaStmt" in node ? (node.CreateSchemaStmt.schemaElts ?? []) : [];
    for (const element of elements) {
      const inner = readStatement(analysis, element, context);
      if (inner) analysis.raise(inner.effect);
      else analysis.unknown("a part of CREATE SCHEMA is not understood", context.span);
    }
    return readObject(analysis, node, context);
  };

const readObject: StatementReader = (analysis, node, { span }) => {
  if ("RenameStmt" in node) {
    const { renameType, relationType, relation, object, subname } = node.RenameStmt;
    const onColumn = renameType === "OBJECT_COLUMN" || renameType === "OBJECT_ATTRIBUTE";
    const objectKind = objectKindOf(onColumn ? relationType : renameType);
    const parts = relation ? [relation.schemaname, relation.relname] : object ? partsOf(object) : [subname];
    const flags = [onColumn ? "rename_column" : "rename"];
    if (relation) carryLabels(analysis, relation, renamedTo(node.RenameStmt, onColumn));
    if (renameType === "OBJECT_SCHEMA") carrySchema(analysis, subname, node.RenameStmt.newname);
    analysis.actions.push({
      action: "alter",
      objectKind,
      name: parts.filter(Boolean).join("."),
      flags,
      span,
    });
    return { kind: onColumn ? "rename_column" : "rename", effect: "ddl" };
  }
  if ("AlterObjectSchemaStmt" in node) {
    const { objectType, relation, object } = node.AlterObjectSchemaStmt;
    const parts = relation ? [relation.schemaname, relation.relname] : object ? partsOf(object) : [];
    const name = parts.filter(Boolean).join(".");
    const { newschema = "" } = node.AlterObjectSchemaStmt;
    if (relation) carryLabels(analysis, relation, (id) => ({ ...id, schema: newschema }));
    analysis.actions.push({
      action: "alter",
      objectKind: objectKindOf(objectType),
      name,
      flags: ["set_schema"],
      span,
    });
    return { kind: "alter_schema", effect: "ddl" };
  }
  if ("CommentStmt" in node) {
    const { objtype, object } = node.CommentStmt;
    const name = object ? partsOf(object).join(".") : "";
    analysis.actions.push({ action: "comment", objectKind: objectKindOf(objtype), name, flags: [], span });
    return { kind: "comment", effect: "ddl" };
  }
  if ("DefineStmt" in node) {
    const { kind, defnames } = node.DefineStmt;
    const objectKind = objectKindOf(kind);
    analysis.actions.push({
      action: "create",
      objectKind,
      name: nameParts(defnames).join("."),
      flags: [],
      span,
    });
    return { kind: `create_${objectKind}`, effect: "ddl" };
  }
  const [tag = ""] = Object.keys(node);
  const plain = PLAIN[tag];
  if (!plain) return undefined;
  const [action, objectKind, effect] = plain;
  const off = "AlterEventTrigStmt" in node && node.AlterEventTrigStmt.tgenabled === "D";
  const flags = off ? ["disable_trigger"] : [];
  analysis.actions.push({ action, objectKind, name: nameOf(node), flags, span });
  return { kind: `${action}_${objectKind}`, effect };
};

/** The columns of a table that is renamed or moved keep what they hold. */
function carryLabels(
  analysis: Analysis,
  name: RangeVar,
  moved: (id: ColumnId) => ColumnId | undefined,
): void {
  const found = analysis.index.findRelation(name.schemaname, name.relname ?? "");
  if (found?.kind !== "user") return;
  const { relation } = found;
  for (const column of relation.columns) {
    const source = analysis.index.identify(relation, column);
    const target = moved({ schema: relation.schema, table: relation.name, column: column.name });
    if (target) analysis.flows.push({ target, sources: [source], unchanged: true, opaque: false });
  }
}

/** Everything in a schema that is renamed keeps what it holds. */
function carrySchema(analysis: Analysis, from: string | undefined, to = ""): void {
  for (const { schema, name } of analysis.index.catalog.relations) {
    if (schema === from)
      carryLabels(analysis, { schemaname: schema, relname: name }, (id) => ({ ...id, schema: to }));
  }
}

const renamedTo =
  ({ subname, newname = "" }: RenameStmt, onColumn: boolean) =>
  (id: ColumnId): ColumnId | undefined => {
    if (!onColumn) return { ...id, table: newname };
    return id.column === subname ? { ...id, column: newname } : undefined;
  };

/** The name such a statement is about, wherever its node keeps it; empty where it has none. */
function nameOf(node: Node): string {
  if ("CreateSchemaStmt" in node) return node.CreateSchemaStmt.schemaname ?? "";
  if ("CreateExtensionStmt" in node) return node.CreateExtensionStmt.extname ?? "";
  if ("CreatedbStmt" in node) return node.CreatedbStmt.dbname ?? "";
  if ("CreateSeqStmt" in node) return partsOf({ RangeVar: node.CreateSeqStmt.sequence ?? {} }).join(".");
  if ("AlterSeqStmt" in node) return partsOf({ RangeVar: node.AlterSeqStmt.sequence ?? {} }).join(".");
  if ("CreateEnumStmt" in node) return nameParts(node.CreateEnumStmt.typeName).join(".");
  if ("CreateDomainStmt" in node) return nameParts(node.CreateDomainStmt.domainname).join(".");
  if ("AlterEnumStmt" in node) return nameParts(node.AlterEnumStmt.typeName).join(".");
  if ("CreateForeignServerStmt" in node) return node.CreateForeignServerStmt.servername ?? "";
  if ("AlterEventTrigStmt" in node) return node.AlterEventTrigStmt.trigname ?? "";
  if ("AlterPolicyStmt" in node) return node.AlterPolicyStmt.policy_name ?? "";
  if ("CreatePublicationStmt" in node) return node.CreatePublicationStmt.pubname ?? "";
  if ("CreateSubscriptionStmt" in node) return node.CreateSubscriptionStmt.subname ?? "";
  return "";
}
