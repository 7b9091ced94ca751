import { expect, test } from "vitest";
import { createPolicy } from "../../agent/policy/policy.ts";
import { PolicyError } from "../../agent/policy/policyError.ts";

const problem = (text: string): Promise<string> =>
  createPolicy({ adminPolicies: [{ file: "/etc/sluice/policy.cedar", text }] }).then(
    () => "accepted",
    (error: unknown) => (error instanceof PolicyError ? error.problem.message : String(error)),
  );

test.each([
  [
    `@mask("blur") forbid (principal, action == Action::"reveal", resource);`,
    /@mask\("blur"\) is none of full, null/,
  ],
  [`@mask("full") permit (principal, action == Action::"reveal", resource);`, /@mask belongs to a forbid/],
  [
    `@limit("many") permit (principal, action == Action::"read", resource);`,
    /@limit\("many"\) is no number of rows/,
  ],
  [
    `@approval("dba") @approvals("6") permit (principal, action == Action::"write", resource);`,
    /@approvals\("6"\) is no number of people/,
  ],
  [`@approvals("2") permit (principal, action == Action::"write", resource);`, /needs @approval to say who/],
  [
    `@limit("0") permit (principal, action == Action::"read", resource);`,
    /@limit\("0"\) is no number of rows/,
  ],
])("an annotation that means nothing stops everything: %s", async (text, words) => {
  expect(await problem(text)).toMatch(words);
  expect(await problem(text)).toContain("/etc/sluice/policy.cedar#1");
});
