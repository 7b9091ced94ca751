import type { Node } from "libpg-query";
import { Analysis } from "../analysis.ts";
import { emptyScope } from "../namespace.ts";
import { openedFrom, replay } from "../opened.ts";
import type { KeptQuery } from "../sessionMemory.ts";
import { constant, opaque, type Value } from "../value.ts";
import type { StatementContext, StatementReader, StatementResult } from "./statement.ts";

/** PREPARE, EXECUTE, DEALLOCATE, DECLARE, FETCH, MOVE and CLOSE: a query kept under a name carries its facts along. */
export const keptReader =
  (readStatement: StatementReader): StatementReader =>
  (analysis, node, context) => {
    if ("PrepareStmt" in node)
      return keep(analysis, node.PrepareStmt.query, "prepare", readStatement, context);
    if ("DeclareCursorStmt" in node) {
      return keep(analysis, node.DeclareCursorStmt.query, "declare", readStatement, context);
    }
    if ("ExecuteStmt" in node) {
      const { name = "", params } = node.ExecuteStmt;
      const given = (params ?? []).map((param) => analysis.expression(param, emptyScope));
      for (const value of given) if (value.fallible) analysis.use("function_argument", value, false);
      const kept = context.memory.prepared.get(name);
      if (!kept)
        return analysis.fail(
          `prepared statement "${name}" does not exist`,
          context.span,
          "PREPARE it first.",
        );
      const result = call(analysis, kept, readStatement, context, given);
      // A parameter may be compared with any column the kept query names.
      analysis.associate(
        given.flatMap((value) => value.literals),
        [...analysis.uses, ...analysis.writes].map((use) => use.column),
      );
      return result;
    }
    if ("FetchStmt" in node) {
      const { portalname = "", ismove } = node.FetchStmt;
      const kept = context.memory.cursors.get(portalname);
      if (!kept)
        return analysis.fail(
          `cursor "${portalname}" does not exist`,
          context.span,
          "DECLARE it first, in a transaction.",
        );
      if (ismove) return { kind: "move", effect: "session" };
      return { ...call(analysis, kept, readStatement, context), kind: "fetch" };
    }
    if ("DeallocateStmt" in node) return { kind: "deallocate", effect: "session" };
    if ("ClosePortalStmt" in node) return { kind: "close", effect: "session" };
    return undefined;
  };

/** Nothing runs yet, and nothing is shown; but what is kept is judged as if it ran, since it will. */
function keep(
  analysis: Analysis,
  query: Node | undefined,
  kind: string,
  readStatement: StatementReader,
  context: StatementContext,
): StatementResult {
  const inner = query ? readStatement(analysis, query, context) : undefined;
  if (!inner) analysis.unknown("What is kept under this name is not understood.", context.span);
  const effect = inner?.effect ?? "unknown";
  return { kind, effect: effect === "read" ? "session" : effect };
}

/** Reads the kept query as it would run now, and adds what it does at the place of the call. */
function call(
  analysis: Analysis,
  kept: KeptQuery,
  readStatement: StatementReader,
  context: StatementContext,
  given: readonly Value[] = [],
): StatementResult {
  const parameter = (number: number): Value | undefined => {
    const value = given[number - 1];
    return value && { ...value, literals: constant.literals };
  };
  const inner = new Analysis(
    // A cursor reads what its names meant when it was opened; a prepared statement is read anew.
    kept.index ?? analysis.index,
    { kind: "elsewhere", view: undefined },
    analysis.readers,
    [],
    { lookup: () => undefined, parameter },
  );
  const result = readStatement(inner, kept.query, context);
  if (!result) {
    analysis.unknown("What is kept under this name is not understood.", context.span);
    return { kind: "execute", effect: "unknown", columns: [] };
  }
  inner.raise(result.effect);
  replay(analysis, openedFrom(inner, []), context.span);
  const columns = (result.columns ?? []).map((column) => ({
    ...column,
    span: context.span,
    value: {
      ...column.value,
      refs: column.value.refs.map((ref) => ({ ...ref, span: context.span })),
      literals: constant.literals,
    },
  }));
  const hidden =
    result.plan === true ? columns.map((one) => ({ ...one, value: opaque(one.value, "A plan.") })) : columns;
  return { ...result, kind: "execute", columns: hidden };
}
