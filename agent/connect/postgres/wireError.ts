import pg from "pg";
import { ServerError, type Speaker } from "../databaseSession.ts";

/** The server's ErrorResponse as a ServerError, or null where the failure is not the server's answer. */
export function toServerError(error: unknown, text: string, stage: "parse" | "execute"): ServerError | null {
  if (!(error instanceof pg.DatabaseError)) return null;
  return new ServerError({
    message: error.message,
    sqlstate: error.code ?? "XX000",
    position: error.position === undefined ? undefined : utf16Offset(text, Number(error.position)),
    stage,
    constraint: error.constraint,
    table: error.table,
    column: error.column,
    speaker: speakerOf(error.where),
  });
}

/** The server says where in code a message arose, and nothing where it arose outside of any. */
export function speakerOf(where: string | undefined): Speaker {
  if (where === undefined || where === "") return "server";
  return /^PL\/pgSQL function inline_code_block line \d+ at RAISE$/.test(where) ? "block" : "code";
}

/** PostgreSQL counts characters from 1; the editor counts UTF-16 code units from 0. */
function utf16Offset(text: string, position: number): number {
  let offset = 0;
  let left = position - 1;
  for (const character of text) {
    if (left <= 0) break;
    offset += character.length;
    left -= 1;
  }
  return offset;
}
