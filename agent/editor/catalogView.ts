import type { Catalog, Column, Relation } from "../../protocol/catalog.ts";
import { isSensitive, type Label } from "../../protocol/label.ts";
import type { CatalogView, ColumnView, RelationView } from "../../protocol/messages.ts";
import type { Database } from "../database.ts";
import { type ColumnId, columnKey } from "../sql/facts.ts";

const SHOWN = new Set<Relation["kind"]>([
  "table",
  "partitioned_table",
  "view",
  "materialized_view",
  "foreign_table",
]);
const HIDDEN_SCHEMAS = new Set(["pg_catalog", "information_schema", "pg_toast"]);

/** Whether this person sees a column as it is. */
type IsShown = (id: ColumnId, label: Label) => boolean;

/** The tree of a connection: what a person would look for, with what each column is. */
export async function catalogView(database: Database, isShown: IsShown): Promise<CatalogView> {
  const catalog = await database.catalog();
  const schemas = new Map<string, RelationView[]>();
  for (const relation of catalog.relations) {
    if (!SHOWN.has(relation.kind) || HIDDEN_SCHEMAS.has(relation.schema)) continue;
    const views = schemas.get(relation.schema) ?? [];
    views.push(relationView(relation, database, isShown));
    schemas.set(relation.schema, views);
  }
  return {
    connectionId: database.profile.id,
    database: catalog.database,
    serverVersion: versionText(catalog),
    classified: database.classified,
    schemas: [...schemas]
      .map(([name, relations]) => ({
        name,
        relations: relations.sort((a, b) => a.name.localeCompare(b.name)),
      }))
      .sort((a, b) => a.name.localeCompare(b.name)),
  };
}

function relationView(relation: Relation, database: Database, isShown: IsShown): RelationView {
  return {
    name: relation.name,
    kind: relation.kind,
    ...(relation.estimatedRows === undefined ? {} : { estimatedRows: relation.estimatedRows }),
    ...(relation.comment === undefined ? {} : { comment: relation.comment }),
    columns: relation.columns.map((column) => columnView(relation, column, database, isShown)),
  };
}

function columnView(relation: Relation, column: Column, database: Database, isShown: IsShown): ColumnView {
  const id = { schema: relation.schema, table: relation.name, column: column.name };
  const label = database.labelOf(id) ?? null;
  const { references } = column;
  return {
    name: column.name,
    type: column.type,
    primaryKey: column.inPrimaryKey,
    ...(references === undefined
      ? {}
      : { references: `${references.schema}.${references.table}.${references.column}` }),
    label,
    corrected: database.labelling.own.has(columnKey(id)),
    masked: label !== null && isSensitive(label) && !isShown(id, label),
  };
}

const versionText = (catalog: Catalog): string =>
  `${Math.floor(catalog.version / 10_000)}.${catalog.version % 10_000}`;
