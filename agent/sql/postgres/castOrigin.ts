import { isBuiltinType } from "./builtins.ts";
import type { Origin, Value } from "./value.ts";

/** Names the grammar has for types that the catalog prints otherwise. */
const PRINTED: ReadonlyMap<string, string> = new Map([
  ["integer", "int4"],
  ["bigint", "int8"],
  ["smallint", "int2"],
  ["boolean", "bool"],
  ["real", "float4"],
  ["double precision", "float8"],
  ["character", "bpchar"],
  ["character varying", "varchar"],
  ["bit varying", "varbit"],
  ["timestamp without time zone", "timestamp"],
  ["timestamp with time zone", "timestamptz"],
  ["time without time zone", "time"],
  ["time with time zone", "timetz"],
]);

const MODIFIERS = / ?\([^)]*\)/;

/**
 * What RowDescription says of a cast, `x::type` or `type(x)`. A cast to the type that a value has already is no step of
 * its own for the server: the origin shows through it. `modified`: the type is given with a length or precision.
 */
export function castOrigin(value: Value, type: string, modified: boolean): Origin {
  if (value.origin === null || value.origin === undefined) return value.origin;
  const has = value.type;
  if (has === undefined) return undefined;
  const [from, to] = [internalName(has.replace(MODIFIERS, "")), internalName(type)];
  const [fromBuiltin, toBuiltin] = [isBuiltinType(element(from)), isBuiltinType(element(to))];
  if (fromBuiltin !== toBuiltin) return null;
  if (!fromBuiltin) return undefined;
  if (from !== to) return null;
  return MODIFIERS.test(has) || modified ? undefined : value.origin;
}

const element = (type: string): string => type.replace(/(?:\[\])+$/, "");

const internalName = (type: string): string => {
  const bare = element(type);
  return `${PRINTED.get(bare) ?? bare}${bare === type ? "" : "[]"}`;
};
