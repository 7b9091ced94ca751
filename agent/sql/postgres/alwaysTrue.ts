import type { A_Const, A_Expr, Node, SelectStmt } from "libpg-query";
import type { Column } from "../../../protocol/catalog.ts";
import { nameParts } from "./names.ts";

/** The column that a name in a condition means, if it is one of the target of the write. */
export type TargetColumn = (name: Node) => Column | undefined;

type Folded = string | number | boolean | null | undefined;

/**
 * Whether a condition holds for every row whatever the rows are: constants folded, a column compared with
 * itself, NOT NULL of a column that can't be null. False where that can't be shown.
 */
export function isAlwaysTrue(condition: Node, column: TargetColumn): boolean {
  return fold(condition, column) === true;
}

/** The value of an expression that doesn't depend on rows; undefined where it may. */
function fold(node: Node | undefined, column: TargetColumn): Folded {
  if (!node) return undefined;
  if ("A_Const" in node) return constantOf(node.A_Const);
  if ("BoolExpr" in node) return foldBoolean(node.BoolExpr.boolop, node.BoolExpr.args ?? [], column);
  if ("A_Expr" in node) return foldOperator(node.A_Expr, column);
  if ("NullTest" in node) {
    const { arg, nulltesttype } = node.NullTest;
    const known = arg ? (column(arg)?.notNull ? "a value" : fold(arg, column)) : undefined;
    if (known === undefined) return undefined;
    return nulltesttype === "IS_NULL" ? known === null : known !== null;
  }
  if ("BooleanTest" in node)
    return foldBooleanTest(node.BooleanTest.booltesttype, fold(node.BooleanTest.arg, column));
  if ("TypeCast" in node)
    return foldCast(node.TypeCast.arg, nameParts(node.TypeCast.typeName?.names).at(-1), column);
  if ("CoalesceExpr" in node) {
    for (const arg of node.CoalesceExpr.args ?? []) {
      const value = fold(arg, column);
      if (value !== null) return value;
    }
    return null;
  }
  if ("CaseExpr" in node) return foldCase(node, column);
  if ("SubLink" in node && node.SubLink.subselect && "SelectStmt" in node.SubLink.subselect) {
    return foldSubquery(
      node.SubLink.subLinkType,
      node.SubLink.testexpr,
      node.SubLink.subselect.SelectStmt,
      column,
    );
  }
  return undefined;
}

function constantOf(node: A_Const): Folded {
  if (node.isnull) return null;
  if (node.boolval) return node.boolval.boolval ?? false;
  if (node.ival) return node.ival.ival ?? 0;
  if (node.fval) return Number(node.fval.fval);
  return node.sval?.sval;
}

function foldBoolean(operator: string | undefined, args: readonly Node[], column: TargetColumn): Folded {
  const values = args.map((arg) => fold(arg, column));
  if (operator === "NOT_EXPR") {
    const [value] = values;
    return typeof value === "boolean" ? !value : value === null ? null : undefined;
  }
  const decisive = operator === "OR_EXPR";
  if (values.includes(decisive)) return decisive;
  if (operator === "OR_EXPR" && complementary(args)) return true;
  if (values.every((value) => value === !decisive)) return !decisive;
  return values.every((value) => typeof value === "boolean" || value === null) ? null : undefined;
}

/** `x IS NULL OR x IS NOT NULL` */
function complementary(args: readonly Node[]): boolean {
  const tests = args.flatMap((arg) => ("NullTest" in arg ? [arg.NullTest] : []));
  return tests.some((one) =>
    tests.some((other) => one.nulltesttype !== other.nulltesttype && sameShape(one.arg, other.arg)),
  );
}

/** Whether two trees are the same apart from their positions. */
function sameShape(left: Node | undefined, right: Node | undefined): boolean {
  const shape = (node: Node | undefined): string =>
    JSON.stringify(node, (key, value) => (key === "location" ? undefined : value)) ?? "";
  return left !== undefined && shape(left) === shape(right);
}

function foldOperator(node: A_Expr, column: TargetColumn): Folded {
  const operator = nameParts(node.name).at(-1) ?? "";
  const { kind, lexpr, rexpr } = node;
  if (kind === "AEXPR_IN") return foldIn(lexpr, rexpr, operator === "=", column);
  if (kind === "AEXPR_BETWEEN" || kind === "AEXPR_NOT_BETWEEN") {
    const bounds = rexpr && "List" in rexpr ? (rexpr.List.items ?? []) : [];
    const [value, low, high] = [lexpr, ...bounds].map((one) => fold(one, column));
    if (value === undefined || low === undefined || high === undefined) return undefined;
    if (value === null || low === null || high === null) return null;
    const inside = compare(value, low) >= 0 && compare(value, high) <= 0;
    return kind === "AEXPR_BETWEEN" ? inside : !inside;
  }
  if (kind === "AEXPR_LIKE" || kind === "AEXPR_ILIKE") {
    const pattern = fold(rexpr, column);
    if (operator.startsWith("!") || typeof pattern !== "string" || !/^%+$/.test(pattern)) return undefined;
    const isValue = lexpr && (column(lexpr)?.notNull || typeof fold(lexpr, column) === "string");
    return isValue ? true : undefined;
  }
  const left = fold(lexpr, column);
  const right = fold(rexpr, column);
  if (kind === "AEXPR_DISTINCT" || kind === "AEXPR_NOT_DISTINCT") {
    if (sameShape(lexpr, rexpr) && lexpr && isPure(lexpr)) return kind === "AEXPR_NOT_DISTINCT";
    if (left === undefined || right === undefined) return undefined;
    return (left === right) === (kind === "AEXPR_NOT_DISTINCT");
  }
  if (kind !== "AEXPR_OP") return undefined;
  if (lexpr && sameShape(lexpr, rexpr) && column(lexpr)?.notNull) {
    return operator === "=" || operator === "<=" || operator === ">="
      ? true
      : operator === "<>"
        ? false
        : undefined;
  }
  return foldBinary(operator, left, right);
}

