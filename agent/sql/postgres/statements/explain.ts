import type { DefElem, Node } from "libpg-query";
import type { Analysis, QueryColumn } from "../analysis.ts";
import { combine, constant, type Value } from "../value.ts";
import type { StatementReader } from "./statement.ts";

/** EXPLAIN: with ANALYZE the statement runs; without it the statement is only planned. */
export const explainReader =
  (readStatement: StatementReader): StatementReader =>
  (analysis, node, context) => {
    if (!("ExplainStmt" in node)) return undefined;
    const { query, options } = node.ExplainStmt;
    const flags = (options ?? []).flatMap((one) => ("DefElem" in one ? [one.DefElem] : []));
    const inner = query ? readStatement(analysis, query, context) : undefined;
    if (!inner) {
      analysis.unknown("What EXPLAIN would plan is not understood.", context.span);
      return { kind: "explain", effect: "unknown" };
    }
    const runs = isOn(flags, "analyze");
    if (!runs) forgetEffects(analysis);
    const format = textOf(flags.find((one) => one.defname === "format")?.arg).toLowerCase();
    const columns = [planColumn(analysis, inner.columns ?? [], context.span)];
    return {
      kind: "explain",
      effect: runs ? inner.effect : analysis.effect,
      columns,
      // Only the text format is known well enough to take the numbers out.
      plan: format === "" || format === "text",
    };
  };

/** A statement that is only planned writes nothing, whatever it would do. What nobody understands stays so. */
function forgetEffects(analysis: Analysis): void {
  analysis.targets.length = 0;
  analysis.actions.length = 0;
  analysis.flows.length = 0;
  analysis.writes.length = 0;
  analysis.locksRows = false;
  for (const [position, use] of analysis.relations.entries()) {
    analysis.relations[position] = { ...use, access: "read" };
  }
  if (analysis.effect !== "unknown") analysis.effect = "read";
}

/** A plan's costs, widths and memory depend on everything the statement touches. */
function planColumn(
  analysis: Analysis,
  outputs: readonly QueryColumn[],
  span: QueryColumn["span"],
): QueryColumn {
  const used: Value = {
    ...constant,
    transform: "expression",
    refs: analysis.uses.map((use) => ({ column: use.column, span: use.span })),
  };
  const value = combine([
    used,
    ...outputs.map((one) => ({ ...one.value, transform: "expression" as const })),
  ]);
  return { name: "QUERY PLAN", value: { ...value, fallible: false }, span };
}

const isOn = (flags: readonly DefElem[], name: string): boolean => {
  const found = flags.findLast((one) => one.defname === name);
  return found !== undefined && !["off", "false", "0"].includes(textOf(found.arg).toLowerCase());
};

function textOf(node: Node | undefined): string {
  if (!node) return "";
  if ("String" in node) return node.String.sval ?? "";
  if ("Boolean" in node) return String(node.Boolean.boolval ?? false);
  return "Integer" in node ? String(node.Integer.ival ?? 0) : "";
}
