import type { ColumnId, StatementFacts } from "../facts.ts";
import { type RedactedToken, redactAllTokens, redactTokens } from "../redactTokens.ts";
import { type Token, tokens } from "./lexer.ts";

/** A statement as it may be recorded; null facts where nobody understood it. */
export function redactSqlite(
  text: string,
  shift: number,
  facts: StatementFacts | null,
  isHidden: (column: ColumnId) => boolean,
): string {
  const all = [...tokens(text)];
  const parts = all.flatMap(part);
  if (facts !== null) return redactTokens(text, shift, parts, facts, isHidden);
  return redactAllTokens(
    text,
    parts,
    all.some(({ broken }) => broken),
  );
}

function part({ kind, start, end }: Token): readonly RedactedToken[] {
  switch (kind) {
    case "string":
    case "number":
    case "blob":
      return [{ kind: "literal", start, end }];
    case "quoted":
      return [{ kind: "name", start, end }];
    case "comment":
      return [{ kind: "comment", start, end }];
    default:
      return [];
  }
}
