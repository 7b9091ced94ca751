import type { Column } from "../../../protocol/catalog.ts";
import type { ColumnId } from "../facts.ts";
import type { Analysis } from "../postgres/analysis.ts";
import type { CatalogIndex } from "../postgres/catalogIndex.ts";
import { noteFlows } from "../postgres/flows.ts";
import type { Value } from "../postgres/value.ts";
import { foldColumn } from "./settings.ts";

const known = new WeakMap<CatalogIndex, ReadonlyMap<string, readonly ColumnId[]>>();

const key = ({ schema, table, column }: ColumnId): string =>
  JSON.stringify([schema, table, foldColumn(column)]);

/** Columns by what their foreign keys refer to. */
function referringTo(index: CatalogIndex): ReadonlyMap<string, readonly ColumnId[]> {
  const before = known.get(index);
  if (before) return before;
  const pairs = index.catalog.relations.flatMap((relation) =>
    relation.columns.flatMap((column) =>
      referencesOf(column).map((to) => [key(to), index.identify(relation, column)] as const),
    ),
  );
  const found = new Map(
    [...Map.groupBy(pairs, ([to]) => to)].map(([to, from]) => [to, from.map(([, column]) => column)]),
  );
  known.set(index, found);
  return found;
}

const referencesOf = ({ references, otherReferences = [] }: Column): readonly ColumnId[] =>
  references ? [references, ...otherReferences] : [];

/** ON UPDATE CASCADE: what a column is changed to is stored in those that refer to it, and in those that refer to these. */
export function noteCascades(analysis: Analysis, changed: readonly ColumnId[], value: Value): void {
  const referring = referringTo(analysis.index);
  const reached = new Set(changed);
  for (const column of reached) for (const one of referring.get(key(column)) ?? []) reached.add(one);
  noteFlows(
    analysis,
    [...reached].filter((column) => !changed.includes(column)),
    { ...value, transform: value.transform === "direct" ? "expression" : value.transform },
  );
}
