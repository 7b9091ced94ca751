import type { Node } from "libpg-query";
import type { Span } from "../../facts.ts";
import { nowhere } from "../../postgres/analysis.ts";
import { emptyScope } from "../../postgres/namespace.ts";
import { openedFrom, replay } from "../../postgres/opened.ts";
import type { StatementResult } from "../../postgres/statements/statement.ts";
import type { Value } from "../../postgres/value.ts";
import { changeNamesAs } from "../changedNames.ts";
import { MysqlAnalysis } from "../mysqlAnalysis.ts";
import { parseMysql } from "../parser/parse.ts";
import type { ExecuteStatement, PrepareStatement } from "../parser/statement.ts";
import { type MysqlSettings, readsAlike } from "../settings.ts";
import { parameterType } from "../types.ts";
import type { ReadAny } from "./any.ts";

/** PREPARE from a text in the statement: judged as if it ran, since it will. EXECUTE IMMEDIATE runs it. */
export function readPrepare(
  analysis: MysqlAnalysis,
  statement: PrepareStatement,
  span: Span,
  readAny: ReadAny,
): StatementResult {
  const kind = statement.immediate ? "execute" : "prepare";
  const result = readText(analysis, statement.text, span, readAny, readArguments(analysis, statement.args));
  if (statement.immediate) return { ...result, kind };
  return { kind, effect: result.effect === "read" ? "session" : result.effect };
}

/** EXECUTE of what the session remembers under the name. */
export function readExecute(
  analysis: MysqlAnalysis,
  statement: ExecuteStatement,
  span: Span,
  readAny: ReadAny,
): StatementResult {
  const { prepared } = analysis.session.memory;
  if (!prepared.has(statement.name)) {
    return analysis.fail(`prepared statement "${statement.name}" does not exist`, span, "PREPARE it first.");
  }
  const given = readArguments(analysis, statement.args);
  const kept = prepared.get(statement.name);
  const { settings } = analysis.session;
  // Names without a database mean that of then, whatever is chosen now.
  const then = kept && { ...settings, database: kept.settings.database };
  if (kept !== undefined && then !== undefined && !readsAlike(kept.settings, then)) {
    analysis.unknown("It was prepared under another sql_mode than is set now.", span);
    return { kind: "execute", effect: "unknown" };
  }
  return { ...readText(analysis, kept?.text, span, readAny, given, then), kind: "execute" };
}

/** What flows into the parameters; a value that is not carried along is a text or number of the caller. */
const readArguments = (analysis: MysqlAnalysis, args: readonly Node[]): readonly Value[] =>
  args.map((arg) => {
    const value = analysis.expression(arg, emptyScope);
    if (value.fallible) analysis.use("function_argument", value, false);
    const known = value.refs.length === 0 && value.transform !== "opaque";
    return { ...value, literals: [], fallible: false, ...(known ? { type: parameterType } : {}) };
  });

export const readDeallocate = (): StatementResult => ({ kind: "deallocate", effect: "session" });

/** Statements whose names the server settles when it prepares them. */
const MEANT_WHERE_PREPARED: ReadonlySet<string> = new Set([
  "query",
  "insert",
  "replace",
  "update",
  "delete",
  "do",
]);

function readText(
  analysis: MysqlAnalysis,
  text: string | undefined,
  span: Span,
  readAny: ReadAny,
  given: readonly Value[] = [],
  settings: MysqlSettings = analysis.session.settings,
): StatementResult {
  const unknown = (reason: string): StatementResult => {
    analysis.unknown(reason, span);
    return { kind: "execute", effect: "unknown" };
  };
  if (text === undefined) return unknown("The text of the statement is put together at run time.");
  const parsed = parseMysql(text, settings);
  if (parsed.kind !== "parsed" || parsed.doubt !== undefined) {
    return unknown("The statement in this text can't be followed.");
  }
  if (["prepare", "execute", "deallocate"].includes(parsed.statement.kind)) {
    return unknown("A statement kept in a text can't keep another.");
  }
  const moved = settings.database !== analysis.session.settings.database;
  if (moved && !MEANT_WHERE_PREPARED.has(parsed.statement.kind)) {
    return unknown("It was prepared under another database than is chosen now.");
  }
  const frame = { kind: "elsewhere", view: undefined } as const;
  const { index, readers, opening, routineNames, carried } = analysis;
  const session = { ...analysis.session, settings };
  const inner = new MysqlAnalysis(index, frame, readers, session, opening, routineNames, carried);
  inner.given = given;
  const result = readAny(inner, parsed.statement, nowhere);
  inner.raise(result.effect);
  replay(analysis, openedFrom(inner, []), span);
  for (const [name, value] of inner.assigned) analysis.assigned.set(name, value);
  changeNamesAs(analysis, inner.changedNames, false);
  for (const name of inner.namesChangedInside) analysis.namesChangedInside.add(name);
  if (inner.readsOwnVariables) analysis.readsOwnVariables = true;
  const columns = (result.columns ?? []).map((column) => ({
    ...column,
    span,
    value: { ...column.value, refs: column.value.refs.map((ref) => ({ ...ref, span })), literals: [] },
  }));
  return { ...result, columns };
}
