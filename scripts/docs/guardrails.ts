import { CATALOGUE } from "../../agent/policy/guardrails/catalogue.ts";
import { type Rule, weigh } from "../../agent/policy/guardrails/rule.ts";
import { BEHAVIOUR_RULES } from "../../protocol/behaviour/signal.ts";
import type { Environment } from "../../protocol/connection.ts";
import { counted } from "../../protocol/counted.ts";

const ENVIRONMENTS: readonly Environment[] = ["production", "staging", "development"];
const WORDS = {
  deny: "stopped",
  approve: "needs approval",
} as const;

/** The page about every guardrail, as the catalogue has them now. */
export function guardrailsPage(): string {
  const families = Object.entries(CATALOGUE);
  const count = families.reduce((sum, [, rules]) => sum + rules.length, 0);
  return `# Guardrails

The ${count} rules Sluice holds every statement against, before it runs, whoever wrote it. They look at what a statement does and not at how it is spelled: a DELETE inside a CTE, a PREPARE or an EXPLAIN ANALYZE is a DELETE. A connection with no environment set counts as production. Settings can make a rule stricter, watch it before it stops anything, or add rules of your own: see [policy.md](policy.md).

This page is written by \`node scripts/generate-docs.ts\` from the rules themselves.

${families.map(([family, rules]) => `## ${family}\n\n${overview(rules)}\n\n${rules.map(section).join("\n\n")}`).join("\n\n")}

## Behaviour

These look at what an actor usually does, and at what a statement is said to be for. They are switched and weighed like the others; how much it takes, and what comes of it, is in [behaviour.md](behaviour.md).

${Object.entries(BEHAVIOUR_RULES)
  .map(([id, { title, about }]) => `### \`${id}\`\n\n${title}. ${about}`)
  .join("\n\n")}
`;
}

const overview = (rules: readonly Rule[]): string =>
  [
    "| Rule | In production | In staging | In development |",
    "| --- | --- | --- | --- |",
    ...rules.map(
      (rule) =>
        `| [\`${rule.id}\`](#${rule.id}) | ${ENVIRONMENTS.map((environment) => consequence(rule, environment)).join(" | ")} |`,
    ),
  ].join("\n");

function consequence(rule: Rule, environment: Environment): string {
  const { verdict, severity } = weigh(rule.gravity, environment);
  if (verdict !== "allow") return WORDS[verdict];
  return severity === "warning" ? "warned" : severity === "info" ? "told" : "hinted";
}

/** Where a rule's examples hold, if not everywhere. */
function placeOf({ examplesIn }: Rule): string {
  if (examplesIn === undefined) return "";
  return "engine" in examplesIn ? " (MySQL)" : ` (where the table has ${counted(examplesIn.rows, "row")})`;
}

function section(rule: Rule): string {
  const examples = [
    ...rule.triggers.map((sql) => [sql, "found"] as const),
    ...rule.lookalikes.map((sql) => [sql, "not found"] as const),
  ];
  const where = placeOf(rule);
  const shown = examples.map(([sql, found]) => `-- ${found}${where}\n${sql};`).join("\n");
  return `### \`${rule.id}\`

${rule.title}. ${rule.message.replaceAll("{what}", "*what it names*")}

\`\`\`sql
${shown}
\`\`\``;
}
