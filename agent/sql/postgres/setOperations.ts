import type { SelectStmt } from "libpg-query";
import type { Analysis, QueryColumn, QueryResult } from "./analysis.ts";
import type { Scope } from "./namespace.ts";
import { combine, constant, either, field, type Value } from "./value.ts";

/** UNION, INTERSECT, EXCEPT: columns meet by position; all but UNION ALL compare the rows. */
export function readSetOperation(analysis: Analysis, select: SelectStmt, scope: Scope): QueryResult {
  const arms = armsOf(select);
  const inner: Scope = { items: [], parent: scope.parent, ctes: scope.ctes };
  const results = arms.map((arm) => analysis.query(arm.select, inner));
  const [first, ...others] = results;
  if (!first) return { columns: [], hasOrderBy: false, singleRow: false };
  for (const other of others) {
    if (other.columns.length !== first.columns.length) {
      analysis.fail(
        "each UNION, INTERSECT or EXCEPT query must have the same number of columns",
        other.columns[0]?.span ?? analysis.token(undefined),
      );
    }
  }
  for (const [index, result] of results.entries()) {
    for (const column of result.columns) {
      if (arms[index]?.compared) analysis.use("set_operation", column.value);
      if (column.value.fallible) analysis.use("function_argument", column.value, false);
    }
  }
  const columns = first.columns.map((column, index): QueryColumn => {
    const values = results.flatMap((result) => result.columns[index]?.value ?? []);
    return { ...column, value: eitherValue(column.name, values) };
  });
  return { columns, hasOrderBy: false, singleRow: false };
}

interface Arm {
  readonly select: SelectStmt;
  /** Its rows are compared with those of other arms. */
  readonly compared: boolean;
}

/** The arms from left to right. A chain of thousands leans to the left, so that side is walked, not descended. */
function armsOf(select: SelectStmt): readonly Arm[] {
  const arms: Arm[] = [];
  let compared = false;
  let node: SelectStmt | undefined = select;
  while (node) {
    const isOperation: boolean = node.op !== undefined && node.op !== "SETOP_NONE";
    const isOwnQuery: boolean =
      node !== select &&
      (node.withClause ?? node.sortClause ?? node.limitCount ?? node.limitOffset ?? node.lockingClause) !==
        undefined;
    if (!isOperation || isOwnQuery) {
      arms.unshift({ select: node, compared });
      break;
    }
    compared ||= !(node.op === "SETOP_UNION" && node.all);
    if (node.rarg) arms.unshift({ select: node.rarg, compared });
    node = node.larg;
  }
  return arms;
}

function eitherValue(name: string, values: readonly Value[]): Value {
  const [first, ...others] = values.map((value) => field(name, value));
  if (!first) return constant;
  const merged = others.reduce(either, first);
  const whole = combine(values);
  // References keep their places; the merged field has one for each column.
  return {
    ...merged,
    refs: whole.refs,
    fallible: false,
    items: [],
    ...(whole.reason === undefined ? {} : { reason: whole.reason }),
  };
}

/** VALUES: each column may hold what any of its rows holds. */
export function readValues(analysis: Analysis, select: SelectStmt, scope: Scope): QueryResult {
  const inner: Scope = { items: [], parent: scope.parent, ctes: scope.ctes };
  const rows = (select.valuesLists ?? []).flatMap((row) =>
    "List" in row ? [(row.List.items ?? []).map((cell) => analysis.expression(cell, inner))] : [],
  );
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, index): QueryColumn => {
    const name = `column${index + 1}`;
    const cells = rows.flatMap((row) => row[index] ?? []);
    const [only] = cells;
    const value = rows.length === 1 && only ? { ...only, origin: null } : valuesColumn(cells);
    return { name, value, span: value.literals[0] ?? value.refs[0]?.span ?? analysis.token(undefined) };
  });
  return { columns, hasOrderBy: false, singleRow: rows.length === 1 };
}

/** Thousands of rows of literals are common; merging them pairwise would take the square of that. */
function valuesColumn(cells: readonly Value[]): Value {
  const whole = combine(cells);
  if (whole.refs.length === 0) return whole;
  return eitherValue("", cells);
}
