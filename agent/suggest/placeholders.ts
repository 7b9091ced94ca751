import type { SqlToken } from "./sqlTokens.ts";
import { sqlTokens } from "./sqlTokens.ts";

/** A text in which values stand as `'?1'`, `'?2'` …, and the values, which a model is not shown. */
export interface Hidden {
  readonly text: string;
  /** As they stood in the text, quotes included; the first is `'?1'`. */
  readonly values: readonly string[];
}

const placeholder = (index: number): string => `'?${index + 1}'`;

/** A question with what was found in it taken out. `taken` are values of other texts that are counted first. */
export function hideSpans(
  text: string,
  spans: readonly { readonly start: number; readonly end: number }[],
  taken: readonly string[] = [],
): Hidden {
  const values = [...taken];
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end } of spans) {
    if (start < at) continue;
    pieces.push(text.slice(at, start), placeholder(values.length));
    values.push(asLiteral(text.slice(start, end)));
    at = end;
  }
  return { text: [...pieces, text.slice(at)].join(""), values };
}

const asLiteral = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/**
 * A statement with the values taken out that its recorded form lacks, each under a number of its own, without comments.
 * Where the two cannot be held against each other, no value is left.
 */
export function hideAsRecorded(text: string, recorded: string, taken: readonly string[] = []): Hidden {
  const [own, told] = [sqlTokens(text), sqlTokens(recorded)];
  if (own.length !== told.length || own.some(({ kind }) => kind === "broken")) return hideAll(text, taken);
  const gone = new Set<SqlToken>();
  for (const [index, token] of own.entries()) {
    const other = told[index];
    if (other === undefined) return hideAll(text, taken);
    const same = text.slice(token.start, token.end) === recorded.slice(other.start, other.end);
    if (same) continue;
    if (token.kind !== "string" && token.kind !== "number" && token.kind !== "quoted")
      return hideAll(text, taken);
    gone.add(token);
  }
  return rebuild(text, own, (token) => gone.has(token), taken);
}

const BEFORE_COUNT: ReadonlySet<string> = new Set(["limit", "offset", "top", "first", "next"]);

/** A statement nobody understood: without any value but counts of rows, and without comments. */
export function hideAll(text: string, taken: readonly string[] = []): Hidden {
  const tokens = sqlTokens(text);
  let before = "";
  const gone = new Set<SqlToken>();
  for (const token of tokens) {
    const isCount = token.kind === "number" && BEFORE_COUNT.has(before);
    const isName = token.kind === "quoted" && isPlain(text.slice(token.start + 1, token.end - 1));
    if (token.kind !== "word" && token.kind !== "sign" && !isCount && !isName) gone.add(token);
    before = text.slice(token.start, token.end).toLowerCase();
  }
  return rebuild(text, tokens, (token) => gone.has(token), taken);
}

const isPlain = (name: string): boolean => /^[\p{L}_][\p{L}\p{N}_$]{0,62}$/u.test(name);

function rebuild(
  text: string,
  tokens: readonly SqlToken[],
  isGone: (token: SqlToken) => boolean,
  taken: readonly string[],
): Hidden {
  const values = [...taken];
  const pieces: string[] = [];
  let at = 0;
  for (const token of tokens) {
    const between = text.slice(at, token.start);
    // What stands between tokens is blank, or a comment, which tends to repeat values.
    pieces.push(between.trim() === "" ? between : between.includes("\n") ? "\n" : " ");
    if (isGone(token)) {
      pieces.push(placeholder(values.length));
      values.push(text.slice(token.start, token.end));
    } else pieces.push(text.slice(token.start, token.end));
    at = token.end;
  }
  return { text: pieces.join("").trim(), values };
}

/**
 * A model's statement with the values back in their places. A placeholder it made up, or put into other words, stays: it
 * is then compared as the text it is.
 */
export function withValues(sql: string, values: readonly string[]): string {
  if (values.length === 0) return sql;
  return sql.replace(/'\?(\d{1,3})'/g, (whole, number: string) => values[Number(number) - 1] ?? whole);
}

/** The other way. */
export const withPlaceholders = (sql: string, values: readonly string[]): string =>
  values.reduce((text, value, index) => text.replaceAll(value, placeholder(index)), sql);

/** The other way, for a message about such a statement that goes back to the model. */
export function withoutValues(message: string, values: readonly string[]): string {
  let told = message;
  for (const [index, value] of values.entries()) {
    const inner = value.replace(/^[a-zA-Z&]*'|'$/g, "");
    if (inner === "") continue;
    told = told.replaceAll(value, placeholder(index)).replaceAll(inner, `?${index + 1}`);
  }
  return told;
}
