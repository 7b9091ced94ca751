import { lex } from "./lexer/lexer.ts";
import { foldColumn, type MysqlSettings } from "./settings.ts";

/** The savepoint a statement sets, releases or goes back to: its last word. Names are compared without case. */
export function savepointName(text: string, settings: MysqlSettings): string | undefined {
  const last = lex(text, settings).tokens.findLast(
    ({ kind, quoted }) => kind === "word" || kind === "name" || quoted,
  );
  return last === undefined ? undefined : foldColumn(last.value);
}
