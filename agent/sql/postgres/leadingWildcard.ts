import type { A_Expr, Node } from "libpg-query";
import { nameParts } from "./names.ts";

/** Whether a comparison searches for a pattern that is written here and may begin with anything. */
export function mayBeginWithAnything({ kind, name, rexpr }: A_Expr): boolean {
  const operator = nameParts(name).at(-1) ?? "";
  const begins = beginningOf(rexpr);
  if (begins === undefined) return false;
  if (operator === "~" || operator === "~*") {
    const isPattern = kind === "AEXPR_OP" || kind === "AEXPR_SIMILAR";
    return isPattern && (kind === "AEXPR_SIMILAR" ? /^[%_]/ : /^(?!\(?\^|\*\*\*|\(\?)/).test(begins);
  }
  return (operator === "~~" || operator === "~~*") && /^[%_]/.test(begins);
}

/** The text a pattern begins with: a literal, one with an ESCAPE, or one that something is appended to. */
function beginningOf(node: Node | undefined): string | undefined {
  if (!node) return undefined;
  if ("A_Const" in node) return node.A_Const.sval?.sval;
  if ("TypeCast" in node) return beginningOf(node.TypeCast.arg);
  if ("List" in node) return beginningOf(node.List.items?.[0]);
  if ("A_Expr" in node && nameParts(node.A_Expr.name).at(-1) === "||") return beginningOf(node.A_Expr.lexpr);
  if (!("FuncCall" in node)) return undefined;
  const called = nameParts(node.FuncCall.funcname).at(-1)?.toLowerCase() ?? "";
  return WRITTEN.has(called) ? beginningOf(node.FuncCall.args?.[0]) : undefined;
}

/** Functions whose result begins as their first argument does. */
const WRITTEN: ReadonlySet<string> = new Set(["concat", "like_escape", "similar_to_escape"]);
