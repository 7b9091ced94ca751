import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import { createPolicy } from "../../agent/policy/policy.ts";
import type { Actor, AiAgentActor, ServiceActor } from "../../protocol/actor.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { sessionId } from "../../protocol/ids.ts";
import type { Problem } from "../../protocol/messages.ts";
import { PERSON } from "../govern/governed.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, newHome, problemTold, profileOf } from "../robustness/engine.ts";
import { programAsks } from "./programs.ts";

const SCHEMA = `
CREATE SCHEMA shop;
CREATE TYPE shop.status AS ENUM ('open', 'closed');
CREATE TABLE shop.customers (id integer PRIMARY KEY, full_name text, email text, salary numeric, born date, password_hash text);
CREATE TABLE shop.orders (id integer PRIMARY KEY, customer_id integer, total numeric, state shop.status,
  kind text CHECK (kind IN ('shop', 'web')), made date);
CREATE TABLE shop.reviews (id integer PRIMARY KEY, order_id integer, body text);
INSERT INTO shop.customers SELECT n, 'Grace Hopper', 'grace' || n || '@example.com', 1000 + n, '1970-01-01', md5(n::text) FROM generate_series(1, 50) n;
INSERT INTO shop.orders SELECT n, n, n, 'open', 'web', '2026-01-01' FROM generate_series(1, 50) n;
INSERT INTO shop.reviews SELECT n, n, 'Fine product' FROM generate_series(1, 50) n;
ANALYZE`;

const agentOf = (onBehalfOf: AiAgentActor["onBehalfOf"], agent = "helper"): AiAgentActor => ({
  kind: "ai_agent",
  agent,
  model: "unknown",
  host: "unknown",
  onBehalfOf,
  asserted: true,
});
const SERVICE: ServiceActor = {
  kind: "service",
  subject: "nightly",
  issuer: "https://login.test",
  name: "nightly",
  groups: [],
};
/** Small enough to be used up. */
const SMALL = `@taskStatements("4") @taskRows("60") @statementsPerHour("9") @rowsPerHour("1000")
permit (principal is AiAgent, action == Action::"read", resource);`;

let server: TestPostgres;
let home: string;
let engine: Engine;
let profile: ConnectionProfile;

beforeAll(async () => {
  server = await startPostgres();
  const client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  await client.query(SCHEMA);
  await client.end();
  profile = profileOf(server);
  home = newHome();
  engine = await engineIn(home);
  engine.open.passwords.use(profile.id, server.password);
  await engine.open.database(profile).whenClassified();
});
afterAll(async () => {
  await engine?.close();
  await server?.stop();
});

let people = 0;
let person = { ...PERSON };
beforeEach(() => {
  person = { ...PERSON, subject: `ada-${people++}` };
});

const ask = (text: string, actor: Actor = agentOf(person), more: { purpose?: string; task?: string } = {}) =>
  programAsks(engine, profile, text, actor, more);

/** The same with a policy of an administrator, until the work is done. */
async function under<T>(policy: string, work: () => Promise<T>): Promise<T> {
  const compiled = await createPolicy({ adminPolicies: [{ file: "admin.cedar", text: policy }] });
  const before = engine.rooms.policy;
  const { inForce } = engine.rooms;
  if (inForce === undefined) throw new Error("The engine has a policy in force.");
  Object.defineProperty(inForce, "policy", { value: compiled, configurable: true, writable: true });
  try {
    return await work();
  } finally {
    Object.defineProperty(inForce, "policy", { value: before, configurable: true, writable: true });
  }
}

describe("a purpose", () => {
  test.each([undefined, "", "  \n"])("of %j runs nothing", async (purpose) => {
    const before = engine.rooms.ledger.count();
    for (const actor of [agentOf(person), SERVICE]) {
      const run = engine.run({
        sessionId: sessionId("nothing"),
        connection: profile,
        text: "SELECT 1",
        client: { kind: "cli", session: "x" },
        purpose,
        pageRows: 10,
        maxCellLength: 10,
        signal: new AbortController().signal,
        keepGoing: false,
        actor,
      });
      const told = await problemTold(run.next());
      expect(told).toMatchObject({ code: "purpose-required" });
      expect(told.message).toContain("Nothing was run");
    }
    expect(engine.rooms.ledger.count()).toBe(before);
  });

  test("is on record with the task, its budget and each statement", async () => {
    const done = await ask("SELECT count(*) FROM shop.orders", agentOf(person), {
      purpose: "count the orders",
    });
    expect(done.kind).toBe("rows");
    const records = engine.rooms.ledger.sealedAfter(0, 10_000, Number.POSITIVE_INFINITY);
    const bodies = records.map(({ canonical }) => JSON.parse(canonical).body);
    expect(bodies).toContainEqual(
      expect.objectContaining({ kind: "task_opened", task: done.task, purpose: "count the orders" }),
    );
    expect(bodies).toContainEqual(
      expect.objectContaining({ kind: "intent", task: done.task, purpose: "count the orders" }),
    );
  });

  test("people need none", async () => {
    const seen = await programAsks(engine, profile, "SELECT 1", person, { purpose: "" });
    expect(seen).toMatchObject({ kind: "rows", task: undefined });
  });
});

