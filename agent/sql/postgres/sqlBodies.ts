import type { Node } from "libpg-query";
import type { Routine } from "../../../protocol/catalog.ts";
import { type Analysis, nowhere, type QueryResult } from "./analysis.ts";
import { parseSql } from "./libpgQuery.ts";
import { emptyScope } from "./namespace.ts";
import { objectKindOf, partsOf } from "./statements/drops.ts";
import { constant, type Field, field, withRefs } from "./value.ts";

/** Reads the body of a LANGUAGE sql routine; what it returns is what its last statement returns. */
export function readSqlBody(analysis: Analysis, routine: Routine): readonly Field[] {
  const statements = bodyStatements(routine);
  if (!statements) {
    analysis.unknown("its body can't be read.", nowhere);
    return [];
  }
  let last: QueryResult | undefined;
  for (const statement of statements) last = readBodyStatement(analysis, statement);
  return (last?.columns ?? []).map((column) => field(column.name, column.value));
}

/** Reads one statement of a routine's body. */
export function readBodyStatement(analysis: Analysis, statement: Node): QueryResult | undefined {
  if ("SelectStmt" in statement) return analysis.query(statement.SelectStmt, emptyScope);
  if ("ReturnStmt" in statement) {
    const value = statement.ReturnStmt.returnval
      ? analysis.expression(statement.ReturnStmt.returnval, emptyScope)
      : constant;
    return {
      columns: [{ name: "", value: withRefs(value, []), span: nowhere }],
      hasOrderBy: false,
      singleRow: true,
    };
  }
  if (isModification(statement)) return analysis.readers.modify(analysis, statement, emptyScope);
  noteDestruction(analysis, statement);
  const [kind] = Object.keys(statement);
  analysis.unknown(`its body runs ${kind ?? "something"}, which is not followed.`, nowhere);
  analysis.raise("unknown");
  return undefined;
}

/** What a body drops or empties is told, also where nobody can say what else it does. */
function noteDestruction(analysis: Analysis, statement: Node): void {
  const note = (action: string, objectKind: string, object: Node, cascades: boolean): void =>
    void analysis.actions.push({
      action,
      objectKind,
      name: partsOf(object).join("."),
      flags: cascades ? ["cascade"] : [],
      span: nowhere,
    });
  if ("TruncateStmt" in statement) {
    const { relations = [], behavior } = statement.TruncateStmt;
    for (const one of relations) note("truncate", "table", one, behavior === "DROP_CASCADE");
  }
  if ("DropStmt" in statement) {
    const { objects = [], removeType, behavior } = statement.DropStmt;
    for (const one of objects) note("drop", objectKindOf(removeType), one, behavior === "DROP_CASCADE");
  }
}

/** Whether a statement is INSERT, UPDATE, DELETE or MERGE. */
export const isModification = (node: Node): boolean =>
  "InsertStmt" in node || "UpdateStmt" in node || "DeleteStmt" in node || "MergeStmt" in node;

function bodyStatements(routine: Routine): readonly Node[] | undefined {
  const body = routine.body.trim();
  if (/^(BEGIN\s+ATOMIC|RETURN)\b/i.test(body)) return standardBody(body);
  const parsed = parseSql(routine.body);
  if (parsed.kind !== "parsed" || parsed.statements.length === 0) return undefined;
  return parsed.statements.flatMap((one) => one.stmt ?? []);
}

/** SQL-standard bodies only parse inside their CREATE FUNCTION. */
function standardBody(body: string): readonly Node[] | undefined {
  const parsed = parseSql(`CREATE FUNCTION f() RETURNS int LANGUAGE sql ${body}`);
  const [statement] = parsed.kind === "parsed" ? parsed.statements : [];
  const node = statement?.stmt;
  const sql = node && "CreateFunctionStmt" in node ? node.CreateFunctionStmt.sql_body : undefined;
  if (!sql) return undefined;
  if (!("List" in sql)) return [sql];
  return (sql.List.items ?? []).flatMap((item) => ("List" in item ? (item.List.items ?? []) : [item]));
}
