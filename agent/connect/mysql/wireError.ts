import { ServerError } from "../databaseSession.ts";
import type { ErrPacket } from "./packets.ts";

/**
 * SQLSTATEs for errors whose own is only "syntax error or access violation", "integrity constraint" or "general":
 * the ones that the agent's words for failures know. https://mariadb.com/kb/en/mariadb-error-code-reference/
 */
const SQLSTATES: Readonly<Record<number, string>> = {
  1021: "53100", // disk full
  1037: "53200",
  1038: "53200",
  1041: "53200",
  1040: "53300",
  1044: "42501", // access denied: to the database, the table, the column, …
  1045: "42501",
  1048: "23502",
  1062: "23505",
  1142: "42501",
  1143: "42501",
  1205: "55P03",
  1213: "40001",
  1216: "23503",
  1217: "23503",
  1227: "42501",
  1317: "57014", // the query was interrupted
  1364: "23502",
  1370: "42501",
  1436: "54001",
  1451: "23503",
  1452: "23503",
  1586: "23505",
  1792: "25006",
  1969: "57014", // max_statement_time
  3024: "57014", // max_execution_time
  3572: "55P03",
  3819: "23514",
  4025: "23514",
};

/** SIGNAL's class for "unhandled user-defined exception". */
const RAISED_BY_CODE = "P0001";

/**
 * The server's refusal as a ServerError. `stage` is "parse" only where the server refuses the text without
 * running it: a running routine can raise any code with any message.
 */
export function toServerError(refusal: ErrPacket, text: string, stage: "parse" | "execute"): ServerError {
  const own = refusal.sqlstate.startsWith("45") ? RAISED_BY_CODE : refusal.sqlstate;
  return new ServerError({
    message: refusal.message,
    sqlstate: SQLSTATES[refusal.errno] ?? own,
    position: stage === "parse" ? positionOf(refusal.message, text) : undefined,
    stage,
    constraint: undefined,
    table: undefined,
    column: undefined,
    // A routine can raise any error with any text, and the server does not say which did.
    speaker: stage === "parse" ? "server" : "code",
  });
}

/** A refusal of this class is worth asking whether the text alone brings it about. */
export const mayBeAboutText = (refusal: ErrPacket): boolean => refusal.sqlstate.startsWith("42");

/** The server ends the session with it, and what was in flight has an unknown outcome. */
export const endsSession = (refusal: ErrPacket): boolean => SESSION_ENDS.has(refusal.errno);

/** Shutdown, connection killed, idle too long. */
const SESSION_ENDS: ReadonlySet<number> = new Set([1053, 1077, 1152, 1184, 1927, 4031]);

/** `… near 'FORM t' at line 2`: the text from there on, cut at 80 characters. */
function positionOf(message: string, text: string): number | undefined {
  const [, near, line] = /near '([\s\S]*)' at line (\d+)$/.exec(message) ?? [];
  if (near === undefined || line === undefined) return undefined;
  if (near === "") return text.trimEnd().length;
  const lines = text.split("\n");
  const start = lines.slice(0, Number(line) - 1).reduce((sum, before) => sum + before.length + 1, 0);
  const found = text.indexOf(near, start);
  if (found < 0 || found >= start + (lines[Number(line) - 1]?.length ?? 0)) return undefined;
  return text.indexOf(near, found + 1) < 0 ? found : undefined;
}

/** What follows in a transaction that the server has rolled back. */
export const transactionFailed = (): ServerError =>
  new ServerError({
    message: "the transaction was rolled back",
    sqlstate: "25P02",
    position: undefined,
    stage: "execute",
    constraint: undefined,
    table: undefined,
    column: undefined,
  });
