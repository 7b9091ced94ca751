import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTimeline } from "../../agent/audit/readTimeline.ts";
import type { Engine } from "../../agent/engine.ts";
import { judgeToday } from "../../agent/judgeToday.ts";
import { createPolicy } from "../../agent/policy/policy.ts";
import type { TaskStep } from "../../protocol/behaviour/taskStep.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId } from "../../protocol/ids.ts";
import { objects, sluice } from "../cli/sluice.ts";
import { PERSON } from "../govern/governed.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, newHome, profileOf } from "../robustness/engine.ts";
import { programAsks } from "../tasks/programs.ts";

const SCHEMA = `
CREATE SCHEMA shop;
CREATE TABLE shop.cards (id integer PRIMARY KEY, card_number text, holder_name text);
CREATE TABLE shop.orders (id integer PRIMARY KEY, total numeric);
INSERT INTO shop.cards SELECT n, '4111111111111111', 'Grace Hopper' FROM generate_series(1, 20) n;
INSERT INTO shop.orders SELECT n, n FROM generate_series(1, 20) n;
ANALYZE`;

const AGENT = {
  kind: "ai_agent",
  agent: "helper",
  model: "large-1",
  host: "editor",
  onBehalfOf: PERSON,
  asserted: true,
} as const;

let server: TestPostgres;
let engine: Engine;
let home: string;
let profile: ConnectionProfile;
let task = "";

const SUGGESTED = "UPDATE shop.orders SET total = 2 WHERE id = 1";

