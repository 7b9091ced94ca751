import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "../../protocol/actor.ts";
import { PERSON, World } from "../govern/governed.ts";
import { problemTold } from "../robustness/engine.ts";
import { change, undo } from "./changes.ts";

let world: World;

beforeAll(async () => {
  world = await World.open();
  await world.client.query(`
    CREATE TABLE shop.many (id integer PRIMARY KEY, hits integer NOT NULL, pad text);
    INSERT INTO shop.many SELECT n, 0, 'x' FROM generate_series(1, 10050) AS n;
    CREATE TABLE shop.bare (id integer, hits integer); INSERT INTO shop.bare VALUES (1, 1);
    CREATE TABLE shop.wide (id integer PRIMARY KEY, hits integer, pad text);
    INSERT INTO shop.wide SELECT n, 0, repeat('y', 1000000) FROM generate_series(1, 10) AS n;
    CREATE TABLE shop.parents (id integer PRIMARY KEY, note text);
    CREATE TABLE shop.children (id integer PRIMARY KEY, parent integer REFERENCES shop.parents ON DELETE CASCADE);
    INSERT INTO shop.parents VALUES (1, 'a'), (2, 'b'); INSERT INTO shop.children VALUES (1, 1);
    CREATE TABLE shop.watched (id integer PRIMARY KEY, hits integer, at timestamptz);
    INSERT INTO shop.watched VALUES (1, 1, now());
    CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := now(); RETURN NEW; END $$;
    CREATE TRIGGER touch BEFORE UPDATE ON shop.watched FOR EACH ROW EXECUTE FUNCTION shop.touch();
    CREATE TABLE shop.animals (id integer PRIMARY KEY, note text);
    CREATE TABLE shop.dogs (tail text) INHERITS (shop.animals);
    INSERT INTO shop.animals VALUES (1, 'a'); INSERT INTO shop.dogs VALUES (2, 'b', 'long');
    CREATE TABLE shop.parts (id integer PRIMARY KEY, side integer, note text) PARTITION BY RANGE (id);
    CREATE TABLE shop.parts_all PARTITION OF shop.parts DEFAULT;
    CREATE TABLE shop.logged (id integer PRIMARY KEY);
    CREATE FUNCTION shop.log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO shop.bare VALUES (7, 7); RETURN NEW; END $$;
    CREATE TRIGGER log AFTER INSERT ON shop.logged FOR EACH ROW EXECUTE FUNCTION shop.log();
    CREATE TABLE shop.secured (id integer PRIMARY KEY);
    ALTER TABLE shop.secured ENABLE ROW LEVEL SECURITY;
    CREATE TABLE shop.computed (id integer PRIMARY KEY, twice integer GENERATED ALWAYS AS (id * 2) STORED);
    CREATE VIEW shop.few AS SELECT id, hits FROM shop.many WHERE id < 10;
    ANALYZE`);
  await world.classified();
});
afterAll(() => world?.close());

const value = async (sql: string): Promise<unknown> => {
  const { rows } = await world.client.query<[unknown]>({ text: sql, rowMode: "array" });
  return rows[0]?.[0];
};

