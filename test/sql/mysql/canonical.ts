import { lex } from "../../../agent/sql/mysql/lexer/lexer.ts";
import type { Token } from "../../../agent/sql/mysql/lexer/token.ts";
import type { MysqlSettings } from "../../../agent/sql/mysql/settings.ts";

/**
 * A text again from its tokens alone, without comments, and with every string and name spelt so that no rule of
 * quoting can matter; undefined where the lexer says the text is broken, or that it can't tell.
 */
export function canonical(text: string, settings: MysqlSettings): string | undefined {
  const { tokens, doubt } = lex(text.replace(/[; \t\n\v\f\r]+$/, ""), settings);
  if (doubt !== undefined || tokens.some((token) => token.kind === "broken")) return undefined;
  return tokens
    .map((token) => spelt(token, text, settings))
    .join(" ")
    .replace(/ \. /g, ".")
    .replace(/@@ /g, "@@");
}

function spelt(token: Token, text: string, settings: MysqlSettings): string {
  switch (token.kind) {
    case "string":
      return `'${quoted(token.value, settings)}'`;
    case "name":
      return `\`${token.value.replaceAll("`", "``")}\``;
    case "variable":
      return `@\`${token.value.replaceAll("`", "``")}\``;
    case "system_variable":
      return "@@";
    case "introducer":
      return `_${token.value}`;
    case "operator":
      return token.key;
    case "end":
      return "";
    default:
      return text.slice(token.start, token.end);
  }
}

function quoted(value: string, settings: MysqlSettings): string {
  const doubled = value.replaceAll("'", "''");
  return settings.noBackslashEscapes ? doubled : doubled.replaceAll("\\", "\\\\");
}
