import type { Decision } from "../protocol/decision.ts";
import { maskAtSource, type SourceMasked } from "./mask/sourceMask.ts";
import type { StatementFacts } from "./sql/facts.ts";
import { isQueryAround } from "./sql/postgres/queryAround.ts";

/** Where the masked columns of a statement are hidden, and why there. */
export type MaskedAt =
  | { readonly kind: "nowhere" }
  | { readonly kind: "source"; readonly query: SourceMasked }
  | { readonly kind: "agent"; readonly reason: string };

/**
 * Decides where masks are applied. Policy asks for the source for programs; what cannot be masked there is masked in
 * the agent, and the reason is recorded.
 */
export function chooseMaskPlace(text: string, facts: StatementFacts, decision: Decision): MaskedAt {
  if (decision.columns.every(({ mask }) => mask === null)) return { kind: "nowhere" };
  if (decision.obligations.maskAtSource !== true) return { kind: "agent", reason: "policy" };
  if (facts.dialect !== "postgres")
    return { kind: "agent", reason: `${facts.dialect} has no masks of its own` };
  if (facts.kind !== "select") return { kind: "agent", reason: `${facts.kind} cannot stand inside a query` };
  if (facts.effect !== "read") return { kind: "agent", reason: `it does more than read (${facts.effect})` };
  const query = maskAtSource(text, decision.columns);
  if (query === null) return { kind: "agent", reason: "a mask the server cannot apply" };
  // Law 7: what was judged must be what stands inside, token for token in the server's own grammar.
  if (!isQueryAround(query.text, text))
    return { kind: "agent", reason: "the query around it reads otherwise" };
  return { kind: "source", query };
}
