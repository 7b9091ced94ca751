import { beforeAll, describe, expect, test } from "vitest";
import { createPolicy, type GuardrailSource } from "../../agent/policy/policy.ts";
import { PolicyError } from "../../agent/policy/policyError.ts";
import { indexCatalog } from "../../agent/sql/postgres/catalogIndex.ts";
import { catalogFromPostgresDdl } from "../../agent/sql/postgres/ddlCatalog.ts";
import { loadPostgresParser } from "../../agent/sql/postgres/libpgQuery.ts";
import { splitPostgres } from "../../agent/sql/postgres/split.ts";
import { understandPostgres } from "../../agent/sql/postgres/understand.ts";
import type { Decision } from "../../protocol/decision.ts";
import { connectionId } from "../../protocol/ids.ts";

const DDL = "CREATE SCHEMA shop; CREATE TABLE shop.orders (id int PRIMARY KEY, status text NOT NULL);";

beforeAll(() => loadPostgresParser());

async function decide(sql: string, guardrails: readonly GuardrailSource[]): Promise<Decision> {
  const policy = await createPolicy({ guardrails });
  const split = splitPostgres(sql);
  const [statement] = split.kind === "split" ? split.statements : [];
  if (statement === undefined) throw new Error(sql);
  return policy.decide({
    understanding: understandPostgres(statement, indexCatalog(catalogFromPostgresDdl(DDL))),
    actor: { kind: "user", subject: "ada", issuer: "test", name: "Ada", groups: ["sluice-dba"] },
    connection: {
      id: connectionId("test"),
      name: "test",
      engine: "postgres",
      host: "localhost",
      port: 5432,
      database: "test",
      user: "test",
      environment: "production",
      tls: "disable",
    },
    inferenceCounts: { matches: 0, inferences: 0 },
    labelOf: () => undefined,
    estimatedRows: () => undefined,
  });
}
const admin = (text: string): GuardrailSource => ({ file: "/etc/guardrails.yaml", text, mayWeaken: true });
const workspace = (text: string): GuardrailSource => ({
  file: ".sluice/guardrails.yaml",
  text,
  mayWeaken: false,
});
const ruleOf = (decision: Decision, rule: string) =>
  decision.findings.find((finding) => finding.rule === rule);

describe("a rule can be", () => {
  const sql = "DELETE FROM shop.orders";

  test("enforced, as it is shipped", async () => {
    expect(ruleOf(await decide(sql, []), "no-where-delete")?.verdict).toBe("deny");
  });
  test("watched before it stops anything", async () => {
    const decision = await decide(sql, [admin("rules: {no-where-delete: {mode: observe}}")]);
    expect(ruleOf(decision, "no-where-delete")).toMatchObject({ verdict: "allow", severity: "info" });
    expect(ruleOf(decision, "no-where-delete")?.message).toMatch(/^Observed only: /);
    expect(decision.verdict).toBe("allow");
  });
  test("switched off", async () => {
    const decision = await decide(sql, [admin("rules:\n  no-where-delete:\n    mode: off")]);
    expect(ruleOf(decision, "no-where-delete")).toBeUndefined();
  });
  test("given another weight", async () => {
    const decision = await decide(sql, [admin("rules: {no-where-delete: {verdict: approve}}")]);
    expect(decision.verdict).toBe("approve");
  });
  test("added", async () => {
    const text = `
add:
  - id: orders-are-closed
    message: "{what} is closed this week."
    verdict: deny
    when: {effects: [write], tables: ["shop.*"], environments: [production]}`;
    const denied = await decide("UPDATE shop.orders SET status = 'x' WHERE id = 1", [workspace(text)]);
    expect(ruleOf(denied, "orders-are-closed")).toMatchObject({
      verdict: "deny",
      message: "shop.orders is closed this week.",
      start: 7,
      end: 18,
    });
    expect(
      ruleOf(await decide("SELECT id FROM shop.orders", [workspace(text)]), "orders-are-closed"),
    ).toBeUndefined();
  });
});

test("a decision names the settings it rests on", async () => {
  const [plain, set] = [await decide("SELECT 1", []), await decide("SELECT 1", [admin("rules: {}")])];
  expect(plain.policyVersion).not.toBe(set.policyVersion);
});

describe("what is wrong is named by file, line and column, and nothing runs", () => {
  test.each<[string, GuardrailSource, RegExp]>([
    [
      "a rule nobody knows",
      admin("rules:\n  no-wear-delete: {mode: off}"),
      /line 2, column 3: there is no rule called no-wear-delete/,
    ],
    ["a word nobody knows", admin("rules:\n  truncate:\n    moed: off"), /line 3, column 5/],
    ["a value that is none", admin("rules:\n  truncate:\n    mode: sometimes"), /line 3, column 5/],
    ["no YAML", admin("rules: [\n"), /line \d+, column \d+/],
    [
      "a workspace that weakens",
      workspace("rules:\n  truncate:\n    mode: off"),
      /line 3, column 5: a workspace may only make rules stricter/,
    ],
    [
      "an id taken",
      admin("add:\n  - id: truncate\n    message: x\n    verdict: deny\n    when: {}"),
      /line 2, column 5/,
    ],
  ])("%s", async (_what, source, words) => {
    const failure = await createPolicy({ guardrails: [source] }).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(PolicyError);
    const { problem } = failure instanceof PolicyError ? failure : { problem: { message: "" } };
    expect(problem.message).toContain(source.file);
    expect(problem.message).toMatch(words);
  });

  test("a workspace cannot make a rule milder by giving it another weight", async () => {
    const decision = await decide("DELETE FROM shop.orders", [
      workspace("rules: {no-where-delete: {verdict: allow}}"),
    ]);
    expect(decision.verdict).toBe("deny");
  });
});
