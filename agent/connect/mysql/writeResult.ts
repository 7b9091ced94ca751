import type { WriteResult } from "../databaseSession.ts";
import type { Answer, RawRow } from "./textCommand.ts";

/** MySQL has no command tags: the statement's first word and the rows it touched. */
export function writeResult(
  text: string,
  answer: Answer,
  rows: readonly RawRow[] = answer.rows,
  returned: number = answer.rows.length,
): WriteResult {
  const { columns } = answer;
  const word = FIRST_WORD.exec(text)?.[1]?.toUpperCase() ?? "OK";
  const counted = columns.length > 0 ? returned : answer.affected;
  const affected = COUNTED.has(word) ? counted : null;
  return { tag: affected === null ? word : `${word} ${affected}`, affected, columns, rows, returned };
}

const FIRST_WORD = /^(?:\s|--[^\n]*\n|#[^\n]*\n|\/\*(?![!M])[\s\S]*?\*\/)*([a-z]+)/i;
const COUNTED: ReadonlySet<string> = new Set([
  "INSERT",
  "UPDATE",
  "DELETE",
  "REPLACE",
  "LOAD",
  "CALL",
  "WITH",
]);
