import type { A_Const, A_Expr, Node } from "libpg-query";
import type { Column } from "../../../protocol/catalog.ts";
import { nameParts } from "../postgres/names.ts";

/** The column of the target that a name in a condition means, if it is one. */
export type TargetColumn = (name: Node) => Column | undefined;

/** What an expression comes to whatever the rows are; undefined where that can't be told. */
type Folded = string | number | null | undefined;

/** Whether a condition holds for every row whatever the rows are. In MySQL any number but 0 is true. */
export const isAlwaysTrue = (condition: Node, column: TargetColumn): boolean =>
  truth(fold(condition, column)) === true;

function truth(value: Folded): boolean | null | undefined {
  if (value === undefined || value === null) return value;
  return numberFrom(value) !== 0;
}

/** A text counts as the number it begins with, or 0. */
function numberFrom(value: string | number): number {
  if (typeof value === "number") return value;
  return Number(/^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/i.exec(value)?.[0] ?? 0);
}

const asNumber = (value: boolean | null | undefined): Folded =>
  typeof value === "boolean" ? Number(value) : value;

function fold(node: Node | undefined, column: TargetColumn): Folded {
  if (!node) return undefined;
  if ("A_Const" in node) return constantOf(node.A_Const);
  if ("BoolExpr" in node) return foldBoolean(node.BoolExpr.boolop, node.BoolExpr.args ?? [], column);
  if ("A_Expr" in node) return foldOperator(node.A_Expr, column);
  if ("CollateClause" in node) return fold(node.CollateClause.arg, column);
  if ("NullTest" in node) {
    const { arg, nulltesttype } = node.NullTest;
    const known = arg && column(arg)?.notNull ? 1 : fold(arg, column);
    if (known === undefined) return undefined;
    return Number((nulltesttype === "IS_NULL") === (known === null));
  }
  if ("BooleanTest" in node) {
    const value = truth(fold(node.BooleanTest.arg, column));
    if (value === undefined) return undefined;
    const test = node.BooleanTest.booltesttype ?? "";
    const wanted = test.endsWith("TRUE") ? true : test.endsWith("FALSE") ? false : null;
    return Number((value === wanted) !== test.includes("NOT"));
  }
  if ("SubLink" in node && node.SubLink.subLinkType === "EXISTS_SUBLINK") return foldExists(node, column);
  if ("SubLink" in node && node.SubLink.subLinkType === "EXPR_SUBLINK") return foldScalar(node, column);
  if ("FuncCall" in node) return foldCall(node, column);
  if ("CaseExpr" in node) return foldCase(node, column);
  return undefined;
}

function constantOf(node: A_Const): Folded {
  if (node.isnull) return null;
  if (node.boolval) return Number(node.boolval.boolval ?? false);
  if (node.ival) return node.ival.ival ?? 0;
  if (node.fval) return Number(node.fval.fval);
  if (node.bsval?.bsval !== undefined) {
    const digits = node.bsval.bsval
      .replaceAll("'", "")
      .replace(/^([xb])/i, "0$1")
      .toLowerCase();
    const value = Number(digits.replace(/^00/, "0"));
    return Number.isNaN(value) ? undefined : value;
  }
  return node.sval ? (node.sval.sval ?? "") : undefined;
}

function foldBoolean(operator: string | undefined, args: readonly Node[], column: TargetColumn): Folded {
  const values = args.map((arg) => truth(fold(arg, column)));
  if (operator === "NOT_EXPR") {
    const [value] = values;
    return typeof value === "boolean" ? Number(!value) : value;
  }
  const decisive = operator === "OR_EXPR";
  if (values.includes(decisive)) return Number(decisive);
  if (decisive && complementary(args)) return 1;
  if (values.every((value) => value === !decisive)) return Number(!decisive);
  return values.every((value) => value !== undefined) ? null : undefined;
}

/** `x IS NULL OR x IS NOT NULL` */
function complementary(args: readonly Node[]): boolean {
  const tests = args.flatMap((arg) => ("NullTest" in arg && arg.NullTest.arg ? [arg.NullTest] : []));
  const wanted = new Set(tests.map((one) => `${one.nulltesttype} ${shapeOf(one.arg)}`));
  return tests.some((one) => one.nulltesttype === "IS_NULL" && wanted.has(`IS_NOT_NULL ${shapeOf(one.arg)}`));
}

/** A tree without its positions. */
const shapeOf = (node: Node | undefined): string =>
  JSON.stringify(node, (key, value) => (key === "location" ? undefined : value)) ?? "";

const sameShape = (left: Node | undefined, right: Node | undefined): boolean =>
  left !== undefined && shapeOf(left) === shapeOf(right);

