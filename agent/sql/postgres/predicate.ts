import type { A_Expr, Node, SubLink } from "libpg-query";
import type { UseRole } from "../facts.ts";
import type { Analysis } from "./analysis.ts";
import { mayBeginWithAnything } from "./leadingWildcard.ts";
import { nameParts } from "./names.ts";
import type { Scope } from "./namespace.ts";
import { combine, type Value } from "./value.ts";

type OnLeaf = ((leaf: Value) => void) | undefined;

/**
 * Reads a condition (WHERE, HAVING, FILTER, JOIN ON, CASE WHEN) and records how each column takes part:
 * compared for equality with a literal or a column of another relation, or in any other way.
 */
export function readPredicate(analysis: Analysis, node: Node, scope: Scope, onLeaf?: OnLeaf): Value {
  return readPart(analysis, node, scope, onLeaf, true);
}

/** `positive`: outside NOT, where an equality asks no more than whether two values are the same. */
function readPart(analysis: Analysis, node: Node, scope: Scope, onLeaf: OnLeaf, positive: boolean): Value {
  if ("BoolExpr" in node) {
    const inner = positive && node.BoolExpr.boolop !== "NOT_EXPR";
    return combine((node.BoolExpr.args ?? []).map((arg) => readPart(analysis, arg, scope, onLeaf, inner)));
  }
  if ("A_Expr" in node) return readComparison(analysis, node.A_Expr, scope, onLeaf, positive);
  if ("NullTest" in node && node.NullTest.arg) {
    const value = analysis.expression(node.NullTest.arg, scope);
    return leaf(analysis, [value], "other", onLeaf);
  }
  if ("SubLink" in node && node.SubLink.subLinkType === "ANY_SUBLINK") {
    return readIn(analysis, node.SubLink, scope, onLeaf, positive);
  }
  return leaf(analysis, [analysis.expression(node, scope)], "other", onLeaf);
}

function readComparison(
  analysis: Analysis,
  node: A_Expr,
  scope: Scope,
  onLeaf: OnLeaf,
  positive: boolean,
): Value {
  const { kind, name, lexpr, rexpr } = node;
  const parts = nameParts(name);
  const operator = parts.at(-1);
  const operands = (one: Node | undefined): Value[] => {
    if (!one) return [];
    if ("List" in one) return (one.List.items ?? []).map((item) => analysis.expression(item, scope));
    return [analysis.expression(one, scope)];
  };
  if (kind === "AEXPR_OP" && lexpr && rexpr && "RowExpr" in lexpr && "RowExpr" in rexpr) {
    const [left, right] = [lexpr.RowExpr.args ?? [], rexpr.RowExpr.args ?? []];
    if (operator === "=" && left.length === right.length) {
      const pairs = left.map((one, index) =>
        equality(analysis, operands(one), operands(right[index]), onLeaf, positive),
      );
      return combine(pairs);
    }
  }
  const custom = parts.length > 1 && parts[0] !== "pg_catalog";
  const equal =
    operator === "=" &&
    !custom &&
    (kind === "AEXPR_OP" || kind === "AEXPR_IN" || kind === "AEXPR_OP_ANY" || kind === "AEXPR_NOT_DISTINCT");
  const left = operands(lexpr);
  const right = operands(rexpr);
  if (positive && mayBeginWithAnything(node)) {
    for (const { refs } of left) {
      for (const { column, span } of refs) analysis.unanchoredSearches.push({ column, span });
    }
  }
  if (equal) return equality(analysis, left, right, onLeaf, positive);
  if (custom || kind === "AEXPR_NULLIF") {
    return leaf(analysis, [analysis.expression({ A_Expr: node }, scope)], "other", onLeaf);
  }
  return leaf(analysis, [...left, ...right], "other", onLeaf);
}

function equality(
  analysis: Analysis,
  left: readonly Value[],
  right: readonly Value[],
  onLeaf: OnLeaf,
  positive: boolean,
): Value {
  const all = [...left, ...right];
  const carrying = all.filter((value) => value.refs.length > 0);
  const [first, second] = carrying;
  const bare =
    positive &&
    carrying.every((value) => value.plain) &&
    all.every((value) => value.transform !== "opaque") &&
    analysis.readers.comparesAsIs(all);
  if (bare && first && carrying.length === 1) return leaf(analysis, all, "filter_equality", onLeaf);
  if (bare && first && second && carrying.length === 2 && all.length === 2) {
    if (first.items[0] !== second.items[0]) return leaf(analysis, all, "join_equality", onLeaf);
  }
  return leaf(analysis, all, "other", onLeaf);
}

/** `x IN (SELECT y …)`: the rows of the subquery are compared with x. */
function readIn(analysis: Analysis, node: SubLink, scope: Scope, onLeaf: OnLeaf, positive: boolean): Value {
  const select = node.subselect && "SelectStmt" in node.subselect ? node.subselect.SelectStmt : undefined;
  const operator = nameParts(node.operName).at(-1);
  const simple = positive && (operator === undefined || operator === "=");
  if (!select || !node.testexpr) {
    return leaf(analysis, [analysis.expression({ SubLink: node }, scope)], "other", onLeaf);
  }
  const row = "RowExpr" in node.testexpr ? (node.testexpr.RowExpr.args ?? []) : [node.testexpr];
  const tests = row.map((one) => analysis.expression(one, scope));
  const touched = analysis.touched.length;
  const { columns } = analysis.query(select, { items: [], parent: scope, ctes: scope.ctes });
  const outer = analysis.touched.slice(touched);
  const pairs = tests.map((test, index): Value => {
    const value = columns[index]?.value;
    if (!value) return leaf(analysis, [test], "other", undefined);
    const same = simple && analysis.readers.comparesAsIs([test, value]);
    const role = same && test.plain && value.plain ? "join_equality" : "join_other";
    return leaf(analysis, [test, value], role, undefined);
  });
  const ids = new Set(
    scope.items.flatMap((item) => [item.id, ...item.fields.flatMap((one) => one.item ?? [])]),
  );
  const items = [...tests.flatMap((test) => test.items), ...outer].filter((id) => ids.has(id));
  const whole = { ...combine(pairs), items: [...new Set(items)] };
  onLeaf?.(whole);
  return whole;
}

function leaf(analysis: Analysis, values: readonly Value[], role: UseRole | "other", onLeaf: OnLeaf): Value {
  const whole = combine(values);
  const other: UseRole = whole.items.length > 1 ? "join_other" : "filter_other";
  for (const value of values) analysis.use(role === "other" ? other : role, value);
  analysis.associate(
    whole.literals,
    whole.refs.map((ref) => ref.column),
  );
  onLeaf?.(whole);
  return whole;
}
