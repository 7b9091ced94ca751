import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "../../protocol/actor.ts";
import { PERSON, World } from "./governed.ts";

let world: World;

beforeAll(async () => {
  world = await World.open();
  world.environment = "production";
  await world.client.query(`
    CREATE TABLE shop.counters (id integer PRIMARY KEY, hits integer NOT NULL);
    INSERT INTO shop.counters SELECT n, 0 FROM generate_series(1, 1500) AS n;
    CREATE TABLE shop.parents (id integer PRIMARY KEY);
    CREATE TABLE shop.children (id integer PRIMARY KEY, parent integer REFERENCES shop.parents ON DELETE CASCADE);
    INSERT INTO shop.parents VALUES (1), (2);
    INSERT INTO shop.children SELECT n, 1 FROM generate_series(1, 1500) AS n;
    ANALYZE`);
  await world.classified();
});
afterAll(() => world?.close());

/** May write in production, up to 1,000 rows. */
const DBA: Actor = { ...PERSON, groups: ["sluice-dba"] };
const write = (text: string) => world.last(text, { actor: DBA, session: "writes" });
const value = async (sql: string): Promise<unknown> => {
  const { rows } = await world.client.query<[unknown]>({ text: sql, rowMode: "array" });
  return rows[0]?.[0];
};

describe("a write", () => {
  test("over the limit is rolled back, and how many it was is told", async () => {
    const seen = await write("UPDATE shop.counters SET hits = 1 WHERE id % 7 >= 0");
    expect(seen.problem).toBe(
      "too-many-rows: 1,500 rows would have changed, and the limit here is 1,000. It was rolled back; nothing changed.",
    );
    expect(await value("SELECT sum(hits)::int FROM shop.counters")).toBe(0);
  });

  test("counts the rows it brings others to change", async () => {
    const seen = await write("DELETE FROM shop.parents WHERE id = 1");
    expect(seen.problem).toMatch(/^too-many-rows: 1,501 rows/);
    expect(await value("SELECT count(*)::int FROM shop.children")).toBe(1_500);
  });

  test("over the limit inside of a transaction undoes itself alone", async () => {
    const seen = await world.ask(
      "BEGIN; UPDATE shop.counters SET hits = 2 WHERE id = 3; UPDATE shop.counters SET hits = 9 WHERE id % 7 >= 0; COMMIT",
      { actor: DBA, session: "writes" },
    );
    expect(seen.map(({ kind }) => kind)).toEqual(["done", "done", "failed", "done"]);
    expect(await value("SELECT sum(hits)::int FROM shop.counters")).toBe(2);
  });

  test("within the limit says how many rows it changed", async () => {
    expect((await write("UPDATE shop.counters SET hits = 5 WHERE id <= 12")).affected).toBe(12);
    expect(await value("SELECT count(*)::int FROM shop.counters WHERE hits = 5")).toBe(12);
  });

  test("is told beforehand how many rows the planner expects, unless hidden columns would tell", async () => {
    const [planned] = await check("UPDATE shop.counters SET hits = 6 WHERE id <= 20");
    expect(planned).toBeGreaterThan(10);
    expect(planned).toBeLessThan(300);
    expect(await check("UPDATE shop.customers SET loyalty_points = 1 WHERE email = 'x@y.z'")).toEqual([
      undefined,
    ]);
    expect((await write("UPDATE shop.counters SET hits = 5 WHERE id <= 20")).plannedRows).toBe(planned);
  });
});

describe("a read of a large table", () => {
  beforeAll(async () => {
    await world.client.query(`
      CREATE TABLE shop.visits (id integer PRIMARY KEY, page text NOT NULL, visitor_email text NOT NULL);
      INSERT INTO shop.visits SELECT n, 'page ' || n % 100, n || '@example.org' FROM generate_series(1, 120000) AS n;
      ANALYZE shop.visits`);
    await world.restart();
  });
  const rules = async (text: string): Promise<readonly string[]> => {
    const judged = await world.engine.check(world.profile, text, { actor: DBA });
    return judged.flatMap(({ decision }) => decision.findings.map(({ rule }) => rule));
  };

  test.each([
    ["SELECT id FROM shop.visits", ["no-limit-large-table"]],
    ["SELECT id FROM shop.visits WHERE id > 5", ["no-limit-large-table"]],
    ["SELECT id FROM shop.visits WHERE page LIKE '%7' LIMIT 5", ["leading-wildcard"]],
    ["SELECT id FROM shop.visits WHERE id > 5 LIMIT 10", []],
    ["SELECT id FROM shop.visits WHERE id = 5", []],
    ["SELECT page, count(*) FROM shop.visits GROUP BY page", []],
    ["SELECT count(*) FROM shop.visits", []],
  ])("%s", async (text, expected) => {
    expect(await rules(text)).toEqual(expected);
  });

  test("is not planned by what is hidden", async () => {
    expect(await check("SELECT id FROM shop.visits WHERE visitor_email > '5'")).toEqual([undefined]);
    expect(await check("SELECT id FROM shop.visits WHERE id > 60000")).toEqual([expect.any(Number)]);
  });
});

