import type { Finding } from "../../../protocol/decision.ts";
import type { StatementFacts } from "../../sql/facts.ts";
import { DESTRUCTION } from "./destruction.ts";
import { ESCAPES } from "./escapes.ts";
import { EXFILTRATION } from "./exfiltration.ts";
import { LOCKS_AND_REWRITES } from "./locksAndRewrites.ts";
import { PRIVILEGES } from "./privileges.ts";
import { type Rule, type RuleContext, weigh } from "./rule.ts";
import { SESSION } from "./session.ts";
import { UNBOUNDED_WRITES } from "./unboundedWrites.ts";

/** Every guardrail, by family. */
export const CATALOGUE: Readonly<Record<string, readonly Rule[]>> = {
  "Writes without bounds": UNBOUNDED_WRITES,
  Destruction: DESTRUCTION,
  "Locks and rewrites": LOCKS_AND_REWRITES,
  "Privileges and identity": PRIVILEGES,
  "Escapes from the database": ESCAPES,
  "The session": SESSION,
  "Copying and exfiltration": EXFILTRATION,
};

const RULES: readonly Rule[] = Object.values(CATALOGUE).flat();

/** What the guardrails find in a statement, at the words that triggered them. */
export function guardrailFindings(facts: StatementFacts, context: RuleContext): readonly Finding[] {
  return RULES.flatMap((rule) => {
    const { verdict, severity } = weigh(rule.gravity, context.environment);
    return rule.find(facts, context).map(
      ({ span, what, fix }): Finding => ({
        rule: rule.id,
        severity,
        verdict,
        message: rule.message.replaceAll("{what}", what ?? "this"),
        start: span.start,
        end: span.end,
        ...(fix === undefined ? {} : { fix }),
      }),
    );
  });
}
