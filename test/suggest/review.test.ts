import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import type { Actor } from "../../protocol/actor.ts";
import { type AuditRecord, RECORD } from "../../protocol/audit/record.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId, sessionId } from "../../protocol/ids.ts";
import type { SuggestedRange } from "../../protocol/suggestion/suggestion.ts";
import { PERSON } from "../govern/governed.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, newHome, problemTold, profileOf } from "../robustness/engine.ts";
import { agreed, opened, suggested } from "./suggesting.ts";

const SCHEMA = `
CREATE SCHEMA shop;
CREATE TABLE shop.customers (id integer PRIMARY KEY, full_name text NOT NULL, email text NOT NULL UNIQUE);
CREATE TABLE shop.orders (id integer PRIMARY KEY, customer_id integer REFERENCES shop.customers, total numeric, placed_at timestamptz);
CREATE VIEW shop.recent AS SELECT id, total FROM shop.orders WHERE placed_at > now() - interval '7 days';
INSERT INTO shop.customers SELECT n, 'Person ' || n, 'p' || n || '@example.com' FROM generate_series(1, 20) AS n;
INSERT INTO shop.orders SELECT n, 1 + n % 20, n * 3, now() - n * interval '1 day' FROM generate_series(1, 60) AS n;
ANALYZE`;
const QUESTION = { kind: "ask", question: "the orders of the last week, largest first" } as const;
const ANSWER =
  "SELECT o.id, o.total, o.placed_at FROM shop.orders o WHERE o.placed_at >= now() - interval '7 days' ORDER BY o.total DESC";

let server: TestPostgres;
let client: pg.Client;
let home: string;
let engine: Engine;
let profile: ConnectionProfile;

async function start(): Promise<Engine> {
  const started = await engineIn(home);
  await started.rooms.identity.continueAsLocalUser();
  for (const one of [profile, other()]) started.open.passwords.use(one.id, server.password);
  return started;
}

const other = (): ConnectionProfile => profileOf(server, { id: connectionId("other"), name: "other" });

beforeAll(async () => {
  server = await startPostgres();
  client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  await client.query(SCHEMA);
  profile = profileOf(server);
});
beforeEach(async () => {
  home = newHome();
  engine = await start();
  return async () => {
    await engine.close();
    fs.rmSync(home, { recursive: true, force: true });
  };
});
afterAll(async () => {
  await client?.end();
  await server?.stop();
});

/** The kind of what one statement came to, with the code of its problem. */
async function run(
  text: string,
  options: {
    readonly by?: ConnectionProfile;
    readonly suggested?: readonly SuggestedRange[];
    readonly actor?: Actor;
  } = {},
): Promise<string> {
  const connection = options.by ?? profile;
  let told = "";
  const steps = engine.run({
    sessionId: sessionId(`test:${connection.id}`),
    connection,
    text,
    client: { kind: "editor", session: "test" },
    purpose: undefined,
    pageRows: 100,
    maxCellLength: 1_000,
    signal: new AbortController().signal,
    keepGoing: false,
    ...(options.suggested === undefined ? {} : { suggested: options.suggested }),
    ...(options.actor === undefined ? {} : { actor: options.actor }),
  });
  for await (const { governed } of steps) {
    if (governed.kind === "rows") await governed.rest.close();
    told =
      "problem" in governed && governed.problem ? `${governed.kind} ${governed.problem.code}` : governed.kind;
  }
  return told;
}

function records<K extends AuditRecord["body"]["kind"]>(
  kind: K,
): Extract<AuditRecord["body"], { kind: K }>[] {
  const ledger = new Database(path.join(home, "ledger.db"), { readonly: true });
  const all = ledger.prepare("SELECT canonical FROM records ORDER BY seq").pluck().all();
  ledger.close();
  return all
    .map((text) => RECORD.parse(JSON.parse(String(text))).body)
    .filter((body): body is Extract<AuditRecord["body"], { kind: K }> => body.kind === kind);
}

const UNDECIDED = "blocked suggestion-undecided";

