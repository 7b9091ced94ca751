import type { z } from "zod";

/** Which field of a request is wrong, and what it has to be; ends a sentence. */
export interface WrongField {
  /** Null where it is the request as a whole. */
  readonly field: string | null;
  readonly wanted: string;
}

/** What a schema says is wrong, in words. Nothing of what was sent is repeated but names of fields. */
export function wrongField(error: z.ZodError, value: unknown): WrongField {
  const issue = nearest(error.issues);
  if (issue === undefined) return { field: null, wanted: "is not what it has to be" };
  if (issue.code === "unrecognized_keys") {
    const [unknown = ""] = issue.keys;
    return { field: [...issue.path, unknown].join("."), wanted: "is no field of this request" };
  }
  return { field: issue.path.join(".") || null, wanted: wantedOf(issue, at(value, issue.path)) };
}

/** Of several forms a field may have, what is wrong with the one that is nearest. */
function nearest(
  issues: readonly z.core.$ZodIssue[],
  path: readonly PropertyKey[] = [],
): z.core.$ZodIssue | undefined {
  const [issue] = issues;
  if (issue === undefined) return undefined;
  const here = [...path, ...issue.path];
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return { ...issue, path: here };
  const forms = issue.errors.toSorted((one, other) => depth(other) - depth(one) || one.length - other.length);
  const [form] = forms;
  // Where every form fails at the field itself, no single one of them is what was meant.
  return form === undefined || depth(form) === 0 ? { ...issue, path: here } : nearest(form, here);
}

const depth = (issues: readonly z.core.$ZodIssue[]): number =>
  Math.max(0, ...issues.map(({ path }) => path.length));

function wantedOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return "is missing";
  switch (issue.code) {
    case "invalid_type":
      return `has to be ${NOUNS.get(issue.expected) ?? `of the type ${issue.expected}`}`;
    case "invalid_value":
      return `has to be ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `has to ${sized(issue.origin)} at least ${issue.minimum}${unit(issue.origin)}`;
    case "too_big":
      return `has to ${sized(issue.origin)} at most ${issue.maximum}${unit(issue.origin)}`;
    case "custom":
    case "invalid_union":
      return issue.message === "Invalid input" ? "is not what it has to be" : issue.message;
    case "invalid_format":
      return issue.format === "datetime" || issue.format === "date"
        ? "has to be a time, such as 2026-03-31T08:00:00Z"
        : "does not have the form it has to have";
    default:
      return "is not what it has to be";
  }
}

const NOUNS: ReadonlyMap<string, string> = new Map([
  ["string", "a text"],
  ["number", "a number"],
  ["int", "a whole number"],
  ["boolean", "true or false"],
  ["array", "a list"],
  ["object", "an object"],
]);

const hasParts = (origin: string): boolean => ["string", "array", "set", "map"].includes(origin);
const sized = (origin: string): string => (hasParts(origin) ? "have" : "be");
const unit = (origin: string): string =>
  origin === "string" ? " characters" : hasParts(origin) ? " entries" : "";

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (part, key) => (typeof part === "object" && part !== null ? Reflect.get(part, key) : undefined),
    value,
  );
