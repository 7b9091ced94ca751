import { types } from "pg";
import type { Catalog } from "../protocol/catalog.ts";

/** Names of the standard where PostgreSQL's own differ from what people write and read. */
const WRITTEN: Readonly<Record<string, string>> = {
  bool: "boolean",
  bpchar: "character",
  float4: "real",
  float8: "double precision",
  int2: "smallint",
  int4: "integer",
  int8: "bigint",
  timestamp: "timestamp without time zone",
  timestamptz: "timestamp with time zone",
  timetz: "time with time zone",
  varbit: "bit varying",
  varchar: "character varying",
};

const BUILT_IN: ReadonlyMap<number, string> = new Map(
  Object.entries(types.builtins).map(([name, oid]) => {
    const own = name.toLowerCase();
    return [Number(oid), WRITTEN[own] ?? own];
  }),
);

/**
 * A result column's type as `format_type` prints it. One that the database defines itself is known by the columns that
 * have it; empty where none has.
 */
export const typeName = (oid: number, catalog: Catalog | null): string =>
  BUILT_IN.get(oid) ?? (catalog === null ? undefined : ownTypes(catalog).get(oid)) ?? "";

const known = new WeakMap<Catalog, ReadonlyMap<number, string>>();

function ownTypes(catalog: Catalog): ReadonlyMap<number, string> {
  let types = known.get(catalog);
  if (types === undefined) {
    const columns = catalog.relations.flatMap((relation) => relation.columns);
    types = new Map(columns.map((column) => [column.typeOid, column.type]));
    known.set(catalog, types);
  }
  return types;
}
