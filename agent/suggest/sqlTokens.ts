/** A piece of SQL in any dialect, as far as telling names, values and signs apart goes. Comments are left out. */
export interface SqlToken {
  readonly kind: "word" | "quoted" | "string" | "number" | "sign" | "broken";
  readonly start: number;
  readonly end: number;
}

const SPACE = /(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const STRING = /(?:[eEbBxXnN]|[uU]&)?'(?:[^']|'')*'/y;
const DOLLAR = /\$([\p{L}_]?[\p{L}\p{N}_]*)\$[\s\S]*?\$\1\$/uy;
const QUOTED = /"(?:[^"]|"")*"|`(?:[^`]|``)*`/y;
const NUMBER = /0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const WORD = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const SIGN = /[<>=!~|&^%+\-/:@#?]+|[\s\S]/y;
const OPENS_QUOTE = /['"`]|\$[\p{L}\p{N}_]*\$/uy;

/**
 * The tokens of a text. A dialect's own rules are not looked at: a string that ends in a backslash may go on or not, so
 * it is `broken` to the end of the text, as is a quote that never closes.
 */
export function sqlTokens(text: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  let at = 0;
  const match = (pattern: RegExp): number => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0].length ?? 0;
  };
  while (at < text.length) {
    const space = match(SPACE);
    if (space > 0) {
      at += space;
      continue;
    }
    const found = first(match);
    const end = at + found.length;
    const unclear = found.kind === "string" && text[end - 2] === "\\";
    if (unclear || (found.kind === "sign" && match(OPENS_QUOTE) > 0)) {
      tokens.push({ kind: "broken", start: at, end: text.length });
      return tokens;
    }
    tokens.push({ kind: found.kind, start: at, end });
    at = end;
  }
  return tokens;
}

function first(match: (pattern: RegExp) => number): { kind: SqlToken["kind"]; length: number } {
  for (const [kind, pattern] of PATTERNS) {
    const length = match(pattern);
    if (length > 0) return { kind, length };
  }
  return { kind: "sign", length: 1 };
}

const PATTERNS: readonly (readonly [SqlToken["kind"], RegExp])[] = [
  ["string", STRING],
  ["string", DOLLAR],
  ["quoted", QUOTED],
  ["number", NUMBER],
  ["word", WORD],
  ["sign", SIGN],
];
