import { type Token, tokens } from "./lexer.ts";

/** A statement's tokens without comments, and its words in upper case. */
export interface StatementTokens {
  readonly text: string;
  readonly list: readonly Token[];
  /** The word at a position, in upper case; empty where there is none. */
  word(at: number): string;
  /** Whether one of these words stands anywhere outside of strings and quoted names. */
  has(...words: readonly string[]): boolean;
}

export function tokensOf(text: string): StatementTokens {
  const list = [...tokens(text)].filter(({ kind }) => kind !== "comment");
  const word = (at: number): string => {
    const token = list[at];
    return token?.kind === "word" ? text.slice(token.start, token.end).toUpperCase() : "";
  };
  const all = new Set(list.map((_, at) => word(at)));
  return { text, list, word, has: (...words) => words.some((one) => all.has(one)) };
}

/** A statement's own first word, behind EXPLAIN [QUERY PLAN] and named queries. */
export function verbOf(tokens: StatementTokens): { readonly verb: string; readonly explained: boolean } {
  let at = tokens.word(0) === "EXPLAIN" ? 1 : 0;
  const explained = at === 1;
  if (explained && tokens.word(1) === "QUERY" && tokens.word(2) === "PLAN") at = 3;
  const first = tokens.word(at);
  if (first !== "WITH") return { verb: first, explained };
  let depth = 0;
  for (let next = at + 1; next < tokens.list.length; next += 1) {
    const token = tokens.list[next];
    const text = token === undefined ? "" : tokens.text.slice(token.start, token.end);
    if (text === "(") depth += 1;
    else if (text === ")") depth -= 1;
    else if (depth === 0 && VERBS.has(tokens.word(next))) return { verb: tokens.word(next), explained };
  }
  return { verb: first, explained };
}

const VERBS: ReadonlySet<string> = new Set(["SELECT", "VALUES", "INSERT", "UPDATE", "DELETE", "REPLACE"]);
