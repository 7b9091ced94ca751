import { type Analysis, nowhere } from "./analysis.ts";
import { type PlpgsqlTree, parsePlpgsql, parseSql } from "./libpgQuery.ts";
import { emptyScope } from "./namespace.ts";
import { readBodyStatement } from "./sqlBodies.ts";
import { combine, type Value } from "./value.ts";

/** The row a trigger may change: `column` undefined stands for all of it. */
export type AssignToRow = (column: string | undefined, value: Value) => void;

/**
 * Reads PL/pgSQL, as a whole CREATE FUNCTION, statement by statement. Which variable holds what is not followed: each
 * may hold whatever any of the queries reads, and `hold` is told what that is before anything that is stored is read.
 * Undefined where it can't be read.
 */
export function readPlpgsql(
  analysis: Analysis,
  create: string,
  hold: (value: Value) => void,
  assign?: AssignToRow,
): Value | undefined {
  const trees = parsePlpgsql(create);
  if (!trees) return undefined;
  const mark = analysis.mark();
  let value = combine(readTrees(analysis, trees, undefined));
  if (analysis.writes.length > 0 || assign) {
    hold(value);
    analysis.rollback(mark);
    const flows = analysis.flows.length;
    value = combine(readTrees(analysis, trees, assign));
    if (value.transform === "opaque") {
      const opaque = analysis.flows.splice(flows).map((flow) => ({ ...flow, opaque: true }));
      analysis.flows.push(...opaque);
    }
  }
  // Control flow, notices and errors depend on what was read, too.
  analysis.use("function_argument", { ...value, transform: "expression" }, false);
  return { ...value, transform: value.transform === "opaque" ? "opaque" : "expression" };
}

const dynamic: ReadonlySet<string> = new Set(["PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors"]);

function readTrees(
  analysis: Analysis,
  trees: readonly PlpgsqlTree[],
  assign: AssignToRow | undefined,
): Value[] {
  const values: Value[] = [];
  const row = new TriggerRow(trees);
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const one of node) visit(one);
      return;
    }
    if (!isObject(node)) return;
    for (const [key, child] of Object.entries(node)) {
      if (dynamic.has(key) || key === "dynquery") {
        analysis.unknown("it runs a statement put together at run time (EXECUTE).", nowhere);
        analysis.raise("unknown");
      }
      if (key === "PLpgSQL_stmt_commit" || key === "PLpgSQL_stmt_rollback") {
        analysis.unknown("it ends the transaction around it.", nowhere);
        analysis.raise("unknown");
      }
      const before = values.length;
      if (key === "PLpgSQL_expr" && isObject(child) && "query" in child) {
        values.push(...readQuery(analysis, String(child.query)));
      } else visit(child);
      if (!assign || !isObject(child)) continue;
      // What is returned, or put into the whole row, may be any variable.
      for (const column of row.assignedBy(key, child)) {
        assign(column, combine(column === undefined ? values : values.slice(before)));
      }
    }
  };
  visit(trees);
  return values;
}

/** Which columns of NEW a statement sets, by the variables PL/pgSQL numbers for itself. */
class TriggerRow {
  readonly #datums: readonly unknown[];

  constructor(trees: readonly PlpgsqlTree[]) {
    const [tree] = trees;
    const inside = isObject(tree) && isObject(tree.PLpgSQL_function) ? tree.PLpgSQL_function.datums : [];
    this.#datums = Array.isArray(inside) ? inside : [];
  }

  /** Undefined among them: all of it, or nobody can say. */
  assignedBy(key: string, statement: Readonly<Record<string, unknown>>): readonly (string | undefined)[] {
    if (key === "PLpgSQL_stmt_assign") return this.#columnOf(Number(statement.varno ?? 0));
    if (key === "PLpgSQL_stmt_return") {
      if (statement.expr !== undefined) return [undefined];
      const returned = Number(statement.retvarno ?? 0);
      return this.#isRow(returned) ? [] : [undefined];
    }
    const { target } = statement;
    if (!isObject(target)) return [];
    if (isObject(target.PLpgSQL_rec)) return target.PLpgSQL_rec.refname === "new" ? [undefined] : [];
    const fields = isObject(target.PLpgSQL_row) ? target.PLpgSQL_row.fields : [];
    return (Array.isArray(fields) ? fields : []).flatMap((field: unknown) =>
      isObject(field) ? this.#columnOf(Number(field.varno ?? 0)) : [],
    );
  }

  #columnOf(variable: number): readonly (string | undefined)[] {
    const datum = this.#datums[variable];
    if (!isObject(datum)) return [];
    const { PLpgSQL_rec: record, PLpgSQL_recfield: field } = datum;
    if (isObject(record)) return record.refname === "new" ? [undefined] : [];
    if (!isObject(field) || !this.#isNew(Number(field.recparentno ?? 0))) return [];
    return [String(field.fieldname)];
  }

  /** NEW or OLD as they are, or NULL. */
  #isRow(variable: number): boolean {
    const datum = this.#datums[variable];
    if (!isObject(datum) || !isObject(datum.PLpgSQL_rec)) return variable < 0;
    return datum.PLpgSQL_rec.refname === "new" || datum.PLpgSQL_rec.refname === "old";
  }

  #isNew(variable: number): boolean {
    const datum = this.#datums[variable];
    return isObject(datum) && isObject(datum.PLpgSQL_rec) && datum.PLpgSQL_rec.refname === "new";
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** PL/pgSQL holds statements, expressions and assignments alike as text. */
function readQuery(analysis: Analysis, query: string): Value[] {
  const asExpression = query.replace(/^\s*[\w$."]+(?:\s*\[[^\]]*\])*(?:\s*\.\s*[\w$"]+)*\s*:?=(?!=)/, "");
  for (const text of [query, `SELECT ${query}`, `SELECT ${asExpression}`]) {
    const parsed = parseSql(text);
    if (parsed.kind !== "parsed") continue;
    return parsed.statements.flatMap((one) => {
      if (!one.stmt) return [];
      if ("CallStmt" in one.stmt && one.stmt.CallStmt.funccall) {
        return [analysis.expression({ FuncCall: one.stmt.CallStmt.funccall }, emptyScope)];
      }
      const result = readBodyStatement(analysis, one.stmt);
      return (result?.columns ?? []).map((column) => column.value);
    });
  }
  analysis.unknown("one of its expressions can't be read.", nowhere);
  return [];
}
