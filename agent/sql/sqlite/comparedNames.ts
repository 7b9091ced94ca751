import type { StatementTokens } from "./headWords.ts";
import { nameOf } from "./lexer.ts";

/** Names in the USING clauses of joins; `everything` where a NATURAL join compares all names alike. */
export function comparedNames(tokens: StatementTokens): ReadonlySet<string> | "everything" {
  if (tokens.has("NATURAL")) return "everything";
  const names = new Set<string>();
  if (!tokens.has("USING")) return names;
  for (const at of tokens.list.keys()) {
    if (tokens.word(at) !== "USING") continue;
    for (let next = at + 2; next < tokens.list.length; next += 1) {
      const token = tokens.list[next];
      const text = token === undefined ? ")" : tokens.text.slice(token.start, token.end);
      if (text === ")") break;
      if (text !== ",") names.add(nameOf(text));
    }
  }
  return names;
}