describe("a budget", () => {
  test("of statements stops the task, and a person lets it go on", () =>
    under(SMALL, async () => {
      const agent = agentOf(person);
      let task: string | undefined;
      for (let n = 0; n < 4; n++) {
        const done = await ask(`SELECT ${n}`, agent);
        expect(done.kind).toBe("rows");
        task = done.task;
      }
      const stopped = await ask("SELECT 5", agent);
      expect(stopped).toMatchObject({ kind: "blocked", rules: ["task-stopped"], task });
      if (task === undefined) throw new Error("no task");
      expect(engine.tasks.stoppedOf(person).map(({ id }) => id)).toEqual([task]);
      expect(await problemTold(engine.tasks.resume(task, agent, "let me"))).toMatchObject({
        code: "task-not-yours",
      });
      expect(await problemTold(engine.tasks.resume(task, SERVICE, "let me"))).toMatchObject({
        code: "task-not-yours",
      });
      expect(
        await problemTold(engine.tasks.resume(task, { ...PERSON, subject: "eve" }, "let it")),
      ).toMatchObject({
        code: "task-not-yours",
      });
      expect(await problemTold(engine.tasks.resume(task, person, " "))).toMatchObject({
        code: "task-reason",
      });
      await engine.tasks.resume(task, person, "it does what it should");
      expect((await ask("SELECT 6", agent)).kind).toBe("rows");
    }));

  test("of rows gives what is left, and no more", () =>
    under(SMALL, async () => {
      expect((await ask("SELECT id FROM shop.orders")).rows).toHaveLength(50);
      expect((await ask("SELECT id FROM shop.orders")).rows).toHaveLength(10);
      expect(await ask("SELECT id FROM shop.orders")).toMatchObject({
        kind: "blocked",
        rules: ["task-stopped"],
      });
    }));

  test("of rows is not had twice by reading in two places at once", () =>
    under(SMALL, async () => {
      const begin = (place: string, text: string) =>
        engine
          .run({
            sessionId: sessionId(place),
            connection: profile,
            text,
            client: { kind: "mcp", session: place },
            purpose: "a test",
            pageRows: 5,
            maxCellLength: 100,
            signal: new AbortController().signal,
            keepGoing: false,
            actor: agentOf(person),
          })
          .next();
      const all = "SELECT o.id FROM shop.orders o JOIN shop.orders p ON p.id <> o.id";
      const one = (await begin("one", all)).value?.governed;
      if (one?.kind !== "rows") throw new Error("It was to begin.");
      expect(await problemTold(begin("two", all))).toMatchObject({ code: "task-busy" });
      expect(await one.rest.next(100)).toMatchObject({ rows: { length: 55 } });
      await one.rest.close();
      expect((await ask("SELECT 1")).rules).toEqual(["task-stopped"]);
    }));

  test("of rows leaves room beside a statement that says how many it reads", () =>
    under(SMALL, async () => {
      const both = [
        "SELECT id FROM shop.orders LIMIT 30",
        "SELECT id FROM shop.orders WHERE id > 9 LIMIT 30",
      ];
      const seen = await Promise.all(both.map((text) => ask(text)));
      expect(seen.map(({ rows }) => rows.length)).toEqual([30, 30]);
    }));

  test.each([
    ["renaming the agent", () => agentOf(person, "another"), {}],
    ["another purpose", () => agentOf(person), { purpose: "something else" }],
    ["both, and another model", () => ({ ...agentOf(person, "third"), model: "m" }), { purpose: "third" }],
  ])("is not evaded by %s", (_how, actor, more) =>
    under(SMALL, async () => {
      for (let n = 0; n < 5; n++) await ask(`SELECT ${n}`);
      const told = await ask("SELECT 6", actor(), more).catch(
        ({ problem }: { problem: Problem }) => problem.code,
      );
      expect(typeof told === "string" ? told : told.rules).toEqual(
        typeof told === "string" ? "task-stopped" : ["task-stopped"],
      );
    }),
  );

  test("of an hour holds over all tasks of a person's agents, after a restart too", async () => {
    await under(SMALL, async () => {
      for (const purpose of ["a", "b", "c"])
        for (let n = 0; n < 3; n++)
          expect((await ask(`SELECT ${n}`, agentOf(person, purpose), { purpose })).kind).toBe("rows");
    });
    await engine.close();
    engine = await engineIn(home);
    engine.open.passwords.use(profile.id, server.password);
    await engine.open.database(profile).whenClassified();
    await under(SMALL, async () => {
      const over = await ask("SELECT 1", agentOf(person, "d"), { purpose: "d" });
      expect(over).toMatchObject({ kind: "blocked", rules: ["task-stopped"] });
      expect(engine.tasks.stoppedOf(person)[0]?.state).toMatchObject({ cause: "budget-hour-statements" });
      expect((await ask("SELECT 1", agentOf({ ...person, subject: "somebody else" }))).kind).toBe("rows");
    });
  });

  test("of a minute tells how long to wait, and uses nothing up", () =>
    under(
      `@statementsPerMinute("2") permit (principal is AiAgent, action == Action::"read", resource);`,
      async () => {
        await ask("SELECT 1");
        const { task } = await ask("SELECT 2");
        const held = await ask("SELECT 3");
        expect(held).toMatchObject({ kind: "blocked", rules: ["task-rate"] });
        expect(held.reason).toMatch(/Wait \d+ s/);
        if (task === undefined) throw new Error("no task");
        expect(engine.tasks.find(task).state).toEqual({ kind: "open" });
      },
    ));

  test("counts what was refused: a program that probes is stopped", () =>
    under(SMALL, async () => {
      for (let n = 0; n < 4; n++)
        expect((await ask(`SELECT id FROM shop.customers WHERE email LIKE 'g${n}%'`)).kind).toBe("blocked");
      expect(await ask("SELECT 1")).toMatchObject({ rules: ["task-stopped", "probing"] });
    }));

  test("that a policy cannot mean is a mistake in the policy", async () => {
    const text = `@taskRows("many") permit (principal is AiAgent, action == Action::"read", resource);`;
    expect(
      (await problemTold(createPolicy({ adminPolicies: [{ file: "x.cedar", text }] }))).message,
    ).toContain("@taskRows");
  });
});

