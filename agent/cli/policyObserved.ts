import { counted } from "../../protocol/counted.ts";
import { EFFECT_WORDS, POLICY_EFFECTS } from "../../protocol/policy/policyEffect.ts";
import { OBSERVED_SUMMARY } from "../../protocol/policy/policyVersions.ts";
import { EXIT } from "./command.ts";
import type { PolicyAct } from "./policy.ts";
import { printable, table } from "./text.ts";

/** What the observed version would have changed so far. */
export const observed: PolicyAct = async (server, { json }, io) => {
  const summary = await server.get("/v1/policy/observed", OBSERVED_SUMMARY);
  const { version, outcomes, rules } = summary;
  if (json === true) {
    io.out(`${JSON.stringify(summary)}\n`);
    return EXIT.done;
  }
  if (version === null) {
    io.out("No policy is observed.\n");
    return EXIT.done;
  }
  io.out(`Version ${version} is observed. It would have:\n`);
  for (const effect of POLICY_EFFECTS) {
    const found = outcomes.find(({ outcome }) => outcome === effect);
    if (found === undefined) continue;
    const by = found.people === 0 ? "" : ` by ${counted(found.people, "person", "people")}`;
    io.out(`  ${EFFECT_WORDS[effect]} ${counted(found.statements, "statement")}${by}\n`);
  }
  if (outcomes.length === 0) io.out("  (nothing was recorded under it yet)\n");
  if (rules.length > 0) {
    const rows = rules.map(({ rule, statements }) => [printable(rule), String(statements)]);
    io.out(`\n${table(["rule", "statements"], rows)}`);
  }
  return EXIT.done;
};
