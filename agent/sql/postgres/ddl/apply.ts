import type { CommentStmt, Node } from "libpg-query";
import { nameParts } from "../names.ts";
import { alterTable } from "./alterTable.ts";
import { sequenceColumns } from "./columns.ts";
import { addUniqueIndex } from "./constraints.ts";
import { createCompositeType, createTable } from "./createTable.ts";
import { columnNamed } from "./draft.ts";
import { dropObjects } from "./drops.ts";
import { rename, setSchema } from "./renames.ts";
import { alterRoutine, createAggregate, createRoutine } from "./routines.ts";
import type { SchemaState } from "./schemaState.ts";
import { setConfigCall, setSearchPath } from "./searchPath.ts";
import type { StatementText } from "./statementText.ts";
import { createTrigger } from "./triggers.ts";
import { alterEnum, createBaseType, createDomain, createEnum, createRange } from "./userTypes.ts";
import { createTableAs, createView, selectInto } from "./views.ts";

/** Changes what exists as the statement would; one that changes nothing a catalog shows is passed over. */
export function apply(state: SchemaState, node: Node, text: StatementText): void {
  const [tag = ""] = Object.keys(node);
  if (CHANGE_NOTHING.has(tag) || changesOnlyStorage(node)) return;
  change(state, node, text);
  if (ADD.has(tag) && !("ViewStmt" in node && node.ViewStmt.replace)) state.added();
  else state.changed();
}

/** Statements that leave what exists as it is; dumps and migrations have thousands of them. */
const CHANGE_NOTHING: ReadonlySet<string> = new Set([
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
  "MergeStmt",
  "CopyStmt",
  "TransactionStmt",
  "GrantStmt",
  "AlterOwnerStmt",
]);

/** Statements that add something and change nothing that is there; what they change they tell themselves. */
const ADD: ReadonlySet<string> = new Set([
  "CreateStmt",
  "CreateForeignTableStmt",
  "CreateTableAsStmt",
  "ViewStmt",
  "CreateSeqStmt",
  "CreateFunctionStmt",
  "CreateEnumStmt",
  "CreateDomainStmt",
  "CreateRangeStmt",
  "CompositeTypeStmt",
  "CommentStmt",
]);

/** ALTER TABLE … OWNER TO and kin. */
function changesOnlyStorage(node: Node): boolean {
  if (!("AlterTableStmt" in node)) return false;
  return (node.AlterTableStmt.cmds ?? []).every(
    (one) =>
      "AlterTableCmd" in one &&
      /^AT_(?:ChangeOwner|ClusterOn|SetStatistics|SetStorage|SetRelOptions|ReplicaIdentity|SetTableSpace)$/.test(
        one.AlterTableCmd.subtype ?? "",
      ),
  );
}

function change(state: SchemaState, node: Node, text: StatementText): void {
  if ("CreateStmt" in node) createTable(state, node.CreateStmt, text, false);
  else if ("CreateForeignTableStmt" in node) {
    const { base } = node.CreateForeignTableStmt;
    if (base) createTable(state, base, text, true);
  } else if ("AlterTableStmt" in node) alterTable(state, node.AlterTableStmt, text);
  else if ("IndexStmt" in node) addUniqueIndex(state, node.IndexStmt);
  else if ("CreateSchemaStmt" in node) {
    const { schemaname, schemaElts } = node.CreateSchemaStmt;
    const before = state.sessionPath;
    if (schemaname !== undefined) state.sessionPath = [schemaname, ...before];
    for (const element of schemaElts ?? []) apply(state, element, text);
    state.sessionPath = before;
  } else if ("ViewStmt" in node) createView(state, node.ViewStmt, text);
  else if ("CreateTableAsStmt" in node) createTableAs(state, node.CreateTableAsStmt, text);
  else if ("SelectStmt" in node) {
    if (node.SelectStmt.intoClause) selectInto(state, node.SelectStmt, text);
    else setConfigCall(state, node.SelectStmt);
  } else if ("DropStmt" in node) dropObjects(state, node.DropStmt);
  else if ("RenameStmt" in node) rename(state, node.RenameStmt);
  else if ("AlterObjectSchemaStmt" in node) setSchema(state, node.AlterObjectSchemaStmt);
  else if ("CommentStmt" in node) comment(state, node.CommentStmt);
  else if ("VariableSetStmt" in node) setSearchPath(state, node.VariableSetStmt, false);
  else if ("AlterDatabaseSetStmt" in node) {
    if (node.AlterDatabaseSetStmt.setstmt) setSearchPath(state, node.AlterDatabaseSetStmt.setstmt, true);
  } else changeCode(state, node, text);
}

/** Routines, triggers, rules, sequences and types. */
function changeCode(state: SchemaState, node: Node, text: StatementText): void {
  if ("CreateFunctionStmt" in node) createRoutine(state, node.CreateFunctionStmt, text);
  else if ("AlterFunctionStmt" in node) alterRoutine(state, node.AlterFunctionStmt);
  else if ("CreateTrigStmt" in node) createTrigger(state, node.CreateTrigStmt);
  else if ("RuleStmt" in node) {
    const { relation, rulename = "" } = node.RuleStmt;
    if (rulename !== "_RETURN") state.findVar(relation)?.rules.add(rulename);
  } else if ("CreateSeqStmt" in node) {
    const sequence = state.create(node.CreateSeqStmt.sequence, "sequence");
    if (sequence) sequenceColumns(sequence);
  } else if ("CreateEnumStmt" in node) createEnum(state, node.CreateEnumStmt);
  else if ("AlterEnumStmt" in node) alterEnum(state, node.AlterEnumStmt);
  else if ("CreateDomainStmt" in node) createDomain(state, node.CreateDomainStmt);
  else if ("CreateRangeStmt" in node) createRange(state, node.CreateRangeStmt);
  else if ("CompositeTypeStmt" in node) {
    const { typevar, coldeflist } = node.CompositeTypeStmt;
    createCompositeType(state, typevar, coldeflist ?? [], text);
  } else if ("DefineStmt" in node) {
    if (node.DefineStmt.kind === "OBJECT_AGGREGATE") createAggregate(state, node.DefineStmt);
    if (node.DefineStmt.kind === "OBJECT_TYPE") createBaseType(state, node.DefineStmt);
  }
}

/** COMMENT ON a relation or a column. */
function comment(state: SchemaState, node: CommentStmt): void {
  const { object, objtype, comment: text } = node;
  const parts = object && "List" in object ? nameParts(object.List.items) : [];
  const ofColumn = objtype === "OBJECT_COLUMN";
  if (!ofColumn && !isRelation(objtype)) return;
  const relation = state.findParts(ofColumn ? parts.slice(0, -1) : parts);
  const commented = relation && ofColumn ? columnNamed(relation, parts.at(-1) ?? "") : relation;
  if (!commented) return;
  if (text === undefined || text === "") delete commented.comment;
  else commented.comment = text;
  state.added(relation);
}

const isRelation = (kind: string | undefined): boolean =>
  /^OBJECT_(?:TABLE|VIEW|MATVIEW|FOREIGN_TABLE|SEQUENCE)$/.test(kind ?? "");
