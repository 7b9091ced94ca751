import type { Relation } from "../../../protocol/catalog.ts";
import type { ColumnId, Span } from "../facts.ts";
import type { Analysis } from "./analysis.ts";
import type { CatalogIndex } from "./catalogIndex.ts";
import { combine, constant, type SourceRef, type Value } from "./value.ts";

/** The columns whose values decide in which of its partitions a row lies, those of their own partitions included. */
function keysWithin(index: CatalogIndex, relation: Relation): readonly ColumnId[] {
  if (relation.kind !== "partitioned_table") return [];
  const parts = index.catalog.relations.filter(({ parents }) => parents.includes(relation.oid));
  return [...keysOf(index, relation), ...parts.flatMap((part) => keysWithin(index, part))];
}

const keysOf = (index: CatalogIndex, relation: Relation): readonly ColumnId[] =>
  relation.columns
    .filter(({ name }) => relation.partitionedBy?.includes(name))
    .map((column) => index.identify(relation, column));

/** The columns whose values decided that a row lies in this partition. */
function keysAround(index: CatalogIndex, relation: Relation): readonly ColumnId[] {
  return relation.parents.flatMap((oid) => {
    const parent = index.relationByOid(oid);
    return parent ? [...keysOf(index, parent), ...keysAround(index, parent)] : [];
  });
}

const keyValue = (columns: readonly ColumnId[], span: Span): Value => ({
  ...combine([{ ...constant, refs: [...new Set(columns)].map((column): SourceRef => ({ column, span })) }]),
  transform: "expression",
});

/** Where a row lies, as its system columns show it, tells of the partition key. */
export function placeOfRow(analysis: Analysis, oid: number | undefined, span: Span): Value {
  const relation = oid === undefined ? undefined : analysis.index.relationByOid(oid);
  return keyValue(relation === undefined ? [] : keysWithin(analysis.index, relation), span);
}

/** To name a partition is to ask for the rows whose keys belong there. */
export function noteChosenPartition(analysis: Analysis, relation: Relation, span: Span): void {
  const keys = keysAround(analysis.index, relation);
  if (keys.length > 0) analysis.use("filter_other", keyValue(keys, span), false, span);
}
