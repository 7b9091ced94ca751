/**
 * `word`: unquoted, and perhaps a keyword; `name`: never one, since quoted or right after a dot. `variable` is
 * `@x`, `system_variable` is the `@@` before its name. `broken`: the text ends inside of it, or it is no token.
 */
export type TokenKind =
  | "word"
  | "name"
  | "string"
  | "number"
  | "binary"
  | "introducer"
  | "variable"
  | "system_variable"
  | "parameter"
  | "operator"
  | "broken"
  | "end";

export interface Token {
  readonly kind: TokenKind;
  /** UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** A word in upper case, an operator as written, `N''` for a string of that kind; empty for the rest. */
  readonly key: string;
  /** The name or string meant, quotes and escapes undone; for numbers as written; for `broken` what is wrong. */
  readonly value: string;
  /** Written in quotes or backticks. */
  readonly quoted: boolean;
}

/** A comment the server skips, or a hint to its optimizer. */
export interface Comment {
  readonly start: number;
  readonly end: number;
  readonly hint: boolean;
}

/** A text as the server takes it apart. */
export interface Lexed {
  /** Ends with one of kind `end`. */
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  /** Makers and versions of the server read this text differently, and nothing tells which one this is. */
  readonly doubt?: string;
}
