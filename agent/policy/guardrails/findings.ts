import type { Finding } from "../../../protocol/decision.ts";
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