beforeAll(async () => {
  server = await startPostgres();
  const client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  await client.query(SCHEMA);
  await client.end();
  profile = profileOf(server, { id: connectionId("prod"), name: "prod", environment: "production" });
  home = newHome();
  engine = await engineIn(home);
  engine.connections.save(profile);
  engine.open.passwords.use(profile.id, server.password);
  await engine.open.database(profile).whenClassified();

  const ask = (text: string) => programAsks(engine, profile, text, AGENT, { purpose: "count the cards" });
  task = (await ask("SELECT count(*) FROM shop.cards")).task ?? "";
  await ask("SELECT card_number FROM shop.cards");
  await ask("SELECT no_such_column FROM shop.cards");
  const other = await programAsks(engine, profile, "SELECT id FROM shop.orders", AGENT, { purpose: "else" });
  const { ledger } = engine.rooms;
  const body = JSON.parse(
    ledger
      .sealedAfter(0, 10_000, Number.POSITIVE_INFINITY)
      .findLast(({ canonical }) => canonical.includes('"kind":"intent"'))?.canonical ?? "",
  ).body;
  await ledger.append({
    kind: "suggestion_made",
    suggestion: "s1",
    actor: AGENT,
    task,
    connection: body.connection,
    model: "large-1",
    how: "chat",
    promptHash: "ab".repeat(32),
    prompt: null,
    statement: SUGGESTED,
    statementHash: "cd".repeat(32),
  });
  await ledger.append({
    kind: "suggestion_decided",
    suggestion: "s1",
    actor: PERSON,
    decision: "run",
    reason: null,
    milliseconds: 4_200,
    statementHash: "cd".repeat(32),
    difference: null,
  });
  const { seq } = await ledger.append({
    ...body,
    actor: PERSON,
    statement: SUGGESTED,
    statementKind: "update",
    effect: "write",
    writes: ["shop.orders.total"],
    task: null,
    suggestion: "s1",
  });
  await ledger.append({
    kind: "outcome",
    intent: seq,
    outcome: "done",
    rows: 0,
    affected: 1,
    maskedCells: 0,
    milliseconds: 1,
    errorClass: null,
  });
  await engine.tasks.stop(task, "looping", "It goes in circles.");
  await engine.tasks.resume(task, PERSON, "It was told.");
  await engine.tasks.end(other.task ?? "", PERSON);
  await engine.tasks.end(task, PERSON);
});
afterAll(async () => {
  await engine?.close();
  await server?.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

const timeline = () => {
  const read = readTimeline(path.join(home, "ledger.db"), task);
  if (read === null) throw new Error("The task is on record.");
  return read;
};
const statements = () =>
  timeline().steps.filter(
    (step): step is Extract<TaskStep, { kind: "statement" }> => step.kind === "statement",
  );

describe("a task's timeline", () => {
  test("has everything that was done for it, in order, and nothing of another", () => {
    expect(timeline().steps.map(({ kind }) => kind)).toEqual([
      "opened",
      "statement",
      "statement",
      "statement",
      "suggested",
      "suggestion_decided",
      "stopped",
      "resumed",
      "ended",
    ]);
    expect(timeline()).toMatchObject({
      task,
      purpose: "count the cards",
      models: ["large-1"],
      state: { kind: "ended" },
      totals: { statements: 2, refused: 1, rows: 21 },
    });
  });

  test("says what each step saw by label, what came of it, and what was unusual", () => {
    const [count, cards, failed] = statements();
    expect(count).toMatchObject({
      ran: true,
      verdict: "allow",
      outcome: { outcome: "done", rows: 1 },
      seen: [],
    });
    expect(cards?.seen).toEqual([
      expect.objectContaining({
        column: "shop.cards.card_number",
        infoType: "payment_card",
        level: "restricted",
      }),
    ]);
    expect(cards?.seen[0]?.mask).not.toBeNull();
    expect(cards?.anomalies).toEqual(expect.arrayContaining(["purpose-mismatch", "first-restricted-use"]));
    expect(failed).toMatchObject({ ran: false, seen: [], outcome: null });
  });

  test("holds no value that was masked", () => {
    expect(JSON.stringify(timeline())).not.toMatch(/4111111111111111|Grace/);
  });

  test("is null for a task nobody knows", () => {
    expect(readTimeline(path.join(home, "ledger.db"), "no such task")).toBeNull();
  });
});

/** With a policy of an administrator, until the work is done. */
async function under(text: string, work: () => Promise<void>): Promise<void> {
  const { inForce } = engine.rooms;
  const before = engine.rooms.policy;
  const put = (value: typeof before): void => {
    Object.defineProperty(inForce, "policy", { value, configurable: true, writable: true });
  };
  put(await createPolicy({ adminPolicies: [{ file: "admin.cedar", text }] }));
  try {
    await work();
  } finally {
    put(before);
  }
}

describe("today", () => {
  test("the same policy decides the same, whatever the agent did meanwhile", async () => {
    for (const step of statements()) expect(await judgeToday(engine, step)).toEqual({ kind: "same" });
  });

  test("another policy says what it would do", async () => {
    await under('forbid (principal is AiAgent, action == Action::"read", resource);', async () => {
      const [first] = statements();
      expect(first && (await judgeToday(engine, first))).toMatchObject({ kind: "other", verdict: "deny" });
    });
  });

  test("where the connection is gone, the record is judged, as far as it goes", async () => {
    const [first] = statements();
    if (first === undefined) throw new Error("There is a first statement.");
    const gone = { ...first, connection: { ...first.connection, id: "gone" } };
    expect(await judgeToday(engine, gone)).toEqual({ kind: "same" });
    await under('forbid (principal is AiAgent, action == Action::"read", resource);', async () =>
      expect(await judgeToday(engine, gone)).toMatchObject({ kind: "other", verdict: "deny" }),
    );
    await under('permit (principal in Group::"nobody", action == Action::"read", resource);', async () =>
      expect(await judgeToday(engine, gone)).toMatchObject({ kind: "cannot_tell" }),
    );
  });
});

describe("from a terminal", () => {
  const run = (...args: readonly string[]) => sluice({ home }, ...args);

  test("a task is shown step by step, and as JSON", async () => {
    const shown = await run("tasks", "show", task);
    expect(shown.out).toMatch(/Begins: count the cards/);
    expect(shown.out).toMatch(/Saw shop\.cards\.card_number \(payment_card, masked: \w+\)/);
    expect(shown.out).toMatch(/Unusual: .*purpose-mismatch/);
    expect(shown.out).toMatch(/The review was in view for 4\.2 s/);
    expect(shown.out).toMatch(/2 statements ran, 1 did not/);
    const [json] = objects(await run("tasks", "show", task, "--json", "--today"));
    expect(json).toMatchObject({ id: task, models: ["large-1"] });
    expect(JSON.stringify(json)).toMatch(/"today":\{"kind":"(same|cannot_tell)"/);
  });

  test("a report says whether any model saw a payment card, and where that is on record", async () => {
    const { out, code } = await run(
      "audit",
      "models",
      "--type",
      "payment_card",
      "--environment",
      "production",
    );
    expect(code).toBe(0);
    expect(out).toMatch(
      /^No model has been shown any payment card from production as it is; 1 model was shown 20 rows in which it was masked\./,
    );
    expect(out).toMatch(/large-1\s+payment_card\s+restricted\s+production\s+0\s+20\s+\w+\s+#\d+\s+#\d+/);
    const none = await run("audit", "models", "--type", "us_ssn");
    expect(none.out).toBe("No model has been shown any us ssn.\n");
    const [json] = objects(await run("audit", "models", "--json", "--type", "payment_card"));
    expect(json).toMatchObject({ shownRows: 0, maskedRows: 20, first: { hash: expect.any(String) } });
  });

  test("what came of a suggestion is followed into the data", async () => {
    const [json] = objects(await run("audit", "suggestions", "--json"));
    expect(json).toMatchObject({
      suggestion: "s1",
      model: "large-1",
      decided: { by: "Ada", decision: "run", changed: false },
      runs: [{ writes: ["shop.orders.total"], affected: 1, outcome: "done" }],
    });
    expect((await run("audit", "suggestions")).out).toMatch(
      /large-1\s+run by Ada\s+#\d+\s+1 rows\s+shop\.orders\.total/,
    );
  });
});