describe("what a model wrote does not run unseen", () => {
  test("neither as it is, nor in other layout, with another value or a word more, from wherever it is run", async () => {
    const { id, sql } = await suggested(engine, profile, QUESTION, ANSWER);
    engine.suggestions.take(id);
    for (const text of [
      sql,
      `-- mine\n${sql.toLowerCase().replaceAll(" ", "\n")};`,
      sql.replace("7 days", "700 days"),
      sql.replace("DESC", "DESC LIMIT 10"),
      sql.replace("o.id, ", "o.id, o.customer_id, "),
    ]) {
      expect(await run(text), text).toBe(UNDECIDED);
    }
    const refused = records("refused");
    expect(refused).toHaveLength(5);
    for (const { suggestion, verdict, findings } of refused) {
      expect(suggestion).toBe(id);
      expect(verdict).toBe("deny");
      expect(findings).toContainEqual({ rule: "suggestion-review", verdict: "deny" });
    }
    expect(records("intent")).toEqual([]);
  });

  test("nor in another process, where nothing is in memory, nor on another connection", async () => {
    const { id, sql } = await suggested(engine, profile, QUESTION, ANSWER);
    await agreed(engine, profile, sql, id);
    expect(await run(sql)).toBe("rows");
    expect(await run(sql, { by: other() })).toBe(UNDECIDED);
    await engine.close();
    engine = await start();
    expect(await run(sql)).toBe("rows");
    expect(await run(sql, { by: other() })).toBe(UNDECIDED);
  });

  test("nor among statements a person wrote; those before it run", async () => {
    const { sql } = await suggested(engine, profile, QUESTION, ANSWER);
    expect(await run(`SELECT 1; ${sql}; SELECT 2`)).toBe(UNDECIDED);
    expect(records("intent")).toHaveLength(1);
  });

  test("a short read of nothing sensitive is told by where the editor saw it come in, and typed by hand it is anybody's", async () => {
    const { id, sql } = await suggested(
      engine,
      profile,
      { kind: "ask", question: "how many orders are there" },
      "SELECT count(*) FROM shop.orders",
    );
    engine.suggestions.take(id);
    const suggestedAll = [{ start: 0, end: sql.length, suggestion: id }];
    expect(await run(sql, { suggested: suggestedAll })).toBe(UNDECIDED);
    expect(await run("SELECT count(*)  FROM shop.orders")).toBe("rows");
  });

  test("a short change is the model's wherever it is run: as it is, under another alias, wrapped, rejected", async () => {
    const rows = async () => (await client.query("SELECT count(*)::int AS n FROM shop.orders")).rows[0].n;
    const before = await rows();
    const { id, sql } = await suggested(
      engine,
      profile,
      { kind: "ask", question: "delete the order 60" },
      "DELETE FROM shop.orders WHERE id = 60",
    );
    const variants = [
      sql,
      "delete from shop.orders\n where id=60;",
      "DELETE FROM shop.orders o WHERE o.id = 60",
      'DELETE FROM "shop"."orders" AS x WHERE 60 = x.id',
      "PREPARE p AS DELETE FROM shop.orders WHERE id = 60",
      "EXPLAIN ANALYZE DELETE FROM shop.orders WHERE id = 60",
    ];
    for (const text of variants) expect(await run(text), text).toMatch(/^blocked/);
    for (const text of variants.slice(0, 5)) expect(await run(text), text).toBe(UNDECIDED);
    const { review } = await opened(engine, profile, sql, id);
    await engine.suggestions.reviews.decide({ review, decision: "reject", reason: "no", milliseconds: 5 });
    for (const text of variants.slice(0, 5)) expect(await run(text), text).toBe(UNDECIDED);
    expect(await rows()).toBe(before);
    expect(records("refused").every(({ suggestion }) => suggestion === id)).toBe(true);
    // Of another order it is the person's own.
    expect(await run("DELETE FROM shop.orders WHERE id = 59")).toBe("done");
  });

  test("ghost text of a change counts though nobody took it; of a short sensitive read only where it was taken", async () => {
    const inline = (text: string) => ({ kind: "inline", text, offset: text.length }) as const;
    const change = await suggested(
      engine,
      profile,
      inline("-- set the total of order 3 to 9\n"),
      "UPDATE shop.orders SET total = 9 WHERE id = 3",
    );
    expect(await run(change.sql)).toBe(UNDECIDED);
    const read = await suggested(
      engine,
      profile,
      inline("-- all customers\n"),
      "SELECT id, email FROM shop.customers",
    );
    expect(await run(read.sql)).toBe("rows");
    engine.suggestions.take(read.id);
    expect(await run(read.sql)).toBe(UNDECIDED);
    expect(await run("SELECT c.id, c.email FROM shop.customers AS c")).toBe(UNDECIDED);
  });

  test("a longer one that was rejected is known under other aliases and without", async () => {
    const { id, sql } = await suggested(engine, profile, QUESTION, ANSWER);
    const { review } = await opened(engine, profile, sql, id);
    await engine.suggestions.reviews.decide({ review, decision: "reject", reason: "no", milliseconds: 5 });
    const bare = sql.replaceAll("o.", "").replace("shop.orders o", "shop.orders");
    for (const text of [sql.replaceAll("o.", "q.").replace("orders o", "orders q"), bare])
      expect(await run(text), text).toBe(UNDECIDED);
  });

  test("a range whose suggestion nobody remembers still is not the person's own", async () => {
    const text = "SELECT id FROM shop.orders";
    const range = { start: 0, end: text.length, suggestion: "forgotten" };
    expect(await run(text, { suggested: [range] })).toBe(UNDECIDED);
  });

  test("nor for whoever is signed in by the time it runs, where the editor saw it come in", async () => {
    const { id, sql } = await suggested(engine, profile, QUESTION, ANSWER);
    engine.suggestions.take(id);
    await agreed(engine, profile, sql, id);
    const ranges = [{ start: 0, end: sql.length, suggestion: id }];
    expect(await run(sql, { suggested: ranges })).toBe("rows");
    expect(await run(sql, { suggested: ranges, actor: PERSON })).toBe(UNDECIDED);
    expect(records("refused").at(-1)).toMatchObject({ suggestion: id, actor: { subject: PERSON.subject } });
  });

  test("a person's own statements run, also beside a range of a suggestion that was replaced", async () => {
    const { id, sql } = await suggested(engine, profile, QUESTION, ANSWER);
    engine.suggestions.take(id);
    const own =
      "SELECT c.full_name, count(*) FROM shop.customers c JOIN shop.orders o ON o.customer_id = c.id GROUP BY c.full_name";
    for (const text of [
      own,
      "SELECT * FROM shop.orders WHERE id = 5",
      "SELECT total FROM shop.orders ORDER BY id",
    ])
      expect(await run(text), text).toBe("rows");
    const few = [{ start: 0, end: 8, suggestion: id }];
    expect(await run(own, { suggested: few })).toBe("rows");
    expect(sql).not.toBe(own);
  });
});

