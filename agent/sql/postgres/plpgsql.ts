import type { Routine } from "../../../protocol/catalog.ts";
import { type Analysis, nowhere } from "./analysis.ts";
import { type PlpgsqlTree, parsePlpgsql, parseSql } from "./libpgQuery.ts";
import { isModification, readBodyStatement } from "./sqlBodies.ts";
import { combine, type Field, field, type Value } from "./value.ts";

/**
 * Reads the body of a PL/pgSQL routine statement by statement, without following its variables: whatever any
 * of its queries reads may flow into what it returns.
 */
export function readPlpgsql(analysis: Analysis, routine: Routine): readonly Field[] {
  const trees = parsePlpgsql(asFunction(routine));
  if (!trees) {
    analysis.unknown("its body can't be read.", nowhere);
    return [];
  }
  const values = readTrees(analysis, trees);
  const names = routine.outputColumns.map((column) => column.name);
  const value: Value = {
    ...combine(values),
    transform: values.some((one) => one.transform === "opaque") ? "opaque" : "expression",
  };
  // Control flow, notices and errors depend on what was read, too.
  analysis.use("function_argument", { ...value, transform: "expression" }, false);
  return (names.length > 0 ? names : [routine.name]).map((name) => field(name, value));
}

/** The body of a DO block, as PL/pgSQL. */
export function readPlpgsqlBlock(analysis: Analysis, body: string): boolean {
  const trees = parsePlpgsql(`CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS ${quoted(body)}`);
  if (!trees) return false;
  const values = readTrees(analysis, trees);
  analysis.use("function_argument", { ...combine(values), transform: "expression" }, false);
  return true;
}

function asFunction(routine: Routine): string {
  const isTrigger = routine.returnType === "trigger" || routine.returnType === "event_trigger";
  const args = routine.argumentNames.map(
    (name, index) => `"${(name || `a${index}`).replaceAll('"', '""')}" text`,
  );
  const outputs = routine.outputColumns
    .filter((column) => !routine.argumentNames.includes(column.name))
    .map((column) => `OUT "${column.name.replaceAll('"', '""')}" text`);
  const all = [...args, ...outputs].join(", ");
  const returns = isTrigger
    ? `RETURNS ${routine.returnType}`
    : outputs.length > 0
      ? routine.returnsSet
        ? "RETURNS SETOF record"
        : ""
      : routine.kind === "procedure"
        ? ""
        : `RETURNS ${routine.returnsSet ? "SETOF " : ""}text`;
  const what = routine.kind === "procedure" ? "PROCEDURE" : "FUNCTION";
  return `CREATE ${what} f(${isTrigger ? "" : all}) ${returns} LANGUAGE plpgsql AS ${quoted(routine.body)}`;
}

function quoted(body: string): string {
  let tag = "$body$";
  for (let count = 0; body.includes(tag); count++) tag = `$body${count}$`;
  return `${tag}${body}${tag}`;
}

const dynamic: ReadonlySet<string> = new Set(["PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors"]);

function readTrees(analysis: Analysis, trees: readonly PlpgsqlTree[]): Value[] {
  const values: Value[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const one of node) visit(one);
      return;
    }
    if (typeof node !== "object" || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      if (dynamic.has(key) || key === "dynquery") {
        analysis.unknown("it runs a statement put together at run time (EXECUTE).", nowhere);
        analysis.raise("unknown");
      }
      if (key === "PLpgSQL_stmt_commit" || key === "PLpgSQL_stmt_rollback") {
        analysis.unknown("it ends the transaction around it.", nowhere);
        analysis.raise("unknown");
      }
      if (key === "PLpgSQL_expr" && typeof child === "object" && child !== null && "query" in child) {
        values.push(...readQuery(analysis, String(child.query)));
      } else visit(child);
    }
  };
  visit(trees);
  return values;
}

/** PL/pgSQL holds statements, expressions and assignments alike as text. */
function readQuery(analysis: Analysis, query: string): Value[] {
  const asExpression = query.replace(/^\s*[\w$."]+(?:\s*\[[^\]]*\])*(?:\s*\.\s*[\w$"]+)*\s*:?=(?!=)/, "");
  for (const text of [query, `SELECT ${query}`, `SELECT ${asExpression}`]) {
    const parsed = parseSql(text);
    if (parsed.kind !== "parsed") continue;
    return parsed.statements.flatMap((one) => {
      if (!one.stmt) return [];
      if ("CallStmt" in one.stmt && one.stmt.CallStmt.funccall) {
        return [
          analysis.expression(
            { FuncCall: one.stmt.CallStmt.funccall },
            { items: [], parent: undefined, ctes: undefined },
          ),
        ];
      }
      const result = readBodyStatement(analysis, one.stmt);
      const modified = isModification(one.stmt);
      return (result?.columns ?? []).map((column) => (modified ? { ...column.value } : column.value));
    });
  }
  analysis.unknown("one of its expressions can't be read.", nowhere);
  return [];
}
