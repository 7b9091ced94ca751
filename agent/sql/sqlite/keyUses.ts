import type { Catalog, Column, Relation } from "../../../protocol/catalog.ts";
import type { ColumnId, ColumnUse, Span, UseRole } from "../facts.ts";
import { rowRulesOf } from "../postgres/rowRules.ts";
import { asciiLower } from "./lexer.ts";
import { namesOf, type Touched, type Written } from "./touched.ts";

type KeyUse = readonly [column: ColumnId, role: UseRole];

/**
 * What keys, foreign keys and checks compare with what is written: a conflict, or what IGNORE and REPLACE make of it,
 * tells whether a value was there. SQLite asks no leave for it.
 */
export function keyUses(touched: Touched, catalog: Catalog, span: Span): readonly ColumnUse[] {
  const uses = touched.written.flatMap((written): readonly KeyUse[] => [
    ...referring(written, catalog),
    ...(written.operation === "delete" ? [] : ownKeys(written, catalog)),
  ]);
  return uses.map(([column, role]) => ({ column, role, bare: true, span, byKey: true }));
}

/** An INSERT gives every column a value, be it the default one. */
function ownKeys({ relation, operation, columns }: Written, catalog: Catalog): readonly KeyUse[] {
  const updates = operation === "update";
  const isAssigned = ({ name }: Column): boolean => !updates || columns.includes(name);
  const assigned = relation.columns.filter(isAssigned);
  const rules = rowRulesOf(catalog, relation).filter((rule) =>
    assigned.some(({ name }) => rule.columns.includes(name)),
  );
  return [
    ...assigned
      .filter(({ unique, inPrimaryKey }) => unique || inPrimaryKey)
      .map((column): KeyUse => [idOf(relation, column), "filter_equality"]),
    ...assigned.flatMap((column) => referenced(column, catalog)),
    ...rules.flatMap((rule) =>
      relation.columns
        .filter(({ name }) => rule.columns.includes(name))
        .flatMap((column): readonly KeyUse[] => {
          const id = idOf(relation, column);
          if (rule.kind === "computed_key") return [[id, "filter_other"]];
          if (rule.kind === "key") return [[id, isAssigned(column) ? "filter_equality" : "join_equality"]];
          return isAssigned(column) ? [] : [[id, "filter_other"]];
        }),
    ),
  ];
}

const idOf = ({ schema, name: table }: Relation, { name: column }: Column): ColumnId => ({
  schema,
  table,
  column,
});

function referenced({ references }: Column, catalog: Catalog): readonly KeyUse[] {
  if (references === undefined) return [];
  const found = namesOf(catalog).get(asciiLower(references.table));
  const column = found?.columns.get(asciiLower(references.column));
  return found && column ? [[idOf(found.relation, column), "filter_equality"]] : [];
}

/** Columns of others whose foreign keys hold the rows that go or change. */
function referring({ relation, operation, columns }: Written, catalog: Catalog): readonly KeyUse[] {
  if (operation === "insert") return [];
  const changes = new Set(columns.map(asciiLower));
  return catalog.relations.flatMap((other) =>
    other.columns
      .filter(
        ({ references }) =>
          references !== undefined &&
          asciiLower(references.table) === asciiLower(relation.name) &&
          (operation === "delete" || changes.has(asciiLower(references.column))),
      )
      .map((column): KeyUse => [idOf(other, column), "filter_equality"]),
  );
}
