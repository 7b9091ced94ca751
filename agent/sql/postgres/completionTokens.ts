import { nameOf, type Token } from "./lexer.ts";

/** An alias and the column names given behind it, with the index of the token that follows. */
export interface AliasPart {
  readonly alias: string | undefined;
  readonly names: readonly string[];
  readonly next: number;
}

const clauses = new Set(
  `where group order having limit offset fetch for window union intersect except returning set values select
   on when join left right full inner cross natural using tablesample default overriding do as and or not into
   from with lateral only conflict`.split(/\s+/),
);

/** Reads names, lists and parentheses in the tokens of text that need not parse. */
export class StatementTokens {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #closes: ReadonlyMap<number, number>;

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
    this.#closes = matchParentheses(text, tokens);
  }

  word(at: number): string {
    const token = this.#tokens[at];
    return token && token.kind !== "quoted_name"
      ? this.#text.slice(token.start, token.end).toLowerCase()
      : "";
  }

  name(at: number): string | undefined {
    const token = this.#tokens[at];
    if (token?.kind === "quoted_name") return nameOf(this.#text, token);
    return token?.kind === "word" && !clauses.has(this.word(at)) ? nameOf(this.#text, token) : undefined;
  }

  close(open: number, end: number): number {
    return Math.min(this.#closes.get(open) ?? end, end);
  }

  startsQuery(first: number, end: number): boolean {
    let at = first;
    while (at < end && this.word(at) === "(") at++;
    return at < end && /^(select|with|values|table|insert|update|delete|merge)$/.test(this.word(at));
  }

  dotted(first: number, end: number): { parts: readonly string[]; next: number } {
    const parts: string[] = [];
    for (let at = first; ; at += 2) {
      const name = at < end ? this.name(at) : undefined;
      if (name === undefined) return { parts, next: at };
      parts.push(name);
      if (at + 1 >= end || this.word(at + 1) !== ".") return { parts, next: at + 1 };
    }
  }

  /** The first name of each part between commas: `(a, b)` and `(a integer, b text)`. */
  nameList(first: number, end: number): readonly string[] {
    const names: string[] = [];
    for (let at = first; at < end; at++) {
      const begins = at === first || this.word(at - 1) === ",";
      const name = begins ? this.name(at) : undefined;
      if (name !== undefined) names.push(name);
      if (this.word(at) === "(") at = this.close(at, end);
    }
    return names;
  }

  alias(first: number, end: number): AliasPart {
    const at = first < end && this.word(first) === "as" ? first + 1 : first;
    const alias = at < end ? this.name(at) : undefined;
    const open = alias === undefined ? at : at + 1;
    if (open >= end || this.word(open) !== "(" || (alias === undefined && at === first)) {
      return { alias, names: [], next: open };
    }
    const close = this.close(open, end);
    return { alias, names: this.nameList(open + 1, close), next: close + 1 };
  }
}

function matchParentheses(text: string, tokens: readonly Token[]): ReadonlyMap<number, number> {
  const closes = new Map<number, number>();
  const open: number[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== "punctuation") continue;
    if (text[token.start] === "(") open.push(index);
    if (text[token.start] !== ")") continue;
    const opened = open.pop();
    if (opened !== undefined) closes.set(opened, index);
  }
  return closes;
}
