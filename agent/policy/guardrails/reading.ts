import type { Fix } from "../../../protocol/decision.ts";
import type { StatementFacts } from "../../sql/facts.ts";

/** Some condition holds rows back. */
export const isFiltered = (facts: StatementFacts): boolean =>
  facts.reads.some(({ role }) => role === "filter_equality" || role === "filter_other");

/** LIMIT goes to the end of the statement, where every grammar takes it after everything but FOR. */
export function addLimit(facts: StatementFacts): { readonly fix?: Fix } {
  if (facts.locksRows || facts.kind !== "select" || facts.limit !== undefined) return {};
  const { end } = facts.span;
  return { fix: { title: "Add LIMIT 100", edits: [{ start: end, end, text: "\nLIMIT 100" }] } };
}