test("a plan that is asked for carries nothing out, however the statement begins", async () => {
  const before = (await client.query("SELECT sum(total) AS n FROM shop.orders")).rows[0].n;
  const write = "UPDATE shop.orders SET total = 0 WHERE id = 1";
  for (const statement of [
    `ANALYZE ${write}`,
    `(ANALYZE) ${write}`,
    `/**/ analyze verbose ${write}`,
    `SELECT 1; ${write}`,
  ])
    await engine.suggestions.prompt(profile, { kind: "optimise", statement }).catch(() => {});
  expect((await client.query("SELECT sum(total) AS n FROM shop.orders")).rows[0].n).toBe(before);
  for (const statement of [write, ANSWER]) {
    const asked = await engine.suggestions.prompt(profile, { kind: "optimise", statement });
    expect(JSON.stringify(asked)).toContain("(cost=");
  }
});

test("ghost text nobody took is told by its words alone, changed a little it is the person's own", async () => {
  const text = "-- the orders of the last week, largest first\n";
  const inline = { kind: "inline", text, offset: text.length } as const;
  const { id, sql } = await suggested(engine, profile, inline, ANSWER);
  const changed = sql.replace("DESC", "DESC LIMIT 10");
  expect(await run(sql)).toBe(UNDECIDED);
  expect(await run(changed)).toBe("rows");
  engine.suggestions.take(id);
  expect(await run(changed)).toBe(UNDECIDED);
});