describe("a task", () => {
  test("is another's to nobody", async () => {
    const { task = "" } = await ask("SELECT 1");
    const eve = agentOf({ ...PERSON, subject: "eve" });
    expect(await problemTold(ask("SELECT 1", eve, { task }))).toMatchObject({ code: "no-such-task" });
    expect(await problemTold(ask("SELECT 1", SERVICE, { task }))).toMatchObject({ code: "no-such-task" });
    expect(await problemTold(ask("SELECT 1", agentOf(person), { task: "0".repeat(16) }))).toMatchObject({
      code: "no-such-task",
    });
  });

  test("ends, and the next statement begins another", async () => {
    const { task = "" } = await ask("SELECT 1");
    await engine.tasks.end(task, agentOf(person));
    expect((await ask("SELECT 1", agentOf(person), { task })).task).not.toBe(task);
  });

  test("that was stopped is not ended by its program", () =>
    under(SMALL, async () => {
      for (let n = 0; n < 5; n++) await ask(`SELECT ${n}`);
      const [stopped] = engine.tasks.stoppedOf(person);
      await engine.tasks.end(stopped?.id ?? "", agentOf(person));
      expect(engine.tasks.stoppedOf(person)).toHaveLength(1);
      await engine.tasks.end(stopped?.id ?? "", person);
      expect(engine.tasks.stoppedOf(person)).toHaveLength(0);
    }));
});

