import type { Catalog, Relation, RelationKind } from "../../protocol/catalog.ts";
import type { ColumnId, Flow } from "../sql/facts.ts";

const HOLDS_DATA: ReadonlySet<RelationKind> = new Set<RelationKind>([
  "table",
  "partitioned_table",
  "partition",
  "materialized_view",
  "foreign_table",
]);

/** Schemas of the server itself: what they hold is known without looking. */
export const isSystemSchema = (schema: string): boolean =>
  schema === "pg_catalog" || schema === "information_schema" || schema === "pg_toast";

/** Relations whose columns are base columns: all but views, sequences and row types. */
export const baseRelations = (catalog: Catalog): readonly Relation[] =>
  catalog.relations.filter((relation) => HOLDS_DATA.has(relation.kind));

/** Tells whose a column is: the topmost ancestor's that has one of the name, or the relation's own. */
export function ownerOf(catalog: Catalog): (relation: Relation, column: string) => Relation {
  const byOid = new Map(catalog.relations.map((relation) => [relation.oid, relation]));
  const topmost = (relation: Relation, column: string, depth: number): Relation => {
    if (depth > 32) return relation;
    for (const oid of relation.parents) {
      const parent = byOid.get(oid);
      if (parent?.columns.some((one) => one.name === column)) return topmost(parent, column, depth + 1);
    }
    return relation;
  };
  return (relation, column) => topmost(relation, column, 0);
}

/** Columns people may speak of: each where it is labelled. */
export function namedColumns(catalog: Catalog): readonly ColumnId[] {
  const owner = ownerOf(catalog);
  return baseRelations(catalog)
    .filter(({ schema }) => !isSystemSchema(schema))
    .flatMap((relation) =>
      relation.columns
        .filter(({ name }) => owner(relation, name) === relation)
        .map(({ name }) => ({ schema: relation.schema, table: relation.name, column: name })),
    );
}

/** Foreign keys as flows: a column that references another holds its values. */
export const referenceFlows = (catalog: Catalog): readonly Flow[] =>
  baseRelations(catalog).flatMap((relation) =>
    relation.columns.flatMap(({ name, references }) =>
      references === undefined
        ? []
        : [
            {
              target: { schema: relation.schema, table: relation.name, column: name },
              sources: [references],
              unchanged: true,
              opaque: false,
            },
          ],
    ),
  );
