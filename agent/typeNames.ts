import { types } from "pg";

const BUILT_IN: ReadonlyMap<number, string> = new Map(
  Object.entries(types.builtins).map(([name, oid]) => [Number(oid), name.toLowerCase()]),
);

/** A short name for a result column's type; `oid 12345` for one the database defines itself. */
export const typeName = (oid: number): string => BUILT_IN.get(oid) ?? (oid === 0 ? "" : `oid ${oid}`);