describe("a program is trusted less", () => {
  test("a write needs the person it works for, where that person may write", async () => {
    const held = await ask("UPDATE shop.orders SET total = 1 WHERE id = 1");
    expect(held).toMatchObject({ kind: "blocked", verdict: "approve", personAgrees: true });
    expect(held.rules).toContain("write-needs-a-person");
  });

  test("where its person needs a group, so does it", async () => {
    const production = { ...profile, environment: "production" } as const;
    const held = await programAsks(
      engine,
      production,
      "UPDATE shop.orders SET total = 1 WHERE id = 1",
      agentOf(person),
    );
    expect(held).toMatchObject({ verdict: "approve", personAgrees: false, approvers: "sluice-dba" });
  });

  test("a rule that wants a group is not met by the person", async () => {
    const staging = { ...profile, environment: "staging" } as const;
    const held = await programAsks(engine, staging, "DELETE FROM shop.orders", agentOf(person));
    expect(held.kind).toBe("blocked");
    expect(held.personAgrees).toBe(false);
  });

  test.each(["DROP TABLE shop.orders", "CREATE TABLE x (id int)", "GRANT SELECT ON shop.orders TO public"])(
    "never: %s",
    async (text) => {
      expect(await ask(text)).toMatchObject({ kind: "blocked", verdict: "deny" });
    },
  );

  test("a service writes nothing", async () => {
    expect(await ask("UPDATE shop.orders SET total = 1 WHERE id = 1", SERVICE)).toMatchObject({
      verdict: "deny",
    });
  });

  test("a policy that permits its writes still leaves them to the person", () =>
    under(`permit (principal is AiAgent, action == Action::"write", resource);`, async () => {
      expect(await ask("UPDATE shop.orders SET total = 1 WHERE id = 1")).toMatchObject({
        verdict: "approve",
        personAgrees: true,
      });
    }));

  test("it sees nothing its person may not see, whatever policy says of agents", () =>
    under(`permit (principal is AiAgent, action == Action::"reveal", resource);`, async () => {
      const seen = await ask("SELECT email FROM shop.customers WHERE id = 1");
      expect(seen.rows.flat().join()).not.toContain("grace1@");
    }));

  test("an unverified person's agent reads no production either", async () => {
    const production = { ...profile, environment: "production" } as const;
    const local = agentOf({ kind: "local_user", account: "ada", host: "here" });
    expect(await programAsks(engine, production, "SELECT 1", local)).toMatchObject({ verdict: "deny" });
  });
});

