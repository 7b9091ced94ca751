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
        column.references ? [[key(column.references), index.identify(relation, column)] as const] : [],
      ),
    );
    found = new Map(
      [...Map.groupBy(pairs, ([to]) => to)].map(([to, from]) => [to, from.map(([, column]) => column)]),
    );
    known.set(index, found);
  }
  return columns.flatMap((column) => found.get(key(column)) ?? []);
}
