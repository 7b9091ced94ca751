import type { Column } from "../../../protocol/catalog.ts";
import type { ColumnId } from "../facts.ts";
import type { CatalogIndex } from "./catalogIndex.ts";

const known = new WeakMap<CatalogIndex, ReadonlyMap<string, readonly ColumnId[]>>();

const key = ({ schema, table, column }: ColumnId): string =>
  JSON.stringify([schema, table, column].map(folded));
const folded = (name: string): string => name.toLowerCase();

/** Columns whose foreign keys refer to any of some: what these hold decides whether a row may go, or change. */
export function referringTo(index: CatalogIndex, columns: readonly ColumnId[]): readonly ColumnId[] {
  let found = known.get(index);
  if (!found) {
    const pairs = index.catalog.relations.flatMap((relation) =>
      relation.columns.flatMap((column) =>
        referencesOf(column).map((to) => [key(to), index.identify(relation, column)] as const),
      ),
    );
    found = new Map(
      [...Map.groupBy(pairs, ([to]) => to)].map(([to, from]) => [to, from.map(([, column]) => column)]),
    );
    known.set(index, found);
  }
  return columns.flatMap((column) => found.get(key(column)) ?? []);
}

/** What a column's foreign keys refer to. */
export const referencesOf = ({ references, otherReferences = [] }: Column): readonly ColumnId[] =>
  references ? [references, ...otherReferences] : [];