describe("a change that cannot be undone runs, and says why it cannot", () => {
  test.each([
    ["INSERT INTO shop.bare VALUES (2, 2)", "shop.bare has no primary key"],
    [
      "INSERT INTO shop.many VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET hits = 2",
      "it may change rows that are there already",
    ],
    ["INSERT INTO shop.logged VALUES (1)", "shop.logged has triggers, and what they do is not undone"],
    ["INSERT INTO shop.secured VALUES (1)", "shop.secured has row security"],
    ["INSERT INTO shop.computed (id) VALUES (1)", "shop.computed has computed columns"],
    [
      "WITH gone AS (DELETE FROM shop.bare WHERE id = 99 RETURNING id) INSERT INTO shop.many SELECT id, 1 FROM gone",
      "it changes more than one table",
    ],
    [
      "MERGE INTO shop.many AS m USING shop.bare AS b ON m.id = b.id WHEN MATCHED THEN UPDATE SET hits = 3",
      "only the rows of INSERT, UPDATE and DELETE are kept",
    ],
    ["UPDATE shop.bare SET hits = 2 WHERE id = 1", "shop.bare has no primary key"],
    ["UPDATE shop.many SET id = -1 WHERE id = 1", "it changes the primary key"],
    [
      "UPDATE shop.watched SET hits = 2 WHERE id = 1",
      "shop.watched has triggers, and what they do is not undone",
    ],
    ["UPDATE shop.animals SET note = 'c' WHERE id = 1", "other tables inherit from shop.animals"],
    ["UPDATE shop.few SET hits = 2 WHERE id = 3", "shop.many is not written as a table of its own"],
    [
      "UPDATE shop.many SET hits = 1 FROM shop.bare AS b WHERE b.id = many.id AND many.id = 2",
      "it uses more than one table",
    ],
    [
      "WITH one AS (SELECT 3 AS id) DELETE FROM shop.many WHERE id IN (SELECT id FROM one)",
      "it uses more than one table",
    ],
    [
      "UPDATE shop.many SET hits = 1 WHERE id = 4 AND random() >= 0",
      "its condition cannot be asked on its own",
    ],
    ["DELETE FROM shop.parents WHERE id = 1", "it moved rows, or changed rows of other tables"],
  ])("%s", async (text, reason) => {
    const made = await change(world, text);
    expect(made).toMatchObject({ kind: "done", undo: { kind: "none", reason } });
    expect(await problemTold(undo(world, made.seq))).toMatchObject({ code: "change-not-kept" });
  });

  test("where more rows change than are kept", async () => {
    const planned = await change(world, "UPDATE shop.many SET hits = 1 WHERE id > 100");
    expect(planned.undo).toMatchObject({
      kind: "none",
      reason: expect.stringMatching(
        /^the planner expected [\d,]+ rows, and more than 1,000 rows are not kept$/,
      ),
    });
    // The planner takes a comparison of two columns for a rare match.
    const unplanned = await change(world, "UPDATE shop.many SET hits = 2 WHERE length(pad) = abs(-1)");
    expect(unplanned).toMatchObject({
      kind: "done",
      undo: { kind: "none", reason: "it changes more than 10,000 rows" },
    });
    expect(await value("SELECT count(*)::int FROM shop.many WHERE hits = 2")).toBeGreaterThan(10_000);
  });

  test("where its rows are too large", async () => {
    const made = await change(world, "UPDATE shop.wide SET hits = 1 WHERE id > 0");
    expect(made).toMatchObject({
      affected: 10,
      undo: { kind: "none", reason: "the rows it changes are too large to be kept" },
    });
    expect((await change(world, "UPDATE shop.wide SET hits = 2 WHERE id <= 5")).undo).toMatchObject({
      rows: 5,
    });
  });

  test("where values as the session prints them could be read otherwise", async () => {
    await change(world, "SET extra_float_digits = 0", { session: "rounded" });
    const rounded = await change(world, "UPDATE shop.many SET hits = 3 WHERE id = 6", { session: "rounded" });
    expect(rounded.undo).toMatchObject({ reason: "this session's extra_float_digits rounds numbers" });
    await change(world, "SET DateStyle = 'SQL, DMY'", { session: "dated" });
    const dated = await change(world, "UPDATE shop.many SET hits = 3 WHERE id = 6", { session: "dated" });
    expect(dated.undo).toMatchObject({ reason: "this session's DateStyle is not ISO" });
  });
});

describe("nothing is kept", () => {
  test("where nobody asked for it, and of what changes no row", async () => {
    const unasked = await change(world, "UPDATE shop.many SET hits = 4 WHERE id = 7", { keepChanges: false });
    expect(unasked).toMatchObject({ kind: "done", undo: undefined });
    const empty = await change(world, "UPDATE shop.many SET hits = 4 WHERE id = 0");
    expect(empty).toMatchObject({ affected: 0, undo: undefined });
    for (const { seq } of [unasked, empty]) {
      expect(await problemTold(undo(world, seq))).toMatchObject({ code: "change-not-kept" });
    }
  });

  test("of a write that was rolled back", async () => {
    world.environment = "production";
    await world.classified();
    const dba: Actor = { ...PERSON, groups: ["sluice-dba"] };
    const over = await change(world, "UPDATE shop.many SET hits = 9 WHERE length(pad) = abs(-1)", {
      actor: dba,
    });
    expect(over.problem).toMatch(/^too-many-rows: /);
    const failed = await change(world, "UPDATE shop.many SET hits = NULL WHERE id = 8", { actor: dba });
    expect(failed.kind).toBe("failed");
    for (const { seq } of [over, failed]) {
      expect(await problemTold(undo(world, seq, dba))).toMatchObject({ code: "change-not-kept" });
    }
    world.environment = "development";
    await world.classified();
  });

  test("longer than for the last 50 changes", async () => {
    const made: number[] = [];
    for (let n = 0; n < 51; n++) {
      const one = await change(world, `UPDATE shop.many SET hits = ${100 + n} WHERE id = ${200 + n}`);
      expect(one.undo).toMatchObject({ kind: "offered", rows: 1 });
      made.push(one.seq);
    }
    const [first, second] = made;
    expect(await problemTold(undo(world, first ?? -1))).toMatchObject({ code: "change-not-kept" });
    expect((await undo(world, second ?? -1)).kind).toBe("done");
  });
});

test("a write that waits for a row others hold keeps what it changed, not what it saw", async () => {
  await world.client.query("BEGIN; UPDATE shop.many SET hits = 55 WHERE id = 300");
  const waiting = change(world, "UPDATE shop.many SET hits = hits + 1 WHERE id = 300");
  const waits =
    "SELECT count(*)::int FROM pg_stat_activity WHERE application_name LIKE 'sluice/%' AND wait_event_type = 'Lock'";
  while ((await value(waits)) !== 1) await value("SELECT 1 FROM pg_sleep(0.01)");
  await world.client.query("COMMIT");
  const made = await waiting;
  expect(made.undo).toMatchObject({ kind: "offered", rows: 1 });
  expect(await value("SELECT hits FROM shop.many WHERE id = 300")).toBe(56);
  expect((await undo(world, made.seq)).kind).toBe("done");
  expect(await value("SELECT hits FROM shop.many WHERE id = 300")).toBe(55);
});
