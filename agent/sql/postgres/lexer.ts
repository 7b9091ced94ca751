/**
 * PostgreSQL's lexical rules over UTF-16 text, tolerant of anything: what can't end ends at the end of the
 * text. The real grammar judges statements; this finds where tokens end, and works on text that doesn't parse.
 */

export type TokenKind =
  | "word"
  | "quoted_name"
  | "string"
  | "number"
  | "parameter"
  | "operator"
  | "punctuation"
  | "comment";

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** False for a string, name or comment that the text ends before it does. */
  readonly closed: boolean;
}

const space = /[ \t\n\r\f\v]/;
const nameStart = /[A-Za-z_\u0080-\uffff]/;
const namePart = /[A-Za-z0-9_$\u0080-\uffff]/;
const digit = /[0-9]/;
const operatorPart = /[+\-*/<>=~!@#%^&|`?]/;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;
const numberText =
  /(?:0[xX](?:_?[0-9A-Fa-f])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:[0-9](?:_?[0-9])*(?:\.(?!\.)(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?)/y;
/** Newline-separated pieces of a string are one literal; comments of the `--` kind may stand between. */
const continuation = /(?:[ \t\f\v]|--[^\n\r]*)*[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'/y;

function matchLength(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** The offset of the first character at or after `at` that is not white space. */
export function skipSpace(text: string, at: number): number {
  let position = at;
  while (position < text.length && space.test(text.charAt(position))) position++;
  return position;
}

/** The token that begins at or after `at`, white space skipped; undefined at the end of the text. */
export function nextToken(text: string, at: number): Token | undefined {
  const start = skipSpace(text, at);
  if (start >= text.length) return undefined;
  const first = text.charAt(start);
  const second = text.charAt(start + 1);
  if (first === "-" && second === "-") return lineComment(text, start);
  if (first === "/" && second === "*") return blockComment(text, start);
  if (first === "'") return plainString(text, start, start + 1, false);
  if (first === '"') return quotedName(text, start, start + 1);
  if (second === "'" && /[eE]/.test(first)) return plainString(text, start, start + 2, true);
  if (second === "'" && /[bBxXnN]/.test(first)) return plainString(text, start, start + 2, false);
  if (/[uU]/.test(first) && second === "&") {
    if (text.charAt(start + 2) === "'") return plainString(text, start, start + 3, false);
    if (text.charAt(start + 2) === '"') return quotedName(text, start, start + 3);
  }
  if (nameStart.test(first)) return run(text, start, "word", namePart);
  if (first === "$") return dollar(text, start);
  if (digit.test(first) || (first === "." && digit.test(second))) {
    const length = matchLength(numberText, text, start);
    return { kind: "number", start, end: start + Math.max(length, 1), closed: true };
  }
  if (operatorPart.test(first)) return operator(text, start);
  const two = first + second;
  const length = two === "::" || two === ":=" || two === ".." ? 2 : 1;
  return { kind: "punctuation", start, end: start + length, closed: true };
}

/** Every token of the text in order, comments included. */
export function* tokens(text: string, from = 0): Generator<Token> {
  let token = nextToken(text, from);
  while (token) {
    yield token;
    token = nextToken(text, token.end);
  }
}

/** The next token that is not a comment. */
export function nextCode(text: string, at: number): Token | undefined {
  let token = nextToken(text, at);
  while (token?.kind === "comment") token = nextToken(text, token.end);
  return token;
}

function run(text: string, start: number, kind: TokenKind, part: RegExp): Token {
  let end = start + 1;
  while (end < text.length && part.test(text.charAt(end))) end++;
  return { kind, start, end, closed: true };
}

function lineComment(text: string, start: number): Token {
  let end = start + 2;
  while (end < text.length && text[end] !== "\n" && text[end] !== "\r") end++;
  return { kind: "comment", start, end, closed: true };
}

function blockComment(text: string, start: number): Token {
  let depth = 1;
  let end = start + 2;
  while (end < text.length && depth > 0) {
    if (text.startsWith("/*", end)) {
      depth++;
      end += 2;
    } else if (text.startsWith("*/", end)) {
      depth--;
      end += 2;
    } else end++;
  }
  return { kind: "comment", start, end: Math.min(end, text.length), closed: depth === 0 };
}

function plainString(text: string, start: number, from: number, escapes: boolean): Token {
  let end = from;
  for (;;) {
    const character = text.charAt(end);
    if (end >= text.length) return { kind: "string", start, end: text.length, closed: false };
    if (escapes && character === "\\") end += 2;
    else if (character !== "'") end++;
    else if (text.charAt(end + 1) === "'") end += 2;
    else {
      const more = matchLength(continuation, text, end + 1);
      if (more === 0) return { kind: "string", start, end: end + 1, closed: true };
      end += 1 + more;
    }
  }
}

function quotedName(text: string, start: number, from: number): Token {
  let end = from;
  while (end < text.length) {
    if (text.charAt(end) !== '"') end++;
    else if (text.charAt(end + 1) === '"') end += 2;
    else return { kind: "quoted_name", start, end: end + 1, closed: true };
  }
  return { kind: "quoted_name", start, end: text.length, closed: false };
}

function dollar(text: string, start: number): Token {
  const length = matchLength(dollarTag, text, start);
  if (length > 0) {
    const tag = text.slice(start, start + length);
    const close = text.indexOf(tag, start + length);
    if (close < 0) return { kind: "string", start, end: text.length, closed: false };
    return { kind: "string", start, end: close + length, closed: true };
  }
  if (digit.test(text.charAt(start + 1))) return run(text, start, "parameter", digit);
  return { kind: "punctuation", start, end: start + 1, closed: true };
}

/** An operator ends before a comment, and not in + or - unless it holds one of ~ ! @ # % ^ & | ` ? */
function operator(text: string, start: number): Token {
  let end = start + 1;
  while (end < text.length && operatorPart.test(text.charAt(end))) {
    if (text.startsWith("--", end) || text.startsWith("/*", end)) break;
    end++;
  }
  const signMayEnd = /[~!@#%^&|`?]/.test(text.slice(start, end));
  while (!signMayEnd && end > start + 1 && /[+-]/.test(text.charAt(end - 1))) end--;
  return { kind: "operator", start, end, closed: true };
}

/** The name a word or quoted name stands for: folded to lower case, or with its quotes undone. */
export function nameOf(text: string, token: Token): string {
  const raw = text.slice(token.start, token.end);
  if (token.kind !== "quoted_name") return raw.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const inner = raw.slice(raw.indexOf('"') + 1, token.closed ? -1 : undefined).replaceAll('""', '"');
  if (raw.startsWith('"')) return inner;
  return inner.replace(/\\(?:([0-9A-Fa-f]{4})|\+([0-9A-Fa-f]{6})|\\)/g, (whole, four, six) =>
    whole === "\\\\" ? "\\" : String.fromCodePoint(Number.parseInt(four ?? six, 16)),
  );
}
