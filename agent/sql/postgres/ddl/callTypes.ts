import { builtinFunction } from "../builtins.ts";
import type { CatalogIndex } from "../catalogIndex.ts";
import { routinesCallable } from "../routines.ts";
import { UNKNOWN } from "./operatorTypes.ts";
import { withoutModifiers } from "./typeNames.ts";

/** Return what they are given first, whatever it is. */
const ANY = new Set("any_value lag lead first_value last_value nth_value mode percentile_disc".split(" "));
const WHOLE = new Set(["smallint", "integer", "bigint"]);

/** Return what they are given first, and text of what is like text. */
const SAME = new Set(
  "min max array_append array_cat array_remove array_replace jsonb_set jsonb_strip_nulls".split(" "),
);

const COUNTING = new Set("length char_length character_length octet_length bit_length".split(" "));
const REAL = new Set("sqrt exp ln log power".split(" "));

/** What a call returns: of the routine it means, or of the built-in functions of that name. */
export function callType(
  index: CatalogIndex,
  parts: readonly string[],
  args: readonly (string | undefined)[],
): string | undefined {
  const name = parts.at(-1) ?? "";
  const builtin = parts.length === 1 || parts[0] === "pg_catalog" ? builtinFunction(name) : undefined;
  if (!builtin) {
    const routines = routinesCallable(index, parts.at(-2), name, args.length, true);
    const [routine] = routines;
    const same = routines.every((one) => one.returnType === routine?.returnType);
    return same ? routine?.returnType : undefined;
  }
  const first = withoutModifiers(args[0] ?? "");
  return special(name, first, args) ?? plain(builtin.r, first);
}

function special(name: string, first: string, args: readonly (string | undefined)[]): string | undefined {
  if (ANY.has(name)) return first;
  if (SAME.has(name)) return first === "character varying" || first === "name" ? "text" : first;
  if (COUNTING.has(name)) return first === "path" || first === "lseg" ? undefined : "integer";
  if (REAL.has(name)) return first === "numeric" ? first : "double precision";
  switch (name) {
    case "random":
      return args.length === 0 ? "double precision" : undefined;
    case "age":
      return first === "xid" ? "integer" : "interval";
    case "sum":
      return WHOLE.has(first) ? (first === "bigint" ? "numeric" : "bigint") : first;
    case "avg":
      return WHOLE.has(first) ? "numeric" : first === "real" ? "double precision" : first;
    case "round":
    case "trunc":
    case "ceil":
    case "ceiling":
    case "floor":
      return first === "numeric" || args.length > 1 ? "numeric" : "double precision";
    case "date_trunc":
      return withoutModifiers(args[1] ?? "").replace(/^date$/, "timestamp with time zone");
    case "timezone":
      return (args[1] ?? "").startsWith("timestamp with ")
        ? "timestamp without time zone"
        : "timestamp with time zone";
    case "array_agg":
      return first === ""
        ? undefined
        : first.endsWith("[]")
          ? first
          : `${first === UNKNOWN ? "text" : first}[]`;
    case "unnest":
      return first.endsWith("[]") ? first.slice(0, -2) : undefined;
    case "lower":
    case "upper":
      return first.endsWith("range") ? undefined : "text";
    default:
      return undefined;
  }
}

function plain(returned: readonly string[], first: string): string | undefined {
  const [only, another] = returned;
  if (another === undefined) return only === undefined || only.startsWith("any") ? undefined : only;
  if (returned.includes(first)) return first;
  const textual = /^(?:character varying|character|bpchar|name|unknown)$/.test(first);
  return textual && returned.includes("text") ? "text" : undefined;
}
