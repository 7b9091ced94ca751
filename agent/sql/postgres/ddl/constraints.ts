import type { Constraint, IndexStmt, Node } from "libpg-query";
import { nameParts } from "../names.ts";
import { type ConstraintDraft, columnNamed, type RelationDraft } from "./draft.ts";
import type { SchemaState } from "./schemaState.ts";
import type { StatementText } from "./statementText.ts";

/** Adds a key, foreign key, check or NOT NULL. `column`: the one whose definition it stands in. */
export function addConstraint(
  state: SchemaState,
  relation: RelationDraft,
  constraint: Constraint,
  text: StatementText,
  column?: string,
): void {
  const own = column === undefined ? [] : [column];
  const keys = constraint.keys ? nameParts(constraint.keys) : own;
  switch (constraint.contype) {
    case "CONSTR_NOTNULL":
      for (const name of keys) setNotNull(relation, name);
      return;
    case "CONSTR_PRIMARY":
    case "CONSTR_UNIQUE":
      addKey(relation, constraint, keys);
      return;
    case "CONSTR_FOREIGN":
      addForeignKey(state, relation, constraint, constraint.fk_attrs ? nameParts(constraint.fk_attrs) : own);
      return;
    case "CONSTR_CHECK": {
      const columns = columnsNamed(relation, constraint.raw_expr);
      const check = text.parenthesised(constraint.location) ?? "";
      add(
        relation,
        { kind: "check", name: "", columns, text: `CHECK ${check}` },
        constraint.conname,
        "check",
      );
      return;
    }
    case "CONSTR_EXCLUSION": {
      const columns = columnsNamed(relation, constraint.exclusions);
      add(relation, { kind: "computed", name: "", columns }, constraint.conname, "excl");
      return;
    }
    default:
  }
}

function addKey(relation: RelationDraft, constraint: Constraint, keys: readonly string[]): void {
  const kind = constraint.contype === "CONSTR_PRIMARY" ? "primary" : "unique";
  const index = relation.constraints.find(
    (one) => constraint.indexname !== undefined && one.name === constraint.indexname,
  );
  if (index) drop(relation, index.name);
  const columns = index ? index.columns : [...keys];
  const added: ConstraintDraft = { kind, name: "", columns };
  add(relation, added, constraint.conname ?? index?.name, kind === "primary" ? "pkey" : "key");
  if (kind === "primary") for (const name of columns) setNotNull(relation, name);
}

function addForeignKey(
  state: SchemaState,
  relation: RelationDraft,
  constraint: Constraint,
  columns: readonly string[],
): void {
  const target = state.findVar(constraint.pktable);
  if (!target) return;
  const primary = target.constraints.find((one) => one.kind === "primary");
  const targetColumns = constraint.pk_attrs ? nameParts(constraint.pk_attrs) : [...(primary?.columns ?? [])];
  const added: ConstraintDraft = {
    kind: "foreign",
    name: "",
    columns: [...columns],
    target: target.oid,
    targetColumns,
  };
  add(relation, added, constraint.conname, "fkey");
}

/** A unique index makes a key of its columns, or of what it computes from them. */
export function addUniqueIndex(state: SchemaState, node: IndexStmt): void {
  const relation = state.findVar(node.relation);
  const columns = (node.indexParams ?? []).flatMap((one) =>
    "IndexElem" in one && one.IndexElem.name !== undefined ? [one.IndexElem.name] : [],
  );
  if (!relation || !node.unique) return;
  if (node.whereClause || columns.length !== node.indexParams?.length) {
    const named = new Set([...columns, ...columnsNamed(relation, [node.indexParams, node.whereClause])]);
    add(relation, { kind: "computed", name: "", columns: [...named] }, node.idxname, "idx");
    return;
  }
  add(relation, { kind: "unique", name: "", columns }, node.idxname, "idx");
}

/** Under the given name, or the one the server would make up. */
function add(relation: RelationDraft, added: ConstraintDraft, name: string | undefined, label: string): void {
  const columns = label === "pkey" || (label === "check" && added.columns.length !== 1) ? [] : added.columns;
  const wanted = name ?? [relation.name, ...columns, label].join("_");
  let free = wanted;
  for (let number = 1; relation.constraints.some((one) => one.name === free); number++) {
    free = `${wanted}${number}`;
  }
  added.name = free;
  relation.constraints.push(added);
}

export function drop(relation: RelationDraft, name: string): void {
  relation.constraints = relation.constraints.filter((one) => one.name !== name);
}

function setNotNull(relation: RelationDraft, name: string): void {
  const column = columnNamed(relation, name);
  if (column) column.notNull = true;
}

/** The columns that an expression over one table names. */
export function columnsNamed(relation: RelationDraft, expression: unknown): string[] {
  const found = new Set<string>();
  visit(expression, (node) => {
    const name = nameParts(node).at(-1);
    if (name !== undefined && columnNamed(relation, name)) found.add(name);
  });
  return [...found];
}

function visit(node: unknown, onColumn: (fields: readonly Node[]) => void): void {
  if (typeof node !== "object" || node === null) return;
  if (isColumnRef(node)) onColumn(node.ColumnRef.fields ?? []);
  if (isIndexElement(node) && node.IndexElem.name !== undefined) {
    onColumn([{ String: { sval: node.IndexElem.name } }]);
  }
  for (const inner of Object.values(node)) visit(inner, onColumn);
}

const isIndexElement = (node: object): node is { IndexElem: { name?: string } } => "IndexElem" in node;

const isColumnRef = (node: object): node is { ColumnRef: { fields?: Node[] } } => "ColumnRef" in node;
