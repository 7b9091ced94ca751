import type { StatementTokens } from "./headWords.ts";
import { asciiLower, type Token } from "./lexer.ts";

/**
 * The statement as PostgreSQL's grammar would take it, of the same length, so that positions stay: names in
 * quotes of the standard and lower case, and functions only SQLite has as ones through which values flow alike.
 * It is read, and never run. Null where it cannot be said so.
 */
export function asPostgres(tokens: StatementTokens): string | null {
  const { text, list } = tokens;
  let said = "";
  let at = 0;
  for (const [position, token] of list.entries()) {
    if (isGlued(tokens, position)) return null;
    const own = text.slice(token.start, token.end);
    const globs = token.kind === "string" && tokens.word(position - 1) === "GLOB";
    const other = globs
      ? own.replace(/^'[*?]+/, (any) => any.replaceAll(/[*?]/g, "%"))
      : sayToken(token, own, argumentsOf(tokens, position));
    if (other === null || other.length > own.length) return null;
    // Comments become spaces: they need not end alike in both.
    said += " ".repeat(token.start - at) + other.padEnd(own.length);
    at = token.end;
  }
  return said;
}

/** How many arguments the call that begins at a name has; null where it is no call. */
function argumentsOf({ text, list }: StatementTokens, position: number): number | null {
  let depth = 0;
  let commas = 0;
  for (const { start, kind } of list.slice(position + 1)) {
    const mark = kind === "punctuation" ? text[start] : "";
    if (depth === 0 && mark !== "(") return null;
    if (mark === "(") depth += 1;
    if (mark === "," && depth === 1) commas += 1;
    if (mark === ")") depth -= 1;
    if (depth === 0) break;
  }
  return depth === 0 && list.length > position + 1 ? commas + 1 : null;
}

/** `e'…'`, `b'…'`, `u&"…"`: two tokens to SQLite, one of another meaning to PostgreSQL. */
function isGlued({ text, list }: StatementTokens, position: number): boolean {
  const [before, token] = [list[position - 1], list[position]];
  if (before === undefined || token === undefined || before.end !== token.start) return false;
  if (token.kind !== "string" && token.kind !== "quoted") return false;
  return before.kind === "word" || text[before.start] === "&";
}

function sayToken(token: Token, own: string, given: number | null): string | null {
  switch (token.kind) {
    case "quoted": {
      const inner = own.slice(1, -1);
      // A quote inside would need doubling, or has been doubled otherwise.
      return /["`\]]/.test(inner) ? null : `"${asciiLower(inner)}"`;
    }
    case "word": {
      const word = own.toLowerCase();
      // Of several values, min and max are no aggregates.
      if (given !== null && given > 1 && (word === "min" || word === "max")) return "abs";
      if (given !== null) return FUNCTIONS.get(word) ?? asciiLower(own);
      return OPERATORS.get(word) ?? asciiLower(own);
    }
    case "parameter":
      return null;
    case "blob":
      return `'${" ".repeat(own.length - 2)}'`;
    case "string":
      // Backslashes and all are plain in both; only its place matters.
      return own;
    default:
      return own === "==" ? "=" : own;
  }
}

/** Tests of text against a pattern. */
const OPERATORS: ReadonlyMap<string, string> = new Map([
  ["glob", "like"],
  ["regexp", "like"],
  ["match", "like"],
]);

/** Functions that never fail on what a column holds, by the length of their names. */
const TOTAL: ReadonlyMap<number, string> = new Map([
  [3, "abs"],
  [4, "sign"],
  [5, "lower"],
]);
const LONGER = "concat";
/** One that may fail on what a column holds, which can be told from outside. */
const FALLIBLE = "sqrt";

const total = (name: string): readonly [string, string] => [name, TOTAL.get(name.length) ?? LONGER];

const FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ...[
    "ifnull",
    "iif",
    "instr",
    "printf",
    "strftime",
    "date",
    "time",
    "datetime",
    "julianday",
    "unixepoch",
    "timediff",
    "typeof",
    "hex",
    "unhex",
    "quote",
    "unicode",
    "char",
    "glob",
    "like",
    "likely",
    "unlikely",
    "likelihood",
    "substr",
    "substring",
    "soundex",
    "random",
    "randomblob",
    "zeroblob",
    "subtype",
    "concat_ws",
    "last_insert_rowid",
    "total_changes",
    "changes",
    "sqlite_version",
  ].map(total),
  ["group_concat", "string_agg"],
  ["string_agg", "string_agg"],
  ["total", "sum"],
  ["json_group_array", "json_agg"],
  ...[
    "json",
    "jsonb",
    "json_extract",
    "jsonb_extract",
    "json_array",
    "json_array_length",
    "json_object",
    "json_insert",
    "json_replace",
    "json_set",
    "json_remove",
    "json_patch",
    "json_type",
    "json_quote",
    "json_valid",
  ].map((name): readonly [string, string] => [name, FALLIBLE]),
]);