test("what was asked for is known again without being put in by a command of ours", async () => {
  const { sql } = await suggested(engine, profile, QUESTION, ANSWER);
  for (const text of [`${sql} LIMIT 10`, `EXPLAIN ${sql}`, `PREPARE p AS ${sql}`])
    expect(await run(text), text).toBe(UNDECIDED);
});

describe("a decision", () => {
  test("is for exactly the text, is on record with its time, and the run names it", async () => {
    const { id, sql } = await suggested(engine, profile, QUESTION, ANSWER);
    const review = await opened(engine, profile, sql, id);
    expect(review).toMatchObject({
      suggestion: id,
      model: "scripted",
      how: "ask",
      changed: null,
      state: "undecided",
    });
    expect(review.differences).toEqual([]);
    expect(review.tables).toEqual([{ name: "shop.orders", access: "read", rows: 60 }]);
    // The planner is asked for a read too.
    expect(review.report.plannedRows).toBeGreaterThan(0);
    expect(review.plannedCost).toBeGreaterThan(0);
    await engine.suggestions.reviews.decide({
      review: review.review,
      decision: "run",
      reason: null,
      milliseconds: 86_400_000,
    });
    expect(await run(sql)).toBe("rows");
    expect(await run(`${sql} LIMIT 1`)).toBe("rows");
    const [decided] = records("suggestion_decided");
    expect(decided).toMatchObject({ suggestion: id, decision: "run", difference: null, reason: null });
    // Nobody looked at it for a day: it was opened a moment ago.
    expect(decided?.milliseconds).toBeLessThan(60_000);
    expect(records("intent").map(({ suggestion }) => suggestion)).toEqual([id, null]);
    const [made] = records("suggestion_made");
    expect(made).toMatchObject({
      suggestion: id,
      model: "scripted",
      how: "ask",
      prompt: null,
      statement: sql,
    });
    expect(made?.promptHash).toMatch(/^[0-9a-f]{64}$/);
  });

  test("a tracked text that was changed after it needs another, and what changed is recorded", async () => {
    const { id, sql } = await suggested(engine, profile, QUESTION, ANSWER);
    await agreed(engine, profile, sql, id);
    const changed = sql.replace("o.total, ", "");
    const range = [{ start: 0, end: changed.length, suggestion: id }];
    expect(await run(changed, { suggested: range })).toBe(UNDECIDED);
    const review = await opened(engine, profile, changed, id);
    expect(review.changed?.filter(({ kind }) => kind !== "same")).toEqual([
      { kind: "gone", text: expect.stringContaining("total") },
    ]);
    await engine.suggestions.reviews.decide({
      review: review.review,
      decision: "run",
      reason: null,
      milliseconds: 5,
    });
    expect(await run(changed, { suggested: range })).toBe("rows");
    expect(records("suggestion_decided").at(-1)?.difference).toContain("[-");
  });

  test("values beside sensitive columns are in no record of it", async () => {
    const marker = "p7@example.com";
    const { id, sql } = await suggested(
      engine,
      profile,
      { kind: "ask", question: `the customer with the address ${marker}` },
      "SELECT id, full_name FROM shop.customers WHERE email = '?1' AND id > 0",
    );
    expect(sql).toContain(`'${marker}'`);
    const changed = sql.replace(marker, "p8@example.com");
    await agreed(engine, profile, changed, id);
    expect(await run(changed)).toBe("rows");
    const files = fs.readdirSync(home).filter((name) => /^(ledger|suggestions)\.db(-wal)?$/.test(name));
    expect(files.length).toBeGreaterThan(1);
    for (const name of files) {
      const bytes = fs.readFileSync(path.join(home, name)).toString("latin1");
      expect(bytes.includes(marker) || bytes.includes("p8@example.com"), name).toBe(false);
    }
  });

  test("what it would do has to be what the review showed", async () => {
    const text = "SELECT r.id, r.total FROM shop.recent AS r WHERE r.total > 10 ORDER BY r.id";
    const { id } = await suggested(engine, profile, { kind: "ask", question: "recent orders" }, text);
    const { review } = await opened(engine, profile, text, id);
    await client.query(
      "CREATE OR REPLACE VIEW shop.recent AS SELECT c.id, length(c.email)::numeric AS total FROM shop.customers c",
    );
    await engine.open.database(profile).refresh(false);
    const told = await problemTold(
      engine.suggestions.reviews.decide({ review, decision: "run", reason: null, milliseconds: 10 }),
    );
    expect(told.code).toBe("review-changed");
    expect(await run(text)).not.toBe("rows");
    await client.query(
      "CREATE OR REPLACE VIEW shop.recent AS SELECT id, total FROM shop.orders WHERE placed_at > now() - interval '7 days'",
    );
  });

  test("rejecting needs a reason, and what was rejected does not run", async () => {
    const { id, sql } = await suggested(engine, profile, QUESTION, ANSWER);
    const { review } = await opened(engine, profile, sql, id);
    const decide = (reason: string | null) =>
      engine.suggestions.reviews.decide({ review, decision: "reject", reason, milliseconds: 10 });
    expect((await problemTold(decide("  "))).code).toBe("review-reason");
    await decide("It counts refunds twice");
    expect(await run(sql)).toBe(UNDECIDED);
    expect(records("suggestion_decided")).toMatchObject([
      { decision: "reject", reason: "It counts refunds twice" },
    ]);
  });

  test("to change data is for one run, in any layout; to read for as often as it is wanted", async () => {
    const total = async () =>
      Number((await client.query("SELECT total FROM shop.orders WHERE id = 5")).rows[0].total);
    const before = await total();
    const { id, sql } = await suggested(
      engine,
      profile,
      { kind: "ask", question: "add 1 to the total of order 5" },
      "UPDATE shop.orders SET total = total + 1 WHERE id = 5",
    );
    await agreed(engine, profile, sql, id);
    const twice = await Promise.all([run(sql), run(sql)]);
    expect(twice.toSorted()).toEqual([UNDECIDED, "done"]);
    expect(await run(sql)).toBe(UNDECIDED);
    expect(await run(sql.replace("shop.orders", "shop.orders\n"))).toBe(UNDECIDED);
    expect(await total()).toBe(before + 1);
    // Looked at again, with what was decided before, it runs once more.
    const again = await opened(engine, profile, sql, id);
    expect(again).toMatchObject({
      state: "undecided",
      former: { decision: "run", used: true, reason: null },
    });
    await engine.suggestions.reviews.decide({
      review: again.review,
      decision: "run",
      reason: null,
      milliseconds: 5,
    });
    expect([await run(sql), await run(sql)]).toEqual(["done", UNDECIDED]);
    expect(await total()).toBe(before + 2);

    const read = await suggested(engine, profile, QUESTION, ANSWER);
    await agreed(engine, profile, read.sql, read.id);
    expect([await run(read.sql), await run(read.sql)]).toEqual(["rows", "rows"]);
  });

  test("shows what was put right of the model's words, and what was looked at", async () => {
    const { id, sql, repaired } = await suggested(
      engine,
      profile,
      { kind: "ask", question: "the ids of orders in 2026, newest first" },
      "SELECT id FROM shop.orders WHERE palced_at >= '2026-01-01' ORDER BY placed_at DESC; SELECT 1",
    );
    expect(repaired).toEqual(["“palced_at” is “placed_at”"]);
    const review = await opened(engine, profile, sql, id);
    expect(review.differences.map(({ code }) => code)).toEqual(["name-repaired", "several-statements"]);
    expect(review.lookedAt).toEqual(["when", "order", "named values"]);
  });

  test("of before is shown where the review is opened again", async () => {
    const { id, sql } = await suggested(engine, profile, QUESTION, ANSWER);
    expect((await opened(engine, profile, sql, id)).former).toBeNull();
    const { review } = await opened(engine, profile, sql, id);
    await engine.suggestions.reviews.decide({
      review,
      decision: "reject",
      reason: "No week in it",
      milliseconds: 10,
    });
    expect(await opened(engine, profile, sql, id)).toMatchObject({
      state: "rejected",
      former: { decision: "reject", reason: "No week in it", at: expect.stringMatching(/^\d{4}-/) },
    });
  });

  test("a review counts once, and one that was never opened counts for nothing", async () => {
    const { id, sql } = await suggested(engine, profile, QUESTION, ANSWER);
    const decide = (review: string) =>
      engine.suggestions.reviews.decide({ review, decision: "run", reason: null, milliseconds: 10 });
    expect((await problemTold(decide("made-up"))).code).toBe("review-gone");
    const { review } = await opened(engine, profile, sql, id);
    await decide(review);
    expect((await problemTold(decide(review))).code).toBe("review-gone");
  });

  test("what policy denies runs under none", async () => {
    const { id, sql } = await suggested(
      engine,
      profile,
      { kind: "ask", question: "delete all orders" },
      "DELETE FROM shop.orders WHERE true AND id IS NOT DISTINCT FROM id",
    );
    expect(await run(sql)).not.toBe("done");
    const { review, report } = await opened(engine, profile, sql, id);
    await engine.suggestions.reviews.decide({ review, decision: "run", reason: null, milliseconds: 10 });
    expect(report.effect).toBe("write");
    if (report.decision.verdict !== "allow") expect(await run(sql)).toBe("blocked");
  });
});

