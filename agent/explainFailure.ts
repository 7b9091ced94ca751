import type { Problem } from "../protocol/messages.ts";
import { ServerError, TooManyRowsError } from "./connect/databaseSession.ts";
import type { Judged } from "./judge.ts";
import { describeServerError, shownState } from "./mask/serverError.ts";
import { problemOf } from "./problemOf.ts";
import type { SplitStatement } from "./sql/facts.ts";

/**
 * What a failed statement means for a person, with nothing of the data in it (law 4). `offset`: where the statement
 * begins in the text that was sent.
 */
export function explainFailure(
  error: unknown,
  judged: Judged,
  statement: SplitStatement,
  offset = 0,
): Problem {
  if (error instanceof ServerError) {
    const problem = describeServerError({
      sqlstate: error.sqlstate,
      message: error.message,
      stage: error.stage,
      ...quotes(error, judged),
      constraint: error.constraint,
      table: error.table,
      column: error.column,
    });
    const position = error.position === undefined ? -1 : error.position - offset;
    if (position < 0 || position >= statement.text.length) return problem;
    const start = statement.span.start + position;
    return { ...problem, start, end: endOfWord(statement, position) };
  }
  if (error instanceof TooManyRowsError) {
    return {
      code: "too-many-rows",
      message: `${error.affected.toLocaleString("en")} rows would have changed, and the limit here is ${error.limit.toLocaleString("en")}. It was rolled back; nothing changed.`,
      action: "Narrow the WHERE clause, or do it in smaller steps.",
    };
  }
  return problemOf(error);
}

/** What is recorded of a failure: a SQLSTATE or a Sluice code, never a message. */
export function errorClass(error: unknown, judged: Judged): string {
  if (!(error instanceof ServerError)) return problemOf(error).code;
  return shownState({
    sqlstate: error.sqlstate,
    ...quotes(error, judged),
  });
}

/** What a message may quote. Code that speaks may have read what the statement does not name. */
const quotes = (error: ServerError, judged: Judged) => ({
  touchesSensitive: judged.touchesSensitive || error.speaker === "code",
  runsCode: runsCode(judged) || error.speaker === "code",
});

/** A routine of the database's own takes part: called, or fired by a trigger. */
const runsCode = ({ facts }: Judged): boolean =>
  facts === null || facts.kind === "do" || facts.functions.some((use) => use.oid !== undefined);

/** The server stopped because it was asked to, or the request was given up before it was sent. */
export const isCancelled = (error: unknown, signal: AbortSignal): boolean =>
  (error instanceof ServerError && error.sqlstate === "57014") || error === signal.reason;

function endOfWord(statement: SplitStatement, position: number): number {
  const word = /^[\w$]+|^"[^"]*"|^'(?:[^']|'')*'|^\S/u.exec(statement.text.slice(position));
  return statement.span.start + position + (word?.[0].length ?? 1);
}
