import { withoutModifiers } from "./typeNames.ts";

/** A string or NULL that takes its type from what stands beside it. */
export const UNKNOWN = "unknown";

/** Numbers from narrow to wide: the wider one decides. */
const NUMBERS = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];
const TIMES = ["date", "timestamp without time zone", "timestamp with time zone"];
const TEXTS = new Set(["text", "character varying", "character", "bpchar", "name"]);

/** The type that values of several types have in common; undefined where one of them isn't known. */
export function commonType(types: readonly (string | undefined)[]): string | undefined {
  const known = types.filter((type) => type !== UNKNOWN);
  const [first] = known;
  if (known.length === 0) return types.length === 0 ? undefined : UNKNOWN;
  if (first === undefined || known.some((type) => type === undefined || type === "")) return undefined;
  if (known.every((type) => type === first)) return first;
  const bare = known.map((type) => withoutModifiers(type ?? ""));
  const [one = ""] = bare;
  if (bare.every((type) => type === one)) return one;
  for (const family of [NUMBERS, TIMES]) {
    if (bare.every((type) => family.includes(type))) {
      return bare.reduce((left, right) => (family.indexOf(left) >= family.indexOf(right) ? left : right));
    }
  }
  // Each of these becomes the others by itself, so the first decides.
  return bare.every((type) => TEXTS.has(type)) ? one : undefined;
}

const COMPARISONS = new Set(
  "= <> != < <= > >= ~ ~* !~ !~* ~~ ~~* !~~ !~~* @> <@ ? ?| ?& && @@ << >> ^@ @? -|-".split(" "),
);

/** What a built-in operator returns; `left` is undefined for one in front of its operand. */
export function operatorType(
  name: string,
  left: string | undefined,
  right: string | undefined,
): string | undefined {
  const [a, b] = [withoutModifiers(left ?? ""), withoutModifiers(right ?? "")];
  if (COMPARISONS.has(name) && !(["<<", ">>"].includes(name) && NUMBERS.includes(a))) return "boolean";
  switch (name) {
    case "||":
      return concatenated(a, b);
    case "->":
    case "#>":
    case "#-":
      return a;
    case "->>":
    case "#>>":
      return "text";
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
    case "^":
      return left === undefined ? b : arithmetic(name, a, b);
    default:
      return undefined;
  }
}

function concatenated(left: string, right: string): string | undefined {
  for (const one of [left, right]) {
    if (one.endsWith("[]") || one === "jsonb" || one === "bytea") return one;
  }
  return "text";
}

function arithmetic(name: string, left: string, right: string): string | undefined {
  const [a, b] = [left === UNKNOWN ? right : left, right === UNKNOWN ? left : right];
  if (NUMBERS.includes(a) && NUMBERS.includes(b)) {
    if (name === "^") return [a, b].includes("numeric") ? "numeric" : "double precision";
    // A mixture of the exact and the inexact is computed in double precision.
    if (a !== b && [a, b].includes("real")) return "double precision";
    return commonType([a, b]);
  }
  if (a === "interval" || b === "interval") {
    const other = a === "interval" ? b : a;
    if (other === "date") return "timestamp without time zone";
    return TIMES.includes(other) || other.startsWith("time ") ? other : "interval";
  }
  if (a === "date" && b === "date") return name === "-" ? "integer" : undefined;
  if (a === "date" || b === "date") return NUMBERS.includes(a === "date" ? b : a) ? "date" : undefined;
  if (TIMES.includes(a) && TIMES.includes(b)) return "interval";
  return a === b && a === "money" ? "money" : undefined;
}