const isPure = (node: Node): boolean => "ColumnRef" in node || "A_Const" in node;

function foldIn(test: Node | undefined, list: Node | undefined, isIn: boolean, column: TargetColumn): Folded {
  const items = list && "List" in list ? (list.List.items ?? []) : [];
  if (test && isIn && column(test)?.notNull && items.some((item) => sameShape(item, test))) return true;
  const value = fold(test, column);
  if (value === undefined || value === null) return value;
  const values = items.map((item) => fold(item, column));
  if (values.includes(value)) return isIn;
  return values.every((one) => one !== undefined && one !== null) ? !isIn : undefined;
}

const compare = (left: NonNullable<Folded>, right: NonNullable<Folded>): number =>
  left === right ? 0 : left < right ? -1 : 1;

function foldBinary(operator: string, left: Folded, right: Folded): Folded {
  if (left === undefined || right === undefined) return undefined;
  if (left === null || right === null) return null;
  if (typeof left === "number" && typeof right === "number") {
    const value = arithmetic(operator, left, right);
    if (value !== undefined) return Number.isFinite(value) ? value : undefined;
  }
  if (operator === "||") return `${left}${right}`;
  // An unknown-typed literal takes the other side's type: '1' = 1 compares numbers.
  const numbers = typeof left !== typeof right && !Number.isNaN(Number(left)) && !Number.isNaN(Number(right));
  const order = numbers ? compare(Number(left), Number(right)) : compare(left, right);
  if (typeof left !== typeof right && !numbers) return undefined;
  switch (operator) {
    case "=":
      return order === 0;
    case "<>":
      return order !== 0;
    // How texts sort depends on the collation: only that a text equals itself is certain.
    case "<":
      return typeof left === "string" && order !== 0 ? undefined : order < 0;
    case ">":
      return typeof left === "string" && order !== 0 ? undefined : order > 0;
    case "<=":
      return typeof left === "string" && order !== 0 ? undefined : order <= 0;
    case ">=":
      return typeof left === "string" && order !== 0 ? undefined : order >= 0;
    default:
      return undefined;
  }
}

function arithmetic(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return right === 0
        ? undefined
        : Number.isInteger(left) && Number.isInteger(right)
          ? Math.trunc(left / right)
          : left / right;
    case "%":
      return right === 0 ? undefined : left % right;
    default:
      return undefined;
  }
}

function foldBooleanTest(test: string | undefined, value: Folded): Folded {
  if (value === undefined) return undefined;
  switch (test) {
    case "IS_TRUE":
      return value === true;
    case "IS_NOT_TRUE":
      return value !== true;
    case "IS_FALSE":
      return value === false;
    case "IS_NOT_FALSE":
      return value !== false;
    case "IS_UNKNOWN":
      return value === null;
    case "IS_NOT_UNKNOWN":
      return value !== null;
    default:
      return undefined;
  }
}

const trueTexts: ReadonlySet<string> = new Set(["t", "true", "y", "yes", "on", "1"]);

function foldCast(arg: Node | undefined, type: string | undefined, column: TargetColumn): Folded {
  const value = fold(arg, column);
  if (value === undefined || value === null) return value;
  if (type === "bool" || type === "boolean") {
    if (typeof value === "string") return trueTexts.has(value.trim().toLowerCase());
    return typeof value === "number" ? value !== 0 : value;
  }
  if (type === "text" || type === "varchar") return String(value);
  return /^(int[248]?|integer|bigint|smallint|numeric|float[48])$/.test(type ?? "")
    ? Number(value)
    : undefined;
}

function foldCase(node: Extract<Node, { CaseExpr: unknown }>, column: TargetColumn): Folded {
  const { arg, args, defresult } = node.CaseExpr;
  if (arg) return undefined;
  const results: Folded[] = [];
  for (const branch of args ?? []) {
    if (!("CaseWhen" in branch)) return undefined;
    const condition = fold(branch.CaseWhen.expr, column);
    if (condition === false || condition === null) continue;
    const result = fold(branch.CaseWhen.result, column);
    results.push(result);
    if (condition === true) return results.every((one) => one === result) ? result : undefined;
  }
  const otherwise = defresult ? fold(defresult, column) : null;
  return results.every((one) => one === otherwise) ? otherwise : undefined;
}

/** A subquery that no row of the target takes part in, and that nothing restricts. */
function foldSubquery(
  kind: string | undefined,
  test: Node | undefined,
  select: SelectStmt,
  column: TargetColumn,
): Folded {
  const restricted = select.whereClause ?? select.havingClause ?? select.limitCount ?? select.limitOffset;
  const simple = !restricted && !select.larg && !select.groupClause && !select.distinctClause;
  if (!simple) {
    if (kind !== "EXISTS_SUBLINK" || !select.whereClause || select.fromClause) return undefined;
    return fold(select.whereClause, column) === true ? true : undefined;
  }
  if (kind === "EXISTS_SUBLINK") return true;
  const [target] = select.targetList ?? [];
  const value = target && "ResTarget" in target ? target.ResTarget.val : undefined;
  if (kind === "EXPR_SUBLINK" && !select.fromClause) return fold(value, column);
  // `id IN (SELECT id FROM t)`: the very table, all of it.
  if (kind !== "ANY_SUBLINK" || !test || !value) return undefined;
  const [own, other] = [column(test), column(value)];
  return own?.notNull && own === other && (select.fromClause?.length ?? 0) === 1 ? true : undefined;
}
