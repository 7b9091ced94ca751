import { nowhere } from "../postgres/analysis.ts";
import { noteFlows } from "../postgres/flows.ts";
import { emptyScope } from "../postgres/namespace.ts";
import { combine, constant, field, type Value } from "../postgres/value.ts";
import { noteCascades } from "./cascades.ts";
import { noteCounter } from "./counters.ts";
import type { MysqlAnalysis, RoutineNames } from "./mysqlAnalysis.ts";
import type { CompoundStatement, Statement } from "./parser/statement.ts";
import { foldColumn } from "./settings.ts";
import { readAny } from "./statements/any.ts";

/**
 * Reads what a routine does, statement by statement, without following its control flow: whatever any of its queries
 * reads may flow into its variables and into what it returns.
 */
export function readBody(analysis: MysqlAnalysis, body: Statement): Value {
  visit(analysis, body);
  const outer = analysis.routineNames?.held ?? constant;
  const value = combine([outer, ...analysis.held]);
  // Control flow, warnings and errors depend on what was read, too.
  const carrying: Value = {
    ...value,
    transform: value.transform === "opaque" ? "expression" : value.transform,
  };
  analysis.use("function_argument", carrying, false);
  return { ...value, transform: value.transform === "opaque" ? "opaque" : "expression" };
}

function visit(analysis: MysqlAnalysis, statement: Statement): void {
  if (statement.kind === "compound") {
    readBlock(analysis, statement);
    return;
  }
  if (statement.kind === "prepare" || statement.kind === "execute") {
    analysis.unknown("it runs a statement put together at run time.", nowhere);
    analysis.raise("unknown");
    return;
  }
  const result = readAny(analysis, statement, nowhere);
  if (result.transaction !== undefined) {
    analysis.unknown("it ends the transaction around it.", nowhere);
    analysis.raise("unknown");
  }
  analysis.raise(result.effect);
  const columns = (result.columns ?? []).map((column) => field(column.name, column.value));
  if (columns.length > 0) analysis.returned.push(columns);
}

function readBlock(analysis: MysqlAnalysis, block: CompoundStatement): void {
  const outer = analysis.routineNames;
  const own = new Set(block.variables);
  const held = outer?.held ?? constant;
  const inner: RoutineNames = {
    held,
    table: outer?.table,
    lookup: (name) => (own.has(name) ? field(name, held) : outer?.lookup(name)),
    row: (name) => (own.has(name) ? { ...held, fields: [] } : outer?.row(name)),
  };
  analysis.within(inner, () => {
    for (const node of [...block.expressions, ...block.returns]) {
      analysis.held.push(analysis.expression(node, emptyScope));
    }
    for (const cursor of block.cursors) {
      analysis.held.push(...analysis.query(cursor, emptyScope).columns.map((column) => column.value));
    }
    for (const statement of block.body) visit(analysis, statement);
  });
}

/** SET of a variable of the routine, or of a column of the row a trigger works on. */
export function assignLocal(analysis: MysqlAnalysis, name: string, value: Value): void {
  analysis.held.push(value);
  const [row, column] = name.split(".");
  const table = analysis.routineNames?.table;
  if (!table || column === undefined || foldColumn(row ?? "") !== "new") return;
  const columns = table.columns.filter((one) => foldColumn(one.name) === foldColumn(column));
  const stored = columns.map((one) => analysis.index.identify(table, one));
  noteFlows(analysis, stored, value);
  noteCascades(analysis, stored, value);
  if (value.refs.length > 0 && columns.some((one) => one.counts === true)) {
    noteCounter(analysis, column, nowhere);
  }
}
