import { tokensOf } from "./headWords.ts";
import { nameOf } from "./lexer.ts";

/** The savepoint a statement sets, releases or goes back to: its last word. */
export function savepointName(text: string): string | undefined {
  const last = tokensOf(text).list.findLast(({ kind }) => kind !== "punctuation");
  return last === undefined ? undefined : nameOf(text.slice(last.start, last.end));
}
