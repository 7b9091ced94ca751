import type { Node, TypeName } from "libpg-query";
import { isBuiltinType } from "../builtins.ts";
import { nameParts } from "../names.ts";
import type { SchemaState } from "./schemaState.ts";

/** Types that `format_type` prints by another name than pg_type has. */
const PRINTED: Readonly<Record<string, string>> = {
  int2: "smallint",
  int4: "integer",
  int8: "bigint",
  float4: "real",
  float8: "double precision",
  bool: "boolean",
  varchar: "character varying",
  bpchar: "character",
  varbit: "bit varying",
  time: "time without time zone",
  timetz: "time with time zone",
  timestamp: "timestamp without time zone",
  timestamptz: "timestamp with time zone",
  char: '"char"',
};

/**
 * A type as `format_type` prints it for someone whose search path is the default one: `character varying(40)`,
 * `text[]`, `shop.order_status`. `modifiers`: with lengths and precisions, as columns have them.
 */
export function printType(state: SchemaState, type: TypeName, modifiers: boolean): string {
  const referred = type.pct_type ? typeOfColumn(state, nameParts(type.names)) : undefined;
  const element = referred ?? elementType(state, type, modifiers);
  return type.arrayBounds?.length && !element.endsWith("[]") ? `${element}[]` : element;
}

function elementType(state: SchemaState, type: TypeName, modifiers: boolean): string {
  const parts = nameParts(type.names);
  const name = parts.at(-1) ?? "";
  const schema = parts.at(-2);
  if (schema === "pg_catalog" || (schema === undefined && isBuiltinType(name))) {
    return builtinType(name, modifiers ? (type.typmods ?? []) : [], modifiers);
  }
  const found =
    state.findType(schema, name)?.schema ?? state.find(schema, name)?.schema ?? schema ?? undefined;
  const printed = qualifiedName(state, found, name);
  const given = modifiers ? (type.typmods ?? []).map(modifierText) : [];
  return given.length > 0 ? `${printed}(${given.join(",")})` : printed;
}

function builtinType(name: string, typmods: readonly Node[], modifiers: boolean): string {
  const printed = PRINTED[name] ?? quoteIdentifier(name);
  if (name === "interval") return `interval${intervalModifier(typmods)}`;
  if (name === "bpchar" && modifiers && typmods.length === 0) return "bpchar";
  if (typmods.length === 0) return printed;
  const given = typmods.map(modifierText);
  if (name === "numeric" && given.length === 1) given.push("0");
  const [first = "", ...rest] = printed.split(" ");
  if (first.startsWith("time")) return [`${first}(${given.join(",")})`, ...rest].join(" ");
  return `${printed}(${given.join(",")})`;
}

function modifierText(node: Node): string {
  if ("A_Const" in node) {
    const { ival, sval, fval } = node.A_Const;
    return sval?.sval ?? fval?.fval ?? String(ival?.ival ?? 0);
  }
  return "ColumnRef" in node ? nameParts(node.ColumnRef.fields).join(".") : "";
}

/** Bits of an interval's range (INTERVAL_MASK in the server's timestamp.h). */
const INTERVAL_FIELDS = [
  [1 << 2, "year"],
  [1 << 1, "month"],
  [1 << 3, "day"],
  [1 << 10, "hour"],
  [1 << 11, "minute"],
  [1 << 12, "second"],
] as const;
const FULL_RANGE = 0x7fff;

function intervalModifier(typmods: readonly Node[]): string {
  if (typmods.length === 0) return "";
  const [range = FULL_RANGE, precision] = typmods.map((node) => Number(modifierText(node)));
  const digits = precision === undefined ? "" : `(${precision})`;
  if (range === FULL_RANGE) return digits;
  const fields = INTERVAL_FIELDS.filter(([bit]) => (range & bit) !== 0).map(([, field]) => field);
  const [first, last] = [fields[0] ?? "", fields.at(-1) ?? ""];
  return ` ${first === last ? first : `${first} to ${last}`}${digits}`;
}

/** The type of `table.column%TYPE`. */
function typeOfColumn(state: SchemaState, parts: readonly string[]): string | undefined {
  const relation = state.findParts(parts.slice(0, -1));
  const column = relation?.columns.find((one) => one.name === parts.at(-1));
  return column && withoutModifiers(column.type);
}

/** `numeric(10,2)` as `numeric`: functions have no modifiers. */
export const withoutModifiers = (type: string): string =>
  type.replace(/\([^)]*\)/, "").replace(/^interval .*/, "interval");

/** A name as it is printed for someone with the default search path. */
export function qualifiedName(state: SchemaState, schema: string | undefined, name: string): string {
  if (schema === undefined || state.defaultPath.includes(schema)) return quoteIdentifier(name);
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

export const quoteIdentifier = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