describe("after text that anybody may have written", () => {
  const REVEAL = `permit (principal, action == Action::"reveal", resource)
    when { (principal is AiAgent || principal is User) && ["customers", "reviews"].contains(resource.table) };`;

  test.each([
    ["free text", "SELECT body FROM shop.reviews", true],
    ["within an expression", "SELECT upper(left(body, 3)) FROM shop.reviews", true],
    ["in a whole row", "SELECT r FROM shop.reviews r", true],
    ["in JSON", "SELECT to_jsonb(r) FROM shop.reviews r", true],
    ["in an aggregate", "SELECT string_agg(body, ' ') FROM shop.reviews", true],
    ["through a union", "SELECT id::text FROM shop.orders UNION ALL SELECT body FROM shop.reviews", true],
    ["numbers and dates", "SELECT id, total, made FROM shop.orders", false],
    ["an enum, and what a check lists", "SELECT state, kind FROM shop.orders", false],
    ["a count", "SELECT count(body) FROM shop.reviews", false],
    ["what is wholly hidden", "SELECT 'x', 1", false],
  ])("%s", async (_what, text, untrusted) => {
    const read = await under(REVEAL, () => ask(text));
    expect(read.kind).toBe("rows");
    expect(read.rules.includes("reads-untrusted-text")).toBe(untrusted);
    expect(engine.tasks.find(read.task ?? "").mark !== null).toBe(untrusted);
  });

  test("free text is hidden from programs where no policy shows it to them, and then it says nothing", async () => {
    const read = await ask("SELECT body FROM shop.reviews");
    expect(read.rows.flat().join()).not.toContain("Fine");
    expect(engine.tasks.find(read.task ?? "").mark).toBeNull();
  });

  test("a sensitive column that was not used before needs the person, one that was does not", () =>
    under(REVEAL, async () => {
      expect((await ask("SELECT salary FROM shop.customers WHERE id = 1")).kind).toBe("rows");
      expect((await ask("SELECT body FROM shop.reviews")).kind).toBe("rows");
      expect((await ask("SELECT salary FROM shop.customers WHERE id = 2")).kind).toBe("rows");
      const wider = await ask("SELECT email FROM shop.customers WHERE id = 1");
      expect(wider).toMatchObject({ kind: "blocked", verdict: "approve", personAgrees: true });
      expect(wider.rules).toContain("untrusted-then-wider-read");
      expect((await ask("SELECT id, total FROM shop.orders")).kind).toBe("rows");
    }));

  test("what is wholly hidden may still be read beside it", async () => {
    await under(REVEAL, () => ask("SELECT body FROM shop.reviews"));
    const hidden = await ask("SELECT id, password_hash FROM shop.customers");
    expect(hidden.kind).toBe("rows");
  });

  test("another task, another name and another process remember it, whoever ends the task, until a person lifts its mark", () =>
    under(REVEAL, async () => {
      const { task = "" } = await ask("SELECT body FROM shop.reviews");
      const other = () =>
        ask("SELECT email FROM shop.customers WHERE id = 1", agentOf(person, "fresh"), { purpose: "new" });
      expect((await other()).rules).toContain("untrusted-then-wider-read");
      await engine.tasks.end(task, agentOf(person));
      expect((await other()).rules).toContain("untrusted-then-wider-read");
      const second = await ask("SELECT body FROM shop.reviews", agentOf(person), { purpose: "third" });
      const lift = (id: string, who: Actor, why: string) => problemTold(engine.tasks.liftMark(id, who, why));
      // Its agent still has what it read.
      expect(await lift(second.task ?? "", person, "it is fine")).toMatchObject({ code: "task-not-ended" });
      await engine.tasks.end(second.task ?? "", person);
      await engine.tasks.end(task, person);
      expect((await other()).rules).toContain("untrusted-then-wider-read");
      expect(engine.tasks.find(task).mark).toMatchObject({ statements: 1 });
      for (const who of [agentOf(person), SERVICE, { ...PERSON, subject: "eve" }])
        expect(await lift(task, who, "let it")).toMatchObject({ code: "task-not-yours" });
      expect(await lift(task, person, " ")).toMatchObject({ code: "task-reason" });
      await engine.tasks.liftMark(task, person, "the reviews were ours");
      expect((await other()).kind).toBe("rows");
      expect(engine.tasks.find(task).mark).toBeNull();
      expect(await lift(task, person, "again")).toMatchObject({ code: "nothing-to-lift" });
    }));

  test("a program that asks beforehand, without a task yet, is told what holds for the run", () =>
    under(REVEAL, async () => {
      const text = "SELECT email FROM shop.customers WHERE id = 1";
      const check = async () => {
        const [judged] = await engine.check(profile, text, {
          actor: agentOf(person, "fresh"),
          purpose: "count users",
        });
        return judged?.decision;
      };
      expect(await check()).toMatchObject({ verdict: "allow" });
      await ask("SELECT body FROM shop.reviews");
      const before = engine.rooms.ledger.count();
      const told = await check();
      expect(told).toMatchObject({ verdict: "approve", personAgrees: true });
      expect(engine.rooms.ledger.count()).toBe(before);
      const ran = await ask(text, agentOf(person, "fresh"), { purpose: "count users" });
      expect(told?.findings.map(({ rule }) => rule)).toEqual(ran.rules);
      const [stopped] = engine.tasks.list(1);
      await engine.tasks.stop(stopped?.id ?? "", "test", "a person looks at it.");
      expect(await check()).toMatchObject({ verdict: "deny" });
    }));

  test("a write says so beside what it needs anyway", async () => {
    await under(REVEAL, () => ask("SELECT body FROM shop.reviews"));
    const write = await ask("UPDATE shop.orders SET total = 1 WHERE id = 1");
    expect(write.rules).toEqual(expect.arrayContaining(["write-needs-a-person", "untrusted-then-write"]));
    expect(write.personAgrees).toBe(true);
  });
});

describe("a program does not lift its own limits, nor make others wait", () => {
  test.each([
    "SET statement_timeout = 0",
    "SET LOCAL statement_timeout TO DEFAULT",
    "RESET statement_timeout",
    "SET work_mem = '8GB'",
    "SET lock_timeout = 0",
    "SET idle_in_transaction_session_timeout = 0",
    "SET application_name = 'payroll'",
    "SET enable_seqscan = off",
  ])("%s", async (text) => {
    const asked = await ask(text);
    expect(asked).toMatchObject({ kind: "blocked", verdict: "deny" });
    expect(asked.rules).toContain("program-setting");
  });

  test.each([
    "LOCK TABLE shop.orders",
    "LOCK shop.orders IN ACCESS SHARE MODE",
    "SELECT pg_advisory_lock(1)",
    "SELECT id FROM shop.orders FOR UPDATE",
  ])("%s", async (text) => {
    const asked = await ask(text);
    expect(asked).toMatchObject({ kind: "blocked", verdict: "deny" });
    expect(asked.rules).toContain("program-lock");
  });

  test.each(["SET search_path = shop", "SET TIME ZONE 'UTC'", "SET DateStyle = 'ISO'", "RESET ALL"])(
    "%s is as before",
    async (text) => {
      expect((await ask(text)).kind).toBe("done");
    },
  );

  test("a person still sets what they may", async () => {
    expect((await programAsks(engine, profile, "SET statement_timeout = 100000", person)).kind).toBe("done");
  });
});
