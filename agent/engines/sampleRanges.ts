import type { Relation } from "../../protocol/catalog.ts";

/** A table of no more rows is read whole for its sample. */
export const SMALL = 20_000;
/** Places of a larger one that are looked at. */
export const RANGES = 20;

/** The column that is the whole primary key and counts, so that any place of the table is found by an index. */
export function countingKey({ columns }: Relation): string | undefined {
  const [key, another] = columns.filter(({ inPrimaryKey }) => inPrimaryKey);
  return key !== undefined && another === undefined && /^(?:tiny|small|medium|big)?int/i.test(key.type)
    ? key.name
    : undefined;
}
