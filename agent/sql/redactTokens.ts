import type { ColumnId, Span, StatementFacts } from "./facts.ts";

/** A part of a statement that may hold a value, or a comment, which tends to repeat one. */
export interface RedactedToken extends Span {
  readonly kind: "literal" | "name" | "comment";
}

/** What stands in a recorded statement in place of a literal. */
const REDACTED = "'…'";

/**
 * An understood statement as it may be recorded: literals that meet a hidden column, and those that the facts say
 * nothing of, are `'…'`; once one is hidden, comments go too. `shift` is where `text` begins in the request that the
 * facts' positions count from.
 */
export function redactTokens(
  text: string,
  shift: number,
  tokens: readonly RedactedToken[],
  facts: StatementFacts,
  isHidden: (column: ColumnId) => boolean,
): string {
  const shown = new Set<number>();
  const hidden = new Set<number>();
  for (const { span, columns } of facts.literals) {
    // The end identifies a literal: a reading may leave a prefix out or take a sign in.
    (columns.some(isHidden) ? hidden : shown).add(span.end - shift);
  }
  const literals = tokens.filter(
    ({ kind, end }) => kind === "literal" && (hidden.has(end) || !shown.has(end)),
  );
  if (literals.length === 0) return text;
  return replaced(text, [...literals, ...tokens.filter(({ kind }) => kind === "comment")]);
}

/**
 * A statement nobody understood: no literal, comment or quoted name is left, and where it ends inside of one,
 * nothing from the first quote on.
 */
export function redactAllTokens(text: string, tokens: readonly RedactedToken[], broken: boolean): string {
  if (!broken) return replaced(text, tokens);
  const quote = text.search(/["'`[]/);
  const safe = quote < 0 ? text : text.slice(0, quote);
  const kept = replaced(
    safe,
    tokens.filter(({ end }) => end <= safe.length),
  );
  return quote < 0 ? kept : `${kept}${REDACTED}`;
}

function replaced(text: string, tokens: readonly RedactedToken[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { kind, start, end } of [...tokens].sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    pieces.push(text.slice(at, start), kind === "comment" ? " " : kind === "name" ? '"…"' : REDACTED);
    at = end;
  }
  return [...pieces, text.slice(at)].join("");
}
