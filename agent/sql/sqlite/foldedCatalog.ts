import type { Catalog, Relation } from "../../../protocol/catalog.ts";
import { CatalogIndex } from "../postgres/catalogIndex.ts";
import { asPostgres } from "./asPostgres.ts";
import { tokensOf } from "./headWords.ts";
import { asciiLower } from "./lexer.ts";

const known = new WeakMap<Catalog, CatalogIndex>();

/** The catalog for the reading by PostgreSQL's grammar: names in lower case, views by the query behind them. */
export function foldedIndex(catalog: Catalog): CatalogIndex {
  const before = known.get(catalog);
  if (before !== undefined) return before;
  const index = new CatalogIndex({
    ...catalog,
    relations: catalog.relations.map(folded),
    // Triggers are SQLite's to tell of.
    routines: [],
  });
  known.set(catalog, index);
  return index;
}

function folded(relation: Relation): Relation {
  const { definition, ...rest } = relation;
  const query = relation.kind === "view" ? viewQuery(definition ?? "") : undefined;
  const said = query === undefined ? null : asPostgres(tokensOf(query));
  return {
    ...rest,
    name: asciiLower(relation.name),
    columns: relation.columns.map(({ references, ...column }) => ({
      ...column,
      name: asciiLower(column.name),
      ...(references && {
        references: {
          ...references,
          table: asciiLower(references.table),
          column: asciiLower(references.column),
        },
      }),
    })),
    ...(relation.rowRules && {
      rowRules: relation.rowRules.map(({ kind, columns }) => ({ kind, columns: columns.map(asciiLower) })),
    }),
    triggers: [],
    ...(said !== null && { definition: said }),
  };
}

/** The query in `CREATE VIEW name [(columns)] AS query`. */
export function viewQuery(definition: string): string | undefined {
  const tokens = tokensOf(definition);
  const as = tokens.list.findIndex((_, at) => at >= 3 && tokens.word(at) === "AS");
  const first = tokens.list[as + 1];
  return as < 0 || first === undefined ? undefined : definition.slice(first.start);
}
