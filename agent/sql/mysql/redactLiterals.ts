import type { ColumnId, StatementFacts } from "../facts.ts";
import { type RedactedToken, redactAllTokens, redactTokens } from "../redactTokens.ts";
import { lex } from "./lexer/lexer.ts";
import type { Token } from "./lexer/token.ts";
import type { MysqlSettings } from "./settings.ts";

/**
 * A statement as it may be recorded; null facts where nobody understood it. Where the session's sql_mode is not the
 * one it is taken apart by, quotes can pair otherwise: then the facts' literals end elsewhere, and all go.
 */
export function redactMysql(
  text: string,
  shift: number,
  facts: StatementFacts | null,
  isHidden: (column: ColumnId) => boolean,
  settings: MysqlSettings,
): string {
  const { tokens, comments } = lex(text, settings);
  const parts = [
    ...tokens.flatMap(part),
    ...comments.map(({ start, end }): RedactedToken => ({ kind: "comment", start, end })),
  ];
  if (facts !== null) return redactTokens(text, shift, parts, facts, isHidden);
  // A backslash at the end of a string pairs quotes by sql_mode.
  const broken = tokens.some(
    ({ kind, start, end }) => kind === "broken" || text.slice(start, end).endsWith("\\'"),
  );
  return redactAllTokens(text, parts, broken);
}

function part({ kind, quoted, start, end }: Token): readonly RedactedToken[] {
  if (["string", "number", "binary", "broken"].includes(kind)) return [{ kind: "literal", start, end }];
  return quoted ? [{ kind: "name", start, end }] : [];
}
