import type { JudgedBody } from "../audit/record.ts";

/** What another policy would have made of a statement that was judged, in the order of how grave it is. */
export const POLICY_EFFECTS = [
  "blocked",
  "asked",
  "masked",
  "limited",
  "allowed",
  "unmasked",
  "remasked",
  "unlimited",
  "unknown",
  "same",
] as const;
export type PolicyEffect = (typeof POLICY_EFFECTS)[number];

type Verdict = JudgedBody["verdict"];
const RANK: Readonly<Record<Verdict, number>> = { allow: 0, approve: 1, deny: 2 };

/** Everything that differs: a statement may be let through and masked at once. `masks`: those that differ. */
export function policyEffects(
  from: Verdict,
  to: Verdict,
  masks: readonly { readonly from: string | null; readonly to: string | null }[],
  maxRows: { readonly from: number | null; readonly to: number | null } = { from: null, to: null },
): readonly PolicyEffect[] {
  const effects: PolicyEffect[] = [];
  if (to === "deny" && from !== "deny") effects.push("blocked");
  else if (RANK[to] > RANK[from]) effects.push("asked");
  else if (RANK[to] < RANK[from]) effects.push("allowed");
  // Of what never runs nothing is shown.
  if (to === "deny") return effects.length === 0 ? ["same"] : effects;
  if (masks.some((mask) => mask.from === null)) effects.push("masked");
  if (masks.some((mask) => mask.to === null)) effects.push("unmasked");
  if (masks.some((mask) => mask.from !== null && mask.to !== null)) effects.push("remasked");
  const [before, after] = [maxRows.from ?? Number.POSITIVE_INFINITY, maxRows.to ?? Number.POSITIVE_INFINITY];
  if (after < before) effects.push("limited");
  if (after > before) effects.push("unlimited");
  return effects.length === 0 ? ["same"] : effects;
}

/** What a record says of the policy that was observed when it was made; null where none was. */
export function observedEffects(body: JudgedBody): readonly PolicyEffect[] | null {
  const { observed, outputs, verdict } = body;
  if (observed === undefined) return null;
  if (observed.verdict === null) return ["unknown"];
  const masks = observed.masks.map(({ output, mask }) => ({ from: outputs[output]?.mask ?? null, to: mask }));
  return policyEffects(verdict, observed.verdict, masks);
}

/** In a sentence that begins with what the policy would have done. */
export const EFFECT_WORDS: Readonly<Record<PolicyEffect, string>> = {
  blocked: "blocked",
  asked: "asked approval for",
  masked: "masked more of",
  limited: "shown fewer rows of",
  allowed: "let through",
  unmasked: "masked less of",
  remasked: "masked otherwise in",
  unlimited: "shown more rows of",
  unknown: "cannot tell of",
  same: "changed nothing of",
};
