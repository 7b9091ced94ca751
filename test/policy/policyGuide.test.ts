import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readLabelsFile } from "../../agent/classify/labelsFile.ts";
import { createPolicy, type Policy, type PolicyOptions } from "../../agent/policy/policy.ts";
import { PolicyError } from "../../agent/policy/policyError.ts";
import { indexCatalog } from "../../agent/sql/postgres/catalogIndex.ts";
import { catalogFromPostgresDdl } from "../../agent/sql/postgres/ddlCatalog.ts";
import { loadPostgresParser } from "../../agent/sql/postgres/libpgQuery.ts";
import { splitPostgres } from "../../agent/sql/postgres/split.ts";
import { understandPostgres } from "../../agent/sql/postgres/understand.ts";
import type { UserActor } from "../../protocol/actor.ts";
import type { ConnectionProfile, Environment } from "../../protocol/connection.ts";
import type { Decision } from "../../protocol/decision.ts";
import { connectionId } from "../../protocol/ids.ts";
import type { Label } from "../../protocol/label.ts";

const GUIDE = fs.readFileSync(path.join(import.meta.dirname, "../../docs/policy.md"), "utf8");
const blocks = (language: string): readonly string[] =>
  [...GUIDE.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, text = ""]) => text);

const DDL = `
CREATE SCHEMA shop;
CREATE TABLE shop.customers (id int PRIMARY KEY, email text NOT NULL, card_number text NOT NULL, device text);
CREATE TABLE shop.orders_2024 (id int PRIMARY KEY, status text NOT NULL);
CREATE TABLE shop.products (id int PRIMARY KEY, name text NOT NULL);`;

const label = (infoType: string, category: Label["category"], level: Label["level"]): Label => ({
  infoType,
  category,
  level,
  mask: "full",
  confidence: 1,
  evidence: [],
});
const EMAIL = label("email", "PII", "confidential");
const CARD = label("payment_card", "PCI", "restricted");
const DEVICE = label("device_id", "PII", "confidential");
const ORDINARY = label("ordinary", "none", "internal");

const LABELS: Readonly<Record<string, Label>> = { email: EMAIL, card_number: CARD, device: DEVICE };

beforeAll(() => loadPostgresParser());

const personIn = (group: string): UserActor => ({
  kind: "user",
  subject: "ada",
  issuer: "test",
  name: "Ada",
  groups: [group],
});
const connectionIn = (environment: Environment): ConnectionProfile => ({
  id: connectionId("test"),
  name: "test",
  engine: "postgres",
  host: "localhost",
  port: 5432,
  database: "test",
  user: "test",
  environment,
  tls: "disable",
});

/** What a member of `group` hears of a statement on a large database. */
function decide(
  policy: Policy,
  sql: string,
  group: string,
  environment: Environment = "production",
): Decision {
  const split = splitPostgres(sql);
  const [statement] = split.kind === "split" ? split.statements : [];
  if (statement === undefined) throw new Error(sql);
  return policy.decide({
    understanding: understandPostgres(statement, indexCatalog(catalogFromPostgresDdl(DDL))),
    actor: personIn(group),
    connection: connectionIn(environment),
    inferenceCounts: { matches: 0, inferences: 0 },
    labelOf: (id) => LABELS[id.column] ?? ORDINARY,
    estimatedRows: () => 10_000_000,
  });
}

const rules = (decision: Decision): readonly string[] => decision.findings.map(({ rule }) => rule);
const found = (decision: Decision, rule: string) =>
  decision.findings.find((finding) => finding.rule === rule);

