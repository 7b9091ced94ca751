import { types } from "pg";

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

/** A result column's type as `format_type` prints it; `oid 12345` for one the database defines itself. */
export const typeName = (oid: number): string => BUILT_IN.get(oid) ?? (oid === 0 ? "" : `oid ${oid}`);