function foldOperator(node: A_Expr, column: TargetColumn): Folded {
  const operator = nameParts(node.name).at(-1) ?? "";
  const { kind, lexpr, rexpr } = node;
  const own = lexpr && column(lexpr);
  const items = rexpr && "List" in rexpr ? (rexpr.List.items ?? []) : [];
  if (kind === "AEXPR_IN") {
    if (operator === "=" && own?.notNull && items.some((item) => sameShape(item, lexpr))) return 1;
    const tests = items.map((item) => truth(compare("=", fold(lexpr, column), fold(item, column))));
    const found = tests.includes(true) ? true : tests.every((one) => one === false) ? false : undefined;
    return asNumber(found === undefined ? undefined : found === (operator === "="));
  }
  if (kind === "AEXPR_BETWEEN" || kind === "AEXPR_NOT_BETWEEN") {
    const value = fold(lexpr, column);
    const low = truth(compare(">=", value, fold(items[0], column)));
    const high = truth(compare("<=", value, fold(items[1], column)));
    const sameEnds = own?.notNull && sameShape(lexpr, items[0]) && sameShape(lexpr, items[1]);
    const inside = sameEnds ? true : low === false || high === false ? false : low && high;
    return asNumber(typeof inside === "boolean" ? inside === (kind === "AEXPR_BETWEEN") : inside);
  }
  if (kind === "AEXPR_LIKE") {
    const pattern = fold(rexpr, column);
    const isValue = own?.notNull || typeof fold(lexpr, column) === "string";
    return operator === "~~" && typeof pattern === "string" && /^%+$/.test(pattern) && isValue
      ? 1
      : undefined;
  }
  if (own && sameShape(lexpr, rexpr)) {
    if (kind === "AEXPR_NOT_DISTINCT") return 1;
    if (own.notNull && ["=", "<=", ">="].includes(operator)) return 1;
  }
  const left = fold(lexpr, column);
  const right = fold(rexpr, column);
  if (kind === "AEXPR_NOT_DISTINCT" && (left === null || right === null)) {
    return left === undefined || right === undefined ? undefined : Number(left === right);
  }
  return lexpr ? compare(operator, left, right) : unary(operator, right);
}

const unary = (operator: string, value: Folded): Folded =>
  operator === "-" && value !== undefined && value !== null ? -numberFrom(value) : undefined;

function compare(operator: string, left: Folded, right: Folded): Folded {
  if (left === undefined || right === undefined) return undefined;
  if (left === null || right === null) return null;
  if (operator === "xor") return Number((numberFrom(left) !== 0) !== (numberFrom(right) !== 0));
  if (typeof left === "string" && typeof right === "string" && /^[=<>]+$/.test(operator)) {
    // How other texts compare depends on the collation.
    return left === right ? Number(operator.includes("=")) : undefined;
  }
  const [a, b] = [numberFrom(left), numberFrom(right)];
  switch (operator) {
    case "=":
      return Number(a === b);
    case "<>":
      return Number(a !== b);
    case "<":
      return Number(a < b);
    case ">":
      return Number(a > b);
    case "<=":
      return Number(a <= b);
    case ">=":
      return Number(a >= b);
    default:
      return arithmetic(operator, a, b);
  }
}

function arithmetic(operator: string, left: number, right: number): Folded {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return right === 0 ? null : left / right;
    case "%":
      return right === 0 ? null : left % right;
    default:
      return undefined;
  }
}

function foldExists(node: Extract<Node, { SubLink: unknown }>, column: TargetColumn): Folded {
  const { subselect } = node.SubLink;
  const select = subselect && "SelectStmt" in subselect ? subselect.SelectStmt : undefined;
  if (!select || select.larg || select.havingClause || select.limitCount || select.limitOffset)
    return undefined;
  if (select.whereClause) {
    return !select.fromClause?.length && truth(fold(select.whereClause, column)) === true ? 1 : undefined;
  }
  // Whether a table has rows is not known, but a condition on nothing else restricts no row of the target.
  return 1;
}

function foldScalar(node: Extract<Node, { SubLink: unknown }>, column: TargetColumn): Folded {
  const { subselect } = node.SubLink;
  const select = subselect && "SelectStmt" in subselect ? subselect.SelectStmt : undefined;
  if (!select || select.larg || select.fromClause?.length || select.whereClause || select.limitCount)
    return undefined;
  const [target] = select.targetList ?? [];
  return target && "ResTarget" in target ? fold(target.ResTarget.val, column) : undefined;
}

function foldCall(node: Extract<Node, { FuncCall: unknown }>, column: TargetColumn): Folded {
  const name = nameParts(node.FuncCall.funcname).at(-1);
  const args = node.FuncCall.args ?? [];
  switch (name) {
    case "if": {
      const condition = truth(fold(args[0], column));
      return condition === undefined ? undefined : fold(condition ? args[1] : args[2], column);
    }
    case "coalesce":
    case "ifnull":
    case "nvl": {
      for (const arg of args) {
        const value = column(arg)?.notNull ? undefined : fold(arg, column);
        if (value !== null) return value;
      }
      return null;
    }
    case "isnull": {
      const value = args[0] && column(args[0])?.notNull ? 1 : fold(args[0], column);
      return value === undefined ? undefined : Number(value === null);
    }
    default:
      return undefined;
  }
}

function foldCase(node: Extract<Node, { CaseExpr: unknown }>, column: TargetColumn): Folded {
  const { arg, args, defresult } = node.CaseExpr;
  if (arg) return undefined;
  const results: Folded[] = [];
  for (const branch of args ?? []) {
    if (!("CaseWhen" in branch)) return undefined;
    const condition = truth(fold(branch.CaseWhen.expr, column));
    if (condition === false || condition === null) continue;
    const result = fold(branch.CaseWhen.result, column);
    results.push(result);
    if (condition === true) return results.every((one) => one === result) ? result : undefined;
  }
  const otherwise = defresult ? fold(defresult, column) : null;
  return results.every((one) => one === otherwise) ? otherwise : undefined;
}
