import type { Finding, Verdict } from "../../../protocol/decision.ts";
import type { StatementFacts } from "../../sql/facts.ts";
import { CATALOGUE } from "./catalogue.ts";
import { type Rule, type RuleContext, weigh } from "./rule.ts";
import { type GuardrailSettings, type RuleSetting, stricter } from "./settings.ts";

const RULES: readonly Rule[] = Object.values(CATALOGUE).flat();
const ENFORCED: RuleSetting = { mode: "enforce" };

/** What the guardrails find in a statement, at the words that triggered them. */
export function guardrailFindings(
  facts: StatementFacts,
  context: RuleContext,
  settings: GuardrailSettings,
): readonly Finding[] {
  return [...RULES, ...settings.added].flatMap((rule) => {
    const setting = settings.rules.get(rule.id) ?? ENFORCED;
    if (setting.mode === "off") return [];
    const { verdict, severity } = weighed(rule, context, setting);
    return rule.find(facts, context).map(
      ({ span, what, fix }): Finding => ({
        rule: rule.id,
        severity,
        verdict,
        message: `${setting.mode === "observe" ? "Observed only: " : ""}${rule.message.replaceAll("{what}", what ?? "this")}`,
        start: span.start,
        end: span.end,
        ...(fix === undefined ? {} : { fix }),
      }),
    );
  });
}

/** What the guardrails find in a statement that is only known by its record. */
export interface FindingsAgain {
  readonly findings: readonly Finding[];
  /** Rules that were off when it was recorded, and would stop it if they find something. */
  readonly unsure: readonly { readonly rule: string; readonly verdict: Verdict }[];
}

/** `found`: the rules that found something when it was judged under `before`; the others that were on did not. */
export function findingsAgain(
  facts: StatementFacts,
  context: RuleContext,
  settings: GuardrailSettings,
  found: ReadonlySet<string>,
  before: GuardrailSettings,
): FindingsAgain {
  const unsure: { rule: string; verdict: Verdict }[] = [];
  const findings = [...RULES, ...settings.added].flatMap((rule): readonly Finding[] => {
    const setting = settings.rules.get(rule.id) ?? ENFORCED;
    if (setting.mode === "off") return [];
    const { verdict, severity } = weighed(rule, context, setting);
    const known = rule.fromRecord === true;
    if (!known && before.rules.get(rule.id)?.mode === "off") {
      if (verdict !== "allow") unsure.push({ rule: rule.id, verdict });
      return [];
    }
    const hit = known ? rule.find(facts, context).length > 0 : found.has(rule.id);
    return hit ? [{ rule: rule.id, severity, verdict, message: rule.message, ...facts.span }] : [];
  });
  return { findings, unsure };
}

function weighed(
  rule: Rule,
  context: RuleContext,
  { mode, verdict, atLeast }: RuleSetting,
): Pick<Finding, "verdict" | "severity"> {
  if (mode === "observe") return { verdict: "allow", severity: "info" };
  const weighed = weigh(rule.gravity, context.environment);
  const decided = stricter(verdict ?? weighed.verdict, atLeast ?? "allow");
  if (decided === weighed.verdict) return weighed;
  return { verdict: decided, severity: decided === "allow" ? "warning" : "error" };
}
