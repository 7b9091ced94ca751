import type { A_Expr, Node } from "libpg-query";
import type { Analysis } from "../postgres/analysis.ts";
import { readExpression as readShared } from "../postgres/expression.ts";
import { nameParts } from "../postgres/names.ts";
import type { Scope } from "../postgres/namespace.ts";
import { combine, constant, type Value } from "../postgres/value.ts";
import { readCall } from "./calls.ts";
import { asMysql } from "./mysqlAnalysis.ts";
import { readName } from "./names.ts";
import { literalNumber, literalText, parameterType } from "./types.ts";

/** What an expression of MySQL comes to, with every column that can influence its value. */
export function readExpression(analysis: Analysis, node: Node, scope: Scope): Value {
  if ("ColumnRef" in node) {
    const fields = node.ColumnRef.fields ?? [];
    return readName(analysis, scope, fields, analysis.names(node.ColumnRef.location, fields.length));
  }
  if ("FuncCall" in node) return readCall(analysis, node.FuncCall, scope);
  if ("A_Expr" in node) return readOperation(analysis, node.A_Expr, scope);
  if ("A_Const" in node) {
    const value = readShared(analysis, node, scope);
    const { sval, ival, fval } = node.A_Const;
    if (sval) return { ...value, type: literalText };
    return ival || fval ? { ...value, type: literalNumber } : value;
  }
  if ("ParamRef" in node) {
    const number = node.ParamRef.number ?? 0;
    analysis.parameters = Math.max(analysis.parameters, number);
    return asMysql(analysis).given[number - 1] ?? { ...constant, type: parameterType };
  }
  if ("TypeCast" in node) {
    const { arg, typeName } = node.TypeCast;
    const type = nameParts(typeName?.names).at(-1) ?? "";
    const { variant } = asMysql(analysis).session.settings;
    const fails = type === "json" || (variant === "mysql" && /point|line|polygon|geometry/.test(type));
    return combine(arg ? [analysis.expression(arg, scope)] : [], fails);
  }
  return readShared(analysis, node, scope);
}

/** Can raise an error that depends on the operands: a sum that is too large for its type. */
const overflowing: ReadonlySet<string> = new Set(["+", "-", "*", "div"]);

function readOperation(analysis: Analysis, node: A_Expr, scope: Scope): Value {
  const read = (one: Node | undefined): Value[] => (one ? [analysis.expression(one, scope)] : []);
  const operator = nameParts(node.name).at(-1) ?? "";
  const left = read(node.lexpr);
  const right = read(node.rexpr);
  if (operator === "~" || operator === "!~") {
    // A pattern that is no pattern is an error.
    return combine(
      [...left, ...right],
      right.some((one) => one.refs.length > 0 || one.transform === "opaque"),
    );
  }
  const computed = node.kind === "AEXPR_OP" && overflowing.has(operator);
  const values = [...left, ...right];
  return combine(values, computed && values.some((one) => one.refs.length > 0));
}
