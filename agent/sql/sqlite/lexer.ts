export type TokenKind =
  | "word"
  | "quoted"
  | "string"
  | "blob"
  | "number"
  | "parameter"
  | "punctuation"
  | "comment";

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** Ends where the text does, and not where it should. */
  readonly broken: boolean;
}

/** SQLite's own tokens, which need no grammar. https://www.sqlite.org/lang.html */
const TOKEN = new RegExp(
  [
    String.raw`(?<comment>--[^\n]*|/\*(?:[\s\S]*?\*/|[\s\S]*$))`,
    "(?<blob>[xX]'[0-9a-fA-F]*')",
    "(?<string>'(?:[^']|'')*(?:'|$))",
    String.raw`(?<quoted>"(?:[^"]|"")*(?:"|$)|\`(?:[^\`]|\`\`)*(?:\`|$)|\[[^\]]*(?:\]|$))`,
    String.raw`(?<number>0[xX][0-9a-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?)`,
    String.raw`(?<parameter>\?\d*|[:@$#](?:[\w\u0080-\uffff]|::)+)`,
    String.raw`(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)`,
    String.raw`(?<punctuation>->>|->|\|\||<<|>>|<=|>=|==|<>|!=|[\s\S])`,
  ].join("|"),
  "y",
);

const SPACE = /[ \t\n\f\r\ufeff]*/y;

/** Tokens of a text, comments included, spaces not. */
export function* tokens(text: string): Generator<Token> {
  let at = 0;
  for (;;) {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = SPACE.lastIndex;
    if (at >= text.length) return;
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(text)?.groups ?? {};
    const [kind = "punctuation", found = text.slice(at, at + 1)] =
      Object.entries(groups).find(([, value]) => value !== undefined) ?? [];
    const end = at + found.length;
    yield { kind: kindOf(kind), start: at, end, broken: end >= text.length && isBroken(kind, found) };
    at = end;
  }
}

const KINDS = ["word", "quoted", "string", "blob", "number", "parameter", "comment"] as const;
const kindOf = (name: string): TokenKind => KINDS.find((kind) => kind === name) ?? "punctuation";

function isBroken(kind: string, text: string): boolean {
  // A comment may end with the text.
  if (kind !== "string" && kind !== "quoted") return false;
  const close = text.startsWith("[") ? "]" : text.slice(0, 1);
  const inner = text.slice(1);
  if (!inner.endsWith(close)) return true;
  // An even run of closing quotes at the end is a doubled one without an end.
  const run = /(["'`]*)$/.exec(inner)?.[1] ?? "";
  return close !== "]" && run.length % 2 === 0;
}

/** A name as SQLite compares it: without its quotes, in lower case (ASCII letters alone have case there). */
export function nameOf(text: string): string {
  const first = text.slice(0, 1);
  if (first === "[") return asciiLower(text.slice(1, -1));
  if (first === '"' || first === "`" || first === "'") {
    return asciiLower(text.slice(1, -1).replaceAll(first + first, first));
  }
  return asciiLower(text);
}

export const asciiLower = (text: string): string =>
  text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
