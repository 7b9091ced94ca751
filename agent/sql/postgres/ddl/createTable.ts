import type { CreateStmt, Node, RangeVar, TableLikeClause } from "libpg-query";
import { nameParts } from "../names.ts";
import { defineColumn, defineReferences } from "./columns.ts";
import { addConstraint, columnsNamed } from "./constraints.ts";
import { addColumn, columnNamed, type RelationDraft } from "./draft.ts";
import type { SchemaState } from "./schemaState.ts";
import type { StatementText } from "./statementText.ts";

/** CREATE TABLE with everything that can stand in it, and CREATE FOREIGN TABLE. */
export function createTable(
  state: SchemaState,
  node: CreateStmt,
  text: StatementText,
  foreign: boolean,
): void {
  const kind = node.partspec
    ? "partitioned_table"
    : node.partbound
      ? foreign
        ? "foreign_table"
        : "partition"
      : foreign
        ? "foreign_table"
        : "table";
  const relation = state.create(node.relation, kind);
  if (!relation) {
    const { schemaname, relname = "" } = node.relation ?? {};
    if (node.if_not_exists !== true)
      state.doubled.push(schemaname === undefined ? relname : `${schemaname}.${relname}`);
    return;
  }
  for (const parent of node.inhRelations ?? []) {
    if ("RangeVar" in parent) inherit(state, relation, parent.RangeVar);
  }
  if (node.ofTypename) copyColumns(relation, state.findParts(nameParts(node.ofTypename.names)));
  const elements = node.tableElts ?? [];
  for (const element of elements) {
    if ("ColumnDef" in element) defineColumn(state, relation, element.ColumnDef, text);
    if ("TableLikeClause" in element) copyTable(state, relation, element.TableLikeClause);
  }
  relation.partitionedBy = partitionKey(relation, node);
  const constraints = [...elements, ...(node.constraints ?? [])].flatMap((one) =>
    "Constraint" in one ? [one.Constraint] : [],
  );
  const [references, others] = [
    constraints.filter((one) => one.contype === "CONSTR_FOREIGN"),
    constraints.filter((one) => one.contype !== "CONSTR_FOREIGN"),
  ];
  for (const one of others) addConstraint(state, relation, one, text);
  for (const element of elements) {
    if ("ColumnDef" in element) defineReferences(state, relation, element.ColumnDef, text);
  }
  for (const one of references) addConstraint(state, relation, one, text);
}

function partitionKey(relation: RelationDraft, { partspec }: CreateStmt): string[] {
  const params = partspec?.partParams ?? [];
  const named = params.flatMap((one) =>
    "PartitionElem" in one
      ? [one.PartitionElem.name ?? "", ...columnsNamed(relation, one.PartitionElem.expr)]
      : [],
  );
  return relation.columns.map(({ name }) => name).filter((name) => named.includes(name));
}

/** Makes a relation the child of another, with the columns it has not got yet. */
function inherit(state: SchemaState, relation: RelationDraft, name: RangeVar): void {
  const parent = state.findVar(name);
  if (!parent) return;
  relation.parents.push(parent.oid);
  for (const { name: column, type, defaultText, generated } of parent.columns) {
    const known = columnNamed(relation, column);
    if (known) known.inherited = true;
    if (known) continue;
    addColumn(relation, {
      name: column,
      type,
      generated,
      inherited: true,
      local: false,
      ...(defaultText === undefined ? {} : { defaultText }),
    });
  }
}

/** CREATE TABLE … OF a composite type. */
function copyColumns(relation: RelationDraft, type: RelationDraft | undefined): void {
  for (const column of type?.columns ?? []) addColumn(relation, { name: column.name, type: column.type });
}

/** Bits of what LIKE … INCLUDING takes over (TableLikeOption in the server's parsenodes.h). */
const LIKE = {
  comments: 1 << 0,
  constraints: 1 << 2,
  defaults: 1 << 3,
  generated: 1 << 4,
  identity: 1 << 5,
  indexes: 1 << 6,
};

function copyTable(state: SchemaState, relation: RelationDraft, clause: TableLikeClause): void {
  const model = state.findVar(clause.relation);
  const options = clause.options ?? 0;
  if (!model) return;
  const includes = (bit: number): boolean => (options & bit) !== 0;
  const visible = state.index().relationByOid(model.oid)?.columns ?? [];
  for (const column of model.columns) {
    const generated = column.generated && includes(LIKE.generated);
    const keepsDefault = column.generated ? generated : includes(LIKE.defaults);
    addColumn(relation, {
      name: column.name,
      type: column.type,
      // As a reader of the model sees it: a parent may have said so.
      notNull: visible.find((one) => one.name === column.name)?.notNull ?? column.notNull,
      generated,
      ...(keepsDefault && column.defaultText !== undefined ? { defaultText: column.defaultText } : {}),
      ...(includes(LIKE.comments) && column.comment !== undefined ? { comment: column.comment } : {}),
    });
  }
  for (const one of model.constraints) {
    const wanted =
      (one.kind === "check" && includes(LIKE.constraints)) ||
      ((one.kind === "primary" || one.kind === "unique") && includes(LIKE.indexes));
    if (!wanted) continue;
    // Keys get names of their own; what the server calls them matters to DROP CONSTRAINT alone.
    const name = one.kind === "check" ? one.name : one.name.replace(model.name, relation.name);
    relation.constraints.push({ ...one, name, columns: [...one.columns] });
  }
}

/** The composite type behind CREATE TYPE … AS ( … ). */
export function createCompositeType(
  state: SchemaState,
  name: RangeVar | undefined,
  columns: readonly Node[],
  text: StatementText,
): void {
  const relation = state.create(name, "composite_type");
  if (!relation) return;
  for (const one of columns) if ("ColumnDef" in one) defineColumn(state, relation, one.ColumnDef, text);
  state.addType({ schema: relation.schema, name: relation.name, kind: "composite", detail: [] });
}
