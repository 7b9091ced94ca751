import type { Flow } from "../facts.ts";
import type { StatementTokens } from "./headWords.ts";
import { nameOf } from "./lexer.ts";
import type { NamedRelation } from "./touched.ts";

/** `ALTER TABLE t RENAME TO u` and `RENAME [COLUMN] a TO b`: what is known of the old name goes to the new one. */
export function renameFlows(
  tokens: StatementTokens,
  names: ReadonlyMap<string, NamedRelation>,
): readonly Flow[] {
  if (tokens.word(0) !== "ALTER") return [];
  const name = (at: number): string => {
    const token = tokens.list[at];
    const text = token === undefined ? "" : tokens.text.slice(token.start, token.end);
    return text.startsWith('"') || text.startsWith("`") || text.startsWith("[") ? text.slice(1, -1) : text;
  };
  const rename = tokens.list.findIndex((_, at) => tokens.word(at) === "RENAME");
  const found = names.get(nameOf(name(rename - 1)));
  if (rename < 0 || found === undefined) return [];
  const { schema, name: table, columns } = found.relation;
  const moved = (to: { readonly table: string; readonly column: string }, from: string): Flow => ({
    target: { schema, ...to },
    sources: [{ schema, table, column: from }],
    unchanged: true,
    opaque: false,
  });
  if (tokens.word(rename + 1) === "TO") {
    const renamed = name(rename + 2);
    return columns.map(({ name: column }) => moved({ table: renamed, column }, column));
  }
  const old = rename + (tokens.word(rename + 1) === "COLUMN" && tokens.word(rename + 2) !== "TO" ? 2 : 1);
  const column = found.columns.get(nameOf(name(old)))?.name;
  return column === undefined ? [] : [moved({ table, column: name(old + 2) }, column)];
}
