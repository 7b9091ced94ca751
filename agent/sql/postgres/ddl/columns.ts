import type { ColumnDef, Constraint, Node, TypeName } from "libpg-query";
import { nameParts } from "../names.ts";
import { addConstraint } from "./constraints.ts";
import { addColumn, type ColumnDraft, columnNamed, type RelationDraft } from "./draft.ts";
import type { SchemaState } from "./schemaState.ts";
import type { StatementText } from "./statementText.ts";
import { printType, quoteIdentifier } from "./typeNames.ts";

const SERIALS: Readonly<Record<string, string>> = {
  smallserial: "smallint",
  serial2: "smallint",
  serial: "integer",
  serial4: "integer",
  bigserial: "bigint",
  serial8: "bigint",
};

/** Adds a column with what its definition says of it, foreign keys apart, which may need what comes later. */
export function defineColumn(
  state: SchemaState,
  relation: RelationDraft,
  definition: ColumnDef,
  text: StatementText,
): void {
  const name = definition.colname ?? "";
  const constraints = constraintsIn(definition);
  const column = existingOrNew(state, relation, name, definition.typeName);
  if (!column) return;
  if (definition.typeName && serialType(definition.typeName)) {
    column.notNull = true;
    const sequence = ownSequence(state, relation, name);
    column.defaultText = `nextval('${sequence}'::regclass)`;
  }
  const stops = [...constraints.map((one) => one.location), definition.collClause?.location];
  for (const constraint of constraints) {
    switch (constraint.contype) {
      case "CONSTR_DEFAULT":
        column.defaultText = text.expressionAfter(constraint.location, stops);
        break;
      case "CONSTR_GENERATED":
        column.generated = true;
        column.defaultText = text.parenthesised(constraint.location) ?? "";
        break;
      case "CONSTR_IDENTITY":
        makeIdentity(state, relation, column, constraint.options);
        break;
      case "CONSTR_FOREIGN":
        break;
      default:
        addConstraint(state, relation, constraint, text, name);
    }
  }
}

/** The foreign keys that stand in a column's definition. */
export function defineReferences(
  state: SchemaState,
  relation: RelationDraft,
  definition: ColumnDef,
  text: StatementText,
): void {
  for (const constraint of constraintsIn(definition)) {
    if (constraint.contype !== "CONSTR_FOREIGN") continue;
    addConstraint(state, relation, constraint, text, definition.colname);
  }
}

/** An identity column has a sequence of its own. */
export function makeIdentity(
  state: SchemaState,
  relation: RelationDraft,
  column: ColumnDraft,
  options: readonly Node[] | undefined,
): void {
  column.notNull = true;
  ownSequence(state, relation, column.name, sequenceName(options));
}

/** The columns every sequence has. */
export function sequenceColumns(sequence: RelationDraft): void {
  addColumn(sequence, { name: "last_value", type: "bigint", notNull: true });
  addColumn(sequence, { name: "log_cnt", type: "bigint", notNull: true });
  addColumn(sequence, { name: "is_called", type: "boolean", notNull: true });
}

const constraintsIn = (definition: ColumnDef): readonly Constraint[] =>
  (definition.constraints ?? []).flatMap((one) => ("Constraint" in one ? [one.Constraint] : []));

/** A column that a parent or a row type brought is the same column; without a type there must be one. */
function existingOrNew(
  state: SchemaState,
  relation: RelationDraft,
  name: string,
  type: TypeName | undefined,
): ColumnDraft | undefined {
  const known = columnNamed(relation, name);
  if (known) {
    known.local = true;
    return known;
  }
  if (!type) return undefined;
  return addColumn(relation, { name, type: serialType(type) ?? printType(state, type, true) });
}

function serialType(type: TypeName): string | undefined {
  const [name, another] = nameParts(type.names);
  return another === undefined && name !== undefined ? SERIALS[name] : undefined;
}

function ownSequence(
  state: SchemaState,
  relation: RelationDraft,
  column: string,
  given?: { readonly schema: string | undefined; readonly name: string },
): string {
  const wanted = given?.name ?? `${relation.name}_${column}_seq`;
  const schema = given?.schema ?? relation.schema;
  let name = wanted;
  for (let number = 1; state.find(schema, name); number++) name = `${wanted}${number}`;
  const sequence = state.createAt(schema, name, "sequence");
  if (sequence) {
    sequenceColumns(sequence);
    sequence.ownedBy = { oid: relation.oid, column };
  }
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

function sequenceName(
  options: readonly Node[] | undefined,
): { readonly schema: string | undefined; readonly name: string } | undefined {
  for (const one of options ?? []) {
    if (!("DefElem" in one) || one.DefElem.defname !== "sequence_name") continue;
    const { arg } = one.DefElem;
    const parts = arg && "List" in arg ? nameParts(arg.List.items) : [];
    const name = parts.at(-1);
    if (name !== undefined) return { schema: parts.at(-2), name };
  }
  return undefined;
}