async function check(text: string): Promise<readonly (number | undefined)[]> {
  const judged = await world.engine.check(world.profile, text, { actor: DBA });
  return judged.map(({ report }) => report.plannedRows);
}

describe("what was judged is what runs", () => {
  test("a read of a table that another connection changed shows nothing, and then what is there", async () => {
    const read = () => world.last("SELECT * FROM shop.products ORDER BY id LIMIT 1", { session: "reads" });
    expect((await read()).rows).toEqual([["1", "Product 1", "10.00"]]);
    await world.client.query(
      "ALTER TABLE shop.products ADD COLUMN buyer_email text DEFAULT 'ada@example.org'",
    );
    const shut = await read();
    expect(shut.problem).toMatch(/^plan-mismatch: /);
    expect(shut.rows).toEqual([]);
    const again = await read();
    expect(again.masks.buyer_email).toBe("email");
    expect(JSON.stringify(again)).not.toContain("ada@example.org");
  });

  test("a write to a table that another connection changed changes nothing", async () => {
    await write("UPDATE shop.counters SET hits = 0 WHERE id = 1");
    await world.client.query(`
      CREATE FUNCTION shop.more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.hits := 77; RETURN NEW; END $$;
      CREATE TRIGGER more BEFORE UPDATE ON shop.counters FOR EACH ROW EXECUTE FUNCTION shop.more()`);
    expect((await write("UPDATE shop.counters SET hits = 1 WHERE id = 1")).problem).toMatch(
      /^plan-mismatch: /,
    );
    expect(await value("SELECT hits FROM shop.counters WHERE id = 1")).toBe(0);
  });
});

/** Sessions of the agent that wait for a lock, or that do nothing. */
const sessions = (state: "waiting" | "busy"): Promise<unknown> =>
  value(
    `SELECT count(*)::int FROM pg_stat_activity WHERE application_name LIKE 'sluice/%' AND ${
      state === "waiting" ? "wait_event_type = 'Lock'" : "state <> 'idle'"
    }`,
  );
async function until(state: "waiting" | "busy", wanted: number): Promise<void> {
  // In a transaction the server tells what others do as it was when it was first asked.
  while ((await sessions(state)) !== wanted)
    await value("SELECT 1 FROM pg_sleep(0.01), pg_stat_clear_snapshot()");
}

describe("the statements of a session", () => {
  test("run strictly in turn", async () => {
    await world.last("SELECT 1", { session: "turns" });
    await world.client.query("BEGIN; LOCK TABLE shop.parents");
    const ended: string[] = [];
    const first = world.last("SELECT id FROM shop.parents ORDER BY id", { session: "turns" });
    const second = world.last("SELECT 2", { session: "turns" });
    void first.then(() => ended.push("first"));
    void second.then(() => ended.push("second"));
    await until("waiting", 1);
    const other = await world.last("SELECT 3", { session: "another" });
    expect(other.rows).toEqual([["3"]]);
    expect(ended).toEqual([]);
    await world.client.query("COMMIT");
    expect((await first).rows).toEqual([["1"], ["2"]]);
    expect((await second).rows).toEqual([["2"]]);
    expect(ended).toEqual(["first", "second"]);
  });

  test("stop on the server when they are cancelled, and the session goes on", async () => {
    const before = await world.last("SELECT pg_backend_pid()", { session: "stopped" });
    await world.client.query("BEGIN; LOCK TABLE shop.parents");
    const abort = new AbortController();
    const stopped = world.last("SELECT id FROM shop.parents", { session: "stopped", signal: abort.signal });
    await until("waiting", 1);
    abort.abort();
    expect((await stopped).kind).toBe("cancelled");
    await until("waiting", 0);
    await until("busy", 0);
    await world.client.query("COMMIT");
    const after = await world.last("SELECT pg_backend_pid()", { session: "stopped" });
    expect(after.rows).toEqual(before.rows);
  });
});
