import type { RawStmt } from "libpg-query";
import type { Span, SplitStatement } from "../facts.ts";
import { nextToken, skipSpace } from "./lexer.ts";
import { parseSql } from "./libpgQuery.ts";
import { SourceText } from "./sourceText.ts";

export type SplitResult =
  | { readonly kind: "split"; readonly statements: readonly SplitStatement[] }
  | { readonly kind: "syntax_error"; readonly message: string; readonly span: Span };

/** A statement's tree with the text its positions refer to. */
export interface StatementTree {
  readonly raw: RawStmt;
  readonly source: SourceText;
}

/** Trees found while splitting, so that understanding needn't parse again. */
const trees = new WeakMap<SplitStatement, StatementTree>();

/**
 * Splits a request into its statements with PostgreSQL's own grammar, without leading and trailing comments.
 * A text nested too deeply for the grammar comes back as one statement that nobody can understand.
 * Needs `loadPostgresParser()`.
 */
export function splitPostgres(text: string): SplitResult {
  const invalid = invalidCharacter(text);
  if (invalid) return invalid;
  if (skipSpace(text, 0) >= text.length) return { kind: "split", statements: [] };
  const parsed = parseSql(text);
  switch (parsed.kind) {
    case "syntax_error": {
      const source = new SourceText(text, 0);
      return { kind: "syntax_error", message: parsed.message, span: errorSpan(source, parsed.at) };
    }
    case "too_complex":
      return { kind: "split", statements: [{ text, span: { start: 0, end: text.length } }] };
    case "parsed": {
      const source = new SourceText(text, 0);
      return { kind: "split", statements: parsed.statements.map((raw) => cut(raw, source)) };
    }
  }
}

/**
 * Splits a text that may be half typed: where the grammar does not take the whole of it, at its semicolons, so that
 * one broken statement hides none of the others. Each comes back as it stands, to be understood or not.
 */
export function splitWhileTyping(text: string): readonly SplitStatement[] {
  const whole = splitPostgres(text);
  if (whole.kind === "split") return whole.statements;
  const statements: SplitStatement[] = [];
  let first: number | undefined;
  let last = 0;
  const cutAt = (): void => {
    if (first === undefined) return;
    statements.push({ text: text.slice(first, last), span: { start: first, end: last } });
    first = undefined;
  };
  for (let token = nextToken(text, 0); token; token = nextToken(text, token.end)) {
    if (token.kind === "comment") continue;
    if (text[token.start] === ";" && token.kind === "punctuation") cutAt();
    else {
      first ??= token.start;
      last = token.end;
    }
  }
  cutAt();
  return statements;
}

/** The tree of one statement: remembered from splitting, or parsed again. */
export function treeOf(
  statement: SplitStatement,
): StatementTree | { readonly message: string; readonly span: Span; readonly complex: boolean } {
  const known = trees.get(statement);
  if (known) return known;
  const invalid = invalidCharacter(statement.text, statement.span.start);
  if (invalid) return { ...invalid, complex: false };
  const parsed = parseSql(statement.text);
  const source = new SourceText(statement.text, statement.span.start);
  switch (parsed.kind) {
    case "syntax_error":
      return { message: parsed.message, span: errorSpan(source, parsed.at), complex: false };
    case "too_complex":
      return { message: parsed.message, span: statement.span, complex: true };
    case "parsed": {
      const [raw, ...more] = parsed.statements;
      if (!raw || more.length > 0) {
        const message = raw
          ? "One statement was expected here, and there are several."
          : "There is no statement here.";
        return { message, span: statement.span, complex: false };
      }
      return { raw, source };
    }
  }
}

function cut(raw: RawStmt, source: SourceText): SplitStatement {
  const from = source.at(raw.stmt_location);
  const to = raw.stmt_len ? source.at((raw.stmt_location ?? 0) + raw.stmt_len) : source.text.length;
  const start = skipComments(source.text, from);
  const end = lastCodeEnd(source.text, start, to);
  const statement = { text: source.text.slice(start, end), span: { start, end } };
  trees.set(statement, { raw, source });
  return statement;
}

function skipComments(text: string, from: number): number {
  let token = nextToken(text, from);
  // An empty statement leaves its semicolon in front of the next one.
  while (token && (token.kind === "comment" || text[token.start] === ";")) token = nextToken(text, token.end);
  return token?.start ?? from;
}

function lastCodeEnd(text: string, start: number, limit: number): number {
  const body = text.slice(start, limit);
  if (!body.includes("--") && !body.includes("*/")) return start + body.trimEnd().length;
  let end = start;
  for (let token = nextToken(text, start); token && token.start < limit; token = nextToken(text, token.end)) {
    if (token.kind !== "comment" && text[token.start] !== ";") end = token.end;
  }
  return end;
}

function errorSpan(source: SourceText, byte: number): Span {
  const span = source.token(byte);
  if (span.end > span.start) return span;
  const end = source.text.trimEnd().length;
  return source.span(Math.max(0, end - 1), end);
}

function invalidCharacter(
  text: string,
  shift = 0,
): { kind: "syntax_error"; message: string; span: Span } | undefined {
  const nul = text.indexOf("\0");
  if (nul >= 0) {
    return {
      kind: "syntax_error",
      message: "The text contains a NUL character, which PostgreSQL cannot store or read. Remove it.",
      span: { start: shift + nul, end: shift + nul + 1 },
    };
  }
  if (text.isWellFormed()) return undefined;
  const broken = text.search(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
  return {
    kind: "syntax_error",
    message: "The text is not valid Unicode: half of a character is missing here.",
    span: { start: shift + broken, end: shift + broken + 1 },
  };
}
