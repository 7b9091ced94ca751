import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import { createPolicy } from "../../agent/policy/policy.ts";
import type { Actor, AiAgentActor, UserActor } from "../../protocol/actor.ts";
import type { AuditRecord } from "../../protocol/audit/record.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId } from "../../protocol/ids.ts";
import { PERSON } from "../govern/governed.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, memorySecrets, newHome, profileOf } from "../robustness/engine.ts";
import { programAsks } from "../tasks/programs.ts";

const SCHEMA = `
CREATE SCHEMA shop;
CREATE SCHEMA hr;
CREATE TABLE shop.customers (id integer PRIMARY KEY, full_name text, email text, city text);
CREATE TABLE shop.orders (id integer PRIMARY KEY, customer_id integer, total numeric);
CREATE TABLE hr.payroll (id integer PRIMARY KEY, full_name text, ssn text, salary numeric);
INSERT INTO shop.customers SELECT n, 'Grace Hopper', 'grace' || n || '@example.com', 'Berlin' FROM generate_series(1, 50) n;
INSERT INTO shop.orders SELECT n, n, n FROM generate_series(1, 50) n;
INSERT INTO hr.payroll SELECT n, 'Grace Hopper', '536-' || lpad((n + 10)::text, 2, '0') || '-' || lpad((n * 37)::text, 4, '0'), 1000 + n FROM generate_series(1, 50) n;
ANALYZE`;

let server: TestPostgres;
let engine: Engine;
let home: string;
let profile: ConnectionProfile;
const secrets = memorySecrets();

async function open(): Promise<void> {
  engine = await engineIn(home, { secrets });
  engine.open.passwords.use(profile.id, server.password);
  await engine.open.database(profile).whenClassified();
}

beforeAll(async () => {
  server = await startPostgres();
  const client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  await client.query(SCHEMA);
  await client.end();
  profile = profileOf(server, { id: connectionId("prod"), environment: "production" });
  home = newHome();
  await open();
});
afterAll(async () => {
  await engine?.close();
  await server?.stop();
});

let people = 0;
let person: UserActor = PERSON;
beforeEach(() => {
  person = { ...PERSON, subject: `ada-${people++}` };
});

const agent = (changes: Partial<AiAgentActor> = {}): AiAgentActor => ({
  kind: "ai_agent",
  agent: "helper",
  model: "m1",
  host: "editor",
  onBehalfOf: person,
  asserted: true,
  ...changes,
});
const ask = (
  text: string,
  actor: Actor = agent(),
  more: { purpose?: string; task?: string | undefined } = {},
) => programAsks(engine, profile, text, actor, { purpose: "look at the data", ...more });

const records = (): readonly AuditRecord[] =>
  engine.rooms.ledger
    .sealedAfter(0, 100_000, Number.POSITIVE_INFINITY)
    .map(({ canonical }): AuditRecord => JSON.parse(canonical));

const lastIntent = () =>
  records()
    .flatMap(({ body }) => (body.kind === "intent" ? [body] : []))
    .at(-1);

async function under<T>(guardrails: string, mayWeaken: boolean, work: () => Promise<T>): Promise<T> {
  const source = { file: "guardrails.yaml", text: guardrails, mayWeaken };
  const compiled = await createPolicy({ guardrails: [source] });
  const before = engine.rooms.policy;
  const { inForce } = engine.rooms;
  if (inForce === undefined) throw new Error("The engine has a policy in force.");
  const put = (policy: typeof before): void => {
    Object.defineProperty(inForce, "policy", { value: policy, configurable: true, writable: true });
  };
  put(compiled);
  try {
    return await work();
  } finally {
    put(before);
  }
}

describe("what is unusual", () => {
  test("is a factor of the risk in words, a finding at the table, and both are on record", async () => {
    const [judged] = await engine.check(profile, "SELECT ssn FROM hr.payroll", { actor: agent() });
    const finding = judged?.decision.findings.find(({ rule }) => rule === "first-restricted-use");
    expect(finding).toMatchObject({ severity: "warning", verdict: "allow", start: 16, end: 26 });
    const words = "first time this agent uses restricted data of hr.payroll";
    expect(judged?.decision.risk.factors).toContainEqual({ name: words, points: 12 });
    const seen = await ask("SELECT ssn FROM hr.payroll");
    expect(seen).toMatchObject({ kind: "rows", verdict: "allow" });
    expect(lastIntent()).toMatchObject({ task: seen.task });
    expect(lastIntent()?.riskFactors).toContainEqual({ name: words, points: 12 });
  });

  test("is known from the record as it was judged, and by the next process", async () => {
    await ask("SELECT ssn FROM hr.payroll WHERE salary > 0 OR true LIMIT 1").catch(() => {});
    await ask("SELECT ssn FROM hr.payroll");
    await engine.close();
    await open();
    const [judged] = await engine.check(profile, "SELECT ssn FROM hr.payroll", { actor: agent() });
    expect(judged?.decision.risk.factors.map(({ name }) => name)).toContain(
      "since today this agent uses restricted data of hr.payroll",
    );
  });
});

