import { ServerError } from "../databaseSession.ts";
import type { ChildFailure } from "./childMessages.ts";

/** SQLSTATEs for SQLite's result codes: the ones that the agent's words for failures know. */
const SQLSTATES: readonly (readonly [prefix: string, sqlstate: string])[] = [
  ["SQLITE_CONSTRAINT_UNIQUE", "23505"],
  ["SQLITE_CONSTRAINT_PRIMARYKEY", "23505"],
  ["SQLITE_CONSTRAINT_ROWID", "23505"],
  ["SQLITE_CONSTRAINT_NOTNULL", "23502"],
  ["SQLITE_CONSTRAINT_FOREIGNKEY", "23503"],
  ["SQLITE_CONSTRAINT_CHECK", "23514"],
  ["SQLITE_CONSTRAINT_DATATYPE", "22P02"],
  ["SQLITE_CONSTRAINT_TRIGGER", "P0001"],
  ["SQLITE_CONSTRAINT", "23000"],
  ["SQLITE_READONLY", "25006"],
  ["SQLITE_BUSY", "55P03"],
  ["SQLITE_LOCKED", "55P03"],
  ["SQLITE_FULL", "53100"],
  ["SQLITE_NOMEM", "53200"],
  ["SQLITE_TOOBIG", "54000"],
  ["SQLITE_INTERRUPT", "57014"],
  ["SQLITE_AUTH", "42501"],
  ["SLUICE_REFUSED", "42501"],
  ["SLUICE_STATEMENTS", "42601"],
  ["SQLITE_MISMATCH", "22P02"],
  ["SQLITE_IOERR", "58030"],
];

/** SQLite's general error while compiling, by its words. */
const IN_TEXT: readonly (readonly [words: RegExp, sqlstate: string])[] = [
  [/syntax error|incomplete input|unrecognized token/, "42601"],
  [/^no such table/, "42P01"],
  [/^no such column/, "42703"],
  [/^ambiguous column/, "42702"],
  [/^no such function/, "42883"],
];

export function toServerError(failure: ChildFailure, text: string): ServerError {
  const { code, message } = failure;
  const stage = failure.stage === "execute" ? "execute" : "parse";
  const inText = stage === "parse" ? IN_TEXT.find(([words]) => words.test(message))?.[1] : undefined;
  const byCode = SQLSTATES.find(([prefix]) => code.startsWith(prefix))?.[1];
  return new ServerError({
    message,
    sqlstate: byCode ?? inText ?? (stage === "parse" ? "42000" : "22000"),
    position: stage === "parse" ? positionOf(message, text) : undefined,
    stage,
    constraint: undefined,
    table: undefined,
    column: undefined,
    // Triggers raise errors in words of their own.
    speaker: code === "SQLITE_CONSTRAINT_TRIGGER" ? "code" : "server",
  });
}

/** The process was ended to stop what it ran. */
export const cancelled = (): ServerError =>
  new ServerError({
    message: "interrupted",
    sqlstate: "57014",
    position: undefined,
    stage: "execute",
    constraint: undefined,
    table: undefined,
    column: undefined,
  });

/** `near "FORM": syntax error`, `no such column: nope`: only where the text holds that once. */
function positionOf(message: string, text: string): number | undefined {
  if (message === "incomplete input") return text.trimEnd().length;
  const [, near, named] =
    /near "([\s\S]+)": syntax error|^no such (?:column|table|function): ([\s\S]+)$/.exec(message) ?? [];
  const word = near ?? named?.split(".").at(-1);
  if (word === undefined) return undefined;
  const found = text.indexOf(word);
  return found >= 0 && text.indexOf(word, found + 1) < 0 ? found : undefined;
}