describe("the policies of the guide", () => {
  const [text = "", elevation = "", ...others] = blocks("cedar");
  const policy = (options?: PolicyOptions): Promise<Policy> =>
    createPolicy(options ?? { adminPolicies: [{ file: "/etc/sluice/policy.cedar", text }] });

  test("are all tried here", () => {
    expect(others).toEqual([]);
    expect(text.match(/^(?:permit|forbid)\b/gm)).toEqual(["permit", "forbid", "permit", "forbid", "permit"]);
  });

  test("a right for a while is asked of whom policy names, and of as many", async () => {
    const shipped = await createPolicy();
    const guided = await createPolicy({
      adminPolicies: [{ file: "/etc/sluice/policy.cedar", text: elevation }],
    });
    const column = { schema: "shop", table: "customers", column: "diagnosis" };
    const asked = (policy: Policy, what: Label, environment: Environment) =>
      policy.revealing(personIn("developers"), column, what, connectionIn(environment));
    const diagnosis = label("diagnosis", "PHI", "restricted");
    expect(asked(guided, diagnosis, "staging")).toEqual({
      verdict: "approve",
      approvers: "data-protection",
      needed: 2,
    });
    expect(asked(shipped, diagnosis, "production")).toMatchObject({ approvers: "sluice-dba", needed: 2 });
    expect(asked(shipped, diagnosis, "staging")).toMatchObject({ approvers: "sluice-dba", needed: 1 });
    expect(asked(shipped, label("api_key", "credential", "restricted"), "staging").verdict).toBe("deny");
    expect(asked(shipped, label("unclassified", "none", "confidential"), "staging").verdict).toBe("deny");
  });

  test("devices go by names of their own, alone and not in an expression", async () => {
    const decision = decide(await policy(), "SELECT device, upper(device) FROM shop.customers", "analysts");
    expect(decision.columns.map(({ mask }) => mask)).toEqual(["pseudonym", "full"]);
  });

  test("an intern sees 500 rows of a result, others all of it", async () => {
    const mine = await policy();
    const limit = (group: string) => decide(mine, "SELECT id FROM shop.products", group).obligations.maxRows;
    expect([limit("interns"), limit("analysts")]).toEqual([500, undefined]);
  });

  test("support sees contact data on staging, and only there", async () => {
    const mine = await policy();
    const masks = (group: string, environment: Environment) =>
      decide(
        mine,
        "SELECT email, card_number FROM shop.customers WHERE id = 1",
        group,
        environment,
      ).columns.map(({ mask }) => mask);
    expect(masks("support", "staging")).toEqual([null, "full"]);
    expect(masks("support", "production")).toEqual(["full", "full"]);
    expect(masks("others", "staging")).toEqual(["full", "full"]);
  });

  test("nobody changes the schema, and the reason is told", async () => {
    const sql = "ALTER TABLE shop.products ADD COLUMN size int";
    const decision = decide(await policy(), sql, "sluice-dba", "development");
    expect(decision).toMatchObject({
      verdict: "deny",
      reason: "Schema changes go through the migration pipeline.",
    });
    expect(decide(await policy({}), sql, "sluice-dba", "development").verdict).toBe("allow");
  });

  test("writes of a group need a second person", async () => {
    const sql = "UPDATE shop.products SET name = 'x' WHERE id = 1";
    expect(decide(await policy(), sql, "payments")).toMatchObject({
      verdict: "approve",
      approvers: "payments-leads",
    });
    expect(decide(await policy(), sql, "others").approvers).toBe("sluice-dba");
  });

  test("of a workspace may only forbid", async () => {
    const workspace = { workspacePolicies: [{ file: ".sluice/policy.cedar", text }] };
    await expect(policy(workspace)).rejects.toBeInstanceOf(PolicyError);
    const forbids = text.slice(text.indexOf("@reason"), text.indexOf("// A second"));
    const strict = await policy({ workspacePolicies: [{ file: ".sluice/policy.cedar", text: forbids }] });
    expect(decide(strict, "CREATE TABLE shop.x (id int)", "sluice-dba").verdict).toBe("deny");
  });
});

describe("the settings of the guide", () => {
  const [shared = "", text = "", ...others] = blocks("yaml");
  const settings = (mayWeaken = true): Promise<Policy> =>
    createPolicy({ guardrails: [{ file: "/etc/sluice/guardrails.yaml", text, mayWeaken }] });

  test("are all tried here", () => {
    expect(others).toEqual([]);
    expect(text.match(/^ {2}(?:- id: )?[\w-]+/gm)).toHaveLength(4);
    expect(readLabelsFile({ file: ".sluice/labels.yaml", text: shared })).toHaveLength(3);
  });

  test("switch a rule off", async () => {
    const sql = "SELECT id FROM shop.products";
    expect(rules(decide(await createPolicy(), sql, "x"))).toContain("no-limit-large-table");
    expect(rules(decide(await settings(), sql, "x"))).not.toContain("no-limit-large-table");
  });

  test("make a warning need approval", async () => {
    const sql = "SELECT p.id FROM shop.products p, shop.orders_2024 o LIMIT 5";
    expect(found(decide(await createPolicy(), sql, "x"), "cross-join")?.verdict).toBe("allow");
    expect(found(decide(await settings(), sql, "x"), "cross-join")?.verdict).toBe("approve");
  });

  test("watch a rule without stopping anything", async () => {
    const sql = "CREATE INDEX ON shop.products (name)";
    const watched = decide(await settings(), sql, "sluice-dba");
    expect(watched.verdict).toBe("allow");
    expect(found(watched, "index-not-concurrently")?.message).toMatch(/^Observed only: /);
  });

  test("close a table for writing in production", async () => {
    const sql = "UPDATE shop.orders_2024 SET status = 'x' WHERE id = 1";
    expect(decide(await settings(), sql, "sluice-dba")).toMatchObject({
      verdict: "deny",
      reason: "shop.orders_2024 is closed until the audit is over.",
    });
    expect(decide(await settings(), sql, "sluice-dba", "staging").verdict).toBe("allow");
    expect(decide(await settings(), "SELECT id FROM shop.orders_2024 LIMIT 1", "x").verdict).toBe("allow");
  });

  test("of a workspace may make rules stricter, and nothing else", async () => {
    await expect(settings(false)).rejects.toThrow("a workspace may only make rules stricter");
  });
});
