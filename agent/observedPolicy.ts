import type { JudgedBody } from "../protocol/audit/record.ts";
import type { Decision, Finding, Verdict } from "../protocol/decision.ts";
import type { ObservedText } from "../protocol/policy/policyAnswer.ts";
import { ChangedLabels } from "./changedLabels.ts";
import type { SharedLabel } from "./classify/labelsFile.ts";
import type { DecisionInput } from "./policy/decisionInput.ts";
import type { Policy } from "./policy/policy.ts";
import { labelsOfCollector, policyFromFiles } from "./policyFiles.ts";

/** A policy that is only watched: what it would have said is recorded, and nothing comes of it. */
export type ObservedPolicy =
  | {
      readonly kind: "usable";
      readonly version: number;
      readonly policy: Policy;
      readonly labels: ChangedLabels;
    }
  /** Its text is not what was signed, so that another answer may have it; or it has a mistake, and stays as it is. */
  | { readonly kind: "unusable"; readonly version: number; readonly isWhole: boolean };

/** Reads what the collector has watched; a mistake in it stops nobody. `labels`: those in force. */
export async function readObserved(
  observed: ObservedText | null,
  labels: readonly SharedLabel[],
  workspaceFolders: readonly string[],
): Promise<ObservedPolicy | null> {
  if (observed === null) return null;
  const { version, policy } = observed;
  if (policy === null) return { kind: "unusable", version, isWhole: false };
  try {
    return {
      kind: "usable",
      version,
      policy: await policyFromFiles(workspaceFolders, policy),
      labels: new ChangedLabels(labels, labelsOfCollector(policy)),
    };
  } catch {
    return { kind: "unusable", version, isWhole: true };
  }
}

export type ObservedJudgement = NonNullable<JudgedBody["observed"]>;

/** What it would have said otherwise than what is in force. Never fails. */
export function judgeObserved(
  observed: ObservedPolicy,
  input: DecisionInput,
  decision: Decision,
): ObservedJudgement {
  const { version } = observed;
  const unknown: ObservedJudgement = { version, verdict: null, findings: [], masks: [] };
  if (observed.kind === "unusable") return unknown;
  try {
    const { labels, policy } = observed;
    const labelOf: DecisionInput["labelOf"] = (id) => {
      const label = input.labelOf(id);
      const other = labels.after(input.connection.name, id, label);
      return other.kind === "label" ? other.label : label;
    };
    const other = policy.decide({ ...input, labelOf });
    return {
      version,
      verdict: other.verdict,
      findings: otherFindings(decision.findings, other.findings),
      masks: other.columns.flatMap(({ mask }, output) =>
        mask === (decision.columns[output]?.mask ?? null) ? [] : [{ output, mask }],
      ),
    };
  } catch {
    return unknown;
  }
}

/** The gravest word of each rule in the second, where it is another than in the first. */
function otherFindings(mine: readonly Finding[], others: readonly Finding[]): ObservedJudgement["findings"] {
  const [before, after] = [gravest(mine), gravest(others)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((rule) => {
    const verdict = after.get(rule) ?? null;
    return verdict === (before.get(rule) ?? null) ? [] : [{ rule, verdict }];
  });
}

const ORDER: readonly Verdict[] = ["allow", "approve", "deny"];

/** What each rule comes to in all. */
export function gravest(
  findings: readonly { readonly rule: string; readonly verdict: Verdict }[],
): ReadonlyMap<string, Verdict> {
  const rules = new Map<string, Verdict>();
  for (const { rule, verdict } of findings) {
    const known = rules.get(rule);
    if (known === undefined || ORDER.indexOf(verdict) > ORDER.indexOf(known)) rules.set(rule, verdict);
  }
  return rules;
}
