import type { Value } from "../postgres/value.ts";

/** Types of literals and parameters, beside the types of columns. */
export const literalText = "text literal";
export const literalNumber = "number literal";
export const parameterType = "parameter";

const textual =
  /^(?:(?:var)?char|(?:tiny|medium|long)?text|enum|set|(?:var)?binary|(?:tiny|medium|long)?blob|json|inet|uuid)/i;
const temporal = /^(?:date|time|year)/i;

type Family = "text" | "time" | "number" | "text literal" | "number literal" | "parameter" | "unknown";

function familyOf(value: Value): Family {
  const { type } = value;
  if (type === undefined) return "unknown";
  if (type === literalText || type === literalNumber || type === parameterType) return type;
  return textual.test(type) ? "text" : temporal.test(type) ? "time" : "number";
}

/**
 * Whether the server compares these as they are. A text beside a number is turned into a number first: then
 * `ssn = 123` asks how the text begins, and `email = 0` holds for nearly every one.
 */
export function comparesAsIs(values: readonly Value[]): boolean {
  const families = new Set(values.map(familyOf));
  if (!families.has("text")) return !(families.has("number") && families.has("time"));
  return [...families].every(
    (family) => family === "text" || family === "text literal" || family === "parameter",
  );
}

/** Whether storing the value in a column of that type can fail, depending on what it holds. */
export function storesAsIs(value: Value, type: string | undefined): boolean {
  return value.type !== undefined && value.type === type;
}