describe("the circuit breaker", () => {
  const DENIED = "SELECT count(*) FROM hr.payroll WHERE salary > 1500";

  test("stops a program that probes, whatever it asks next, until its person lets it go on", async () => {
    for (let n = 0; n < 7; n++)
      expect(await ask(DENIED.replace("1500", String(1500 + n)))).toMatchObject({ kind: "blocked" });
    const stopped = await ask("SELECT id FROM shop.orders");
    expect(stopped).toMatchObject({ kind: "blocked", verdict: "deny" });
    expect(stopped.reason).toContain("7 denied statements in 2 minutes");
    expect(stopped.reason).toContain("A person has to look");
    const task = stopped.task ?? "";
    expect(engine.tasks.find(task).state).toMatchObject({ kind: "stopped", cause: "probing" });
    // Another name, model, host or purpose is no way around.
    for (const actor of [agent({ agent: "x" }), agent({ model: "m2" }), agent({ host: "y" })]) {
      const again = await ask("SELECT id FROM shop.orders", actor).catch((error: unknown) => error);
      expect(again).toMatchObject({ kind: "blocked" });
      await expect(ask("SELECT id FROM shop.orders", actor, { purpose: "another" })).rejects.toThrow(
        /stopped/,
      );
    }
    await engine.tasks.resume(task, person, "It was told where to look.");
    expect(await ask("SELECT id FROM shop.orders")).toMatchObject({ kind: "rows" });
    const kinds = records()
      .map(({ body }) => body)
      .filter((body) => "task" in body && body.task === task && body.kind.startsWith("task_"))
      .map(({ kind }) => kind);
    expect(kinds).toEqual(["task_opened", "task_stopped", "task_resumed"]);
  });

  test("stops a program whose statements are not even understood", async () => {
    for (let n = 0; n < 15; n++) await ask(`SELECT c${n} FROM shop.no_such_table`);
    const stopped = await ask("SELECT id FROM shop.no_such_table");
    expect(stopped.rules).toContain("error-burst");
    expect(engine.tasks.find(stopped.task ?? "").state).toMatchObject({ cause: "error-burst" });
  });

  test("stops a loop", async () => {
    let last = await ask("SELECT id FROM shop.orders");
    for (let n = 0; n < 25 && last.kind === "rows"; n++) last = await ask("SELECT id FROM shop.orders");
    expect(last.rules).toContain("looping");
    expect(engine.tasks.find(last.task ?? "").state).toMatchObject({ kind: "stopped", cause: "looping" });
  });

  test("stops what looks up one row after the other, over as many tasks as it opens", async () => {
    let runs = 0;
    const rules: string[] = [];
    for (; runs < 60 && rules.length === 0; runs++) {
      const seen = await ask(`SELECT salary FROM hr.payroll WHERE id = ${runs}`, agent(), {
        purpose: `look at employee ${runs}`,
      });
      rules.push(...seen.rules.filter((rule) => rule === "enumeration" && seen.kind === "blocked"));
    }
    expect(rules).toEqual(["enumeration"]);
    expect(runs).toBe(41);
  });

  test("of another person's agent stays closed", async () => {
    for (let n = 0; n < 8; n++) await ask(DENIED.replace("1500", String(n)));
    person = { ...PERSON, subject: "somebody else" };
    expect(await ask("SELECT id FROM shop.orders")).toMatchObject({ kind: "rows" });
  });
});

describe("a purpose", () => {
  test("that is something else than the statement is told, and on record", async () => {
    const seen = await ask("SELECT email FROM shop.customers", agent(), { purpose: "count users" });
    expect(seen.rules).toContain("purpose-mismatch");
    expect(lastIntent()?.riskFactors.map(({ name }) => name)).toContain(
      "the purpose is to count or sum up, and single rows of sensitive columns are read",
    );
    const fits = await ask("SELECT count(*) FROM shop.customers", agent(), { purpose: "count users" });
    expect(fits.rules).not.toContain("purpose-mismatch");
  });
});

describe("settings", () => {
  const MISMATCH = "SELECT email FROM shop.customers";
  const asked = () => ask(MISMATCH, agent(), { purpose: "count users" });

  test("switch a rule off, watch it, or make it stop", async () => {
    const off = await under("rules: { purpose-mismatch: { mode: off } }", true, asked);
    expect(off.rules).not.toContain("purpose-mismatch");
    const observed = await under("rules: { purpose-mismatch: { mode: observe } }", true, asked);
    expect(observed).toMatchObject({ kind: "rows" });
    expect(observed.rules).toContain("purpose-mismatch");
    const held = await under("rules: { purpose-mismatch: { verdict: approve } }", false, asked);
    expect(held).toMatchObject({ kind: "blocked", verdict: "approve", personAgrees: true });
    const denied = await under("rules: { purpose-mismatch: { verdict: deny } }", false, asked);
    expect(denied).toMatchObject({ kind: "blocked", verdict: "deny" });
  });

  test("of a workspace weaken nothing", async () => {
    for (const mode of ["off", "observe"])
      await expect(
        createPolicy({
          guardrails: [{ file: "g.yaml", text: `rules: { probing: { mode: ${mode} } }`, mayWeaken: false }],
        }),
      ).rejects.toThrow(/only make rules stricter/);
  });
});

test("people who are denied again and again need another's approval, and only for a while told so", async () => {
  const denied = "SELECT pg_read_file('/etc/passwd')";
  const run = (text: string) => programAsks(engine, profile, text, person);
  for (let n = 0; n < 14; n++) expect((await run(denied)).kind).toBe("blocked");
  expect(await run("SELECT id FROM shop.orders")).toMatchObject({
    kind: "blocked",
    verdict: "approve",
    approvers: "sluice-dba",
  });
});
