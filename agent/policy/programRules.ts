import type { Finding } from "../../protocol/decision.ts";
import type { StatementFacts } from "../sql/facts.ts";

/** How values look and where names are found; nothing that says how long, how much or for whom. Of every engine. */
const HARMLESS: ReadonlySet<string> = new Set([
  "search_path",
  "timezone",
  "time_zone",
  "datestyle",
  "intervalstyle",
  "extra_float_digits",
  "bytea_output",
  "xmloption",
  "names",
  "lc_time",
  "lc_numeric",
  "lc_monetary",
  "lc_time_names",
  "default_text_search_config",
  "transaction_isolation",
  "transaction_read_only",
  "transaction_deferrable",
]);

/** What a program may not do to a session or to others who work beside it, whatever a person might. */
export function programFindings(facts: StatementFacts): readonly Finding[] {
  const findings: Finding[] = [];
  const deny = (rule: string, message: string, { start, end }: { start: number; end: number }): void =>
    void findings.push({ rule, severity: "error", message, verdict: "deny", start, end });
  for (const { name, span } of facts.settings) {
    if (HARMLESS.has(name.toLowerCase())) continue;
    deny(
      "program-setting",
      `A program sets only how values look and where names are found (search_path, TimeZone, DateStyle). ${name} is left as it is: limits of time and memory are not a program's to lift.`,
      span,
    );
  }
  const locks = [
    ...facts.actions.filter(({ action }) => action === "lock").map(({ span }) => span),
    ...facts.functions.filter(({ hazards }) => hazards.includes("locks")).map(({ span }) => span),
    ...(facts.locksRows ? [facts.span] : []),
  ];
  const [first] = locks;
  if (first !== undefined)
    deny(
      "program-lock",
      "A program takes no locks: others would wait for it. Read without, and leave a write to lock what it changes.",
      first,
    );
  return findings;
}
