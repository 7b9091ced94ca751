import type { Span, SplitStatement } from "../facts.ts";
import { type Token, tokens } from "./lexer.ts";

export type SqliteSplit =
  | { readonly kind: "split"; readonly statements: readonly SplitStatement[] }
  | { readonly kind: "syntax_error"; readonly message: string; readonly span: Span };

/**
 * Splits a request at the semicolons between its statements, without leading and trailing comments. The body of a
 * trigger holds semicolons of its own and ends with `; END`, as sqlite3_complete() has it.
 */
export function splitSqlite(text: string): SqliteSplit {
  const nul = text.indexOf("\0");
  if (nul >= 0) return failed("The text contains a NUL character. Remove it.", nul, nul + 1);
  const statements: SplitStatement[] = [];
  let current: Token[] = [];
  const cut = (): void => {
    const [first, last] = [current[0], current.at(-1)];
    current = [];
    if (first === undefined || last === undefined) return;
    const span = { start: first.start, end: last.end };
    statements.push({ text: text.slice(span.start, span.end), span });
  };
  for (const token of tokens(text)) {
    if (token.broken) return failed(`${BROKEN[token.kind] ?? "This"} has no end.`, token.start, token.end);
    if (token.kind === "comment") continue;
    if (text[token.start] !== ";" || token.kind !== "punctuation") current.push(token);
    else if (!isTrigger(text, current) || endsTrigger(text, current)) cut();
    else current.push(token);
  }
  cut();
  return { kind: "split", statements };
}

/** The same for a text that is being written: what has no end is the last statement. */
export function splitSqliteWhileTyping(text: string): readonly SplitStatement[] {
  const split = splitSqlite(text);
  if (split.kind === "split") return split.statements;
  const { start } = split.span;
  const before = splitSqlite(text.slice(0, start));
  const statements = before.kind === "split" ? before.statements : [];
  const last = text.slice(0, start).trimEnd().endsWith(";") ? undefined : statements.at(-1);
  const from = last?.span.start ?? start;
  const rest = text.slice(from).trimEnd();
  return [
    ...(last === undefined ? statements : statements.slice(0, -1)),
    { text: rest, span: { start: from, end: from + rest.length } },
  ];
}

const BROKEN: Partial<Readonly<Record<Token["kind"], string>>> = {
  string: "This string",
  quoted: "This name",
};

const failed = (message: string, start: number, end: number): SqliteSplit => ({
  kind: "syntax_error",
  message,
  span: { start, end },
});

const word = (text: string, token: Token | undefined): string =>
  token?.kind === "word" ? text.slice(token.start, token.end).toUpperCase() : "";

/** `[EXPLAIN [QUERY PLAN]] CREATE [TEMP] TRIGGER` */
function isTrigger(text: string, current: readonly Token[]): boolean {
  const words = current.slice(0, 6).map((token) => word(text, token));
  let at = words[0] === "EXPLAIN" ? 1 : 0;
  if (words[at] === "QUERY" && words[at + 1] === "PLAN") at += 2;
  if (words[at] !== "CREATE") return false;
  const next = words[at + 1];
  return words[at + (next === "TEMP" || next === "TEMPORARY" ? 2 : 1)] === "TRIGGER";
}

function endsTrigger(text: string, current: readonly Token[]): boolean {
  const before = current.at(-2);
  return word(text, current.at(-1)) === "END" && before !== undefined && text[before.start] === ";";
}
