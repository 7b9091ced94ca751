import type { Span } from "../../facts.ts";
import type { Analysis } from "../analysis.ts";
import { nextCode } from "../lexer.ts";

/**
 * The places of the clauses that a comma separates at the top level, from a byte position on: the commands of an
 * ALTER TABLE have none of their own in the tree. Empty where the statement is not the user's text.
 */
export function clauseSpans(analysis: Analysis, from: number | undefined, end: number): readonly Span[] {
  if (analysis.frame.kind !== "text") return [];
  const { source } = analysis.frame;
  const limit = end - source.shift;
  const spans: Span[] = [];
  let depth = 0;
  let start: number | undefined;
  let last = 0;
  for (let token = nextCode(source.text, source.at(from)); token && token.start < limit; ) {
    const word = source.text.slice(token.start, token.end);
    if (word === "(" || word === "[") depth++;
    if (word === ")" || word === "]") depth--;
    if (word === "," && depth === 0) {
      if (start !== undefined) spans.push(source.span(start, last));
      start = undefined;
    } else {
      start ??= token.start;
      last = token.end;
    }
    token = nextCode(source.text, token.end);
  }
  if (start !== undefined) spans.push(source.span(start, last));
  return spans;
}
