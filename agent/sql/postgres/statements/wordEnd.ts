import type { Span } from "../../facts.ts";
import type { Analysis } from "../analysis.ts";
import { nextCode } from "../lexer.ts";

/** Where the first of some words ends in a statement's text; undefined where it is not the user's. */
export function wordEnd(analysis: Analysis, span: Span, words: ReadonlySet<string>): number | undefined {
  if (analysis.frame.kind !== "text") return undefined;
  const { source } = analysis.frame;
  const limit = span.end - source.shift;
  let token = nextCode(source.text, span.start - source.shift);
  while (token && token.start < limit) {
    const word = source.text.slice(token.start, token.end).toLowerCase();
    if (token.kind === "word" && words.has(word)) return source.span(token.start, token.end).end;
    token = nextCode(source.text, token.end);
  }
  return undefined;
}
