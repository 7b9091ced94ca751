import { counted } from "../../protocol/counted.ts";
import type { SuggestionReview } from "../../protocol/suggestion/suggestion.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { element } from "../element.ts";

/** Tables, rows, cost and the record's reference, as names and values. */
export function effectList({
  report,
  tables,
  plannedCost,
  promptHash,
  suggestion,
}: SuggestionReview): HTMLElement {
  const { plannedRows, decision } = report;
  const masked = decision.columns.filter(({ mask }) => mask !== null).length;
  const named = (access: "read" | "write"): string =>
    tables
      .filter((table) => table.access === access)
      .map(({ name, rows }) => (rows === null ? name : `${name} (about ${counted(rows, "row")})`))
      .join(", ");
  const { maxRows, maxAffectedRows } = decision.obligations;
  const limits = [
    maxRows === undefined ? "" : `at most ${counted(maxRows, "row")} shown`,
    maxAffectedRows === undefined ? "" : `rolled back beyond ${counted(maxAffectedRows, "changed row")}`,
  ].filter((part) => part !== "");
  const facts: readonly (readonly [string, string])[] = [
    ["Kind", `${report.kind.replaceAll("_", " ")} (${report.effect})`],
    ["Reads", named("read")],
    ["Writes", named("write")],
    ["Masked", masked === 0 ? "" : `${masked} of ${counted(decision.columns.length, "column")}`],
    ["Rows", plannedRows === undefined ? "" : `about ${counted(plannedRows, "row")}, by the planner`],
    ["Cost", plannedCost === null ? "" : `${Math.round(plannedCost)}, in the planner's unit`],
    ["Limits", limits.join(", ")],
    ["Risk", `${decision.risk.score} of 100`],
    ["Suggestion", suggestion],
    ["Prompt", promptHash === "" ? "" : `SHA-256 ${promptHash}`],
    ["Policy", decision.policyVersion],
  ];
  return element(
    "dl",
    { class: "facts" },
    ...facts
      .filter(([, value]) => value !== "")
      .flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, visibleText(value))]),
  );
}