test("policy may let a class of it run unseen, and nothing beyond that class", async () => {
  const folder = fs.mkdtempSync(path.join(home, "workspace-"));
  fs.mkdirSync(path.join(folder, ".sluice"));
  fs.writeFileSync(
    path.join(folder, ".sluice/policy.cedar"),
    `permit (principal, action == Action::"unreviewed", resource) when { context.effect == "read" && !context.sensitive };`,
  );
  // Whoever opens a folder does not decide that: only the machine's policy and the collector's may permit.
  await expect(engineIn(newHome(), { workspaceFolders: [folder] })).rejects.toThrow(/may only forbid/);
  const { createPolicy } = await import("../../agent/policy/policy.ts");
  const policy = await createPolicy({
    adminPolicies: [
      {
        file: "policy.cedar",
        text: `permit (principal, action == Action::"unreviewed", resource)
when { context.environment == "development" && context.effect == "read" && !context.sensitive };`,
      },
    ],
  });
  const actor = engine.rooms.identity.requireActor();
  const allowed = (connection: ConnectionProfile, effect: "read" | "write", sensitive: boolean): boolean =>
    policy.allowsOfSuggestion("unreviewed", actor, connection, { effect, sensitive });
  expect(allowed(profile, "read", false)).toBe(true);
  expect(allowed(profile, "read", true)).toBe(false);
  expect(allowed(profile, "write", false)).toBe(false);
  expect(allowed({ ...profile, environment: "staging" }, "read", false)).toBe(false);
  expect(policy.allowsOfSuggestion("keep_prompt", actor, profile, { effect: "read", sensitive: false })).toBe(
    false,
  );
  const shipped = await createPolicy();
  expect(shipped.allowsOfSuggestion("unreviewed", actor, profile, { effect: "read", sensitive: false })).toBe(
    false,
  );
});

test("a store that cannot be read lets nothing run", async () => {
  await engine.close();
  for (const name of fs.readdirSync(home).filter((file) => file.startsWith("suggestions.db")))
    fs.rmSync(path.join(home, name));
  fs.writeFileSync(
    path.join(home, "suggestions.db"),
    "this is no database, and long enough to be read as one".repeat(40),
  );
  expect((await problemTold(start())).code).toBe("suggestions-unreadable");
  fs.rmSync(path.join(home, "suggestions.db"));
  engine = await start();
});
