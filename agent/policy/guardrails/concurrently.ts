import type { ObjectAction } from "../../sql/facts.ts";
import type { Hit, RuleContext } from "./rule.ts";

/** Hits of actions that could be done without stopping others; the word for it cannot stand inside a transaction. */
export const couldBeConcurrent = (
  actions: readonly ObjectAction[],
  { inTransaction }: RuleContext,
): readonly Hit[] =>
  actions.flatMap(({ span, name, flags, insertConcurrentlyAt: at }) => {
    if (flags.includes("concurrently")) return [];
    if (at === undefined || inTransaction) return [{ span, what: name }];
    const fix = { title: "Add CONCURRENTLY", edits: [{ start: at, end: at, text: " CONCURRENTLY" }] };
    return [{ span, what: name, fix }];
  });
