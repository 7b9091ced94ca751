import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PERSON, World } from "../govern/governed.ts";
import { problemTold } from "../robustness/engine.ts";
import { change, undo } from "./changes.ts";

/** Found nowhere but in rows: wherever else it turns up, a raw value was written down. */
const MARKER = "marker-7f3a9c";

let world: World;

beforeAll(async () => {
  world = await World.open();
  await world.client.query(`
    CREATE TYPE shop.mood AS ENUM ('calm', 'it''s "odd"');
    CREATE TYPE shop.place AS (street text, number integer, at timestamptz);
    CREATE DOMAIN shop.short AS varchar(12) CHECK (length(VALUE) < 12);
    CREATE TABLE shop.kinds (
      id integer GENERATED ALWAYS AS IDENTITY,
      part text,
      n numeric, n2 numeric(12, 4), f double precision, r real, big bigint, yes boolean,
      t text, c char(8), v varchar(20), short shop.short, one "char", name name,
      at timestamptz, at3 timestamp(3), day date, hour time, hourtz timetz, span interval, price money,
      j json, jb jsonb, x xml, bytes bytea, u uuid, net inet, bits bit varying,
      mood shop.mood, place shop.place, places shop.place[],
      ints integer[][], texts text[], moods shop.mood[], range tstzrange, ranges int4multirange,
      point point, vector tsvector, class regclass,
      doubled numeric GENERATED ALWAYS AS (n * 2) STORED,
      touched text,
      PRIMARY KEY (id, part));
    INSERT INTO shop.kinds (part, n, n2, f, r, big, yes, t, c, v, short, one, name, at, at3, day, hour, hourtz, span,
      price, j, jb, x, bytes, u, net, bits, mood, place, places, ints, texts, moods, range, ranges, point, vector,
      class, touched)
    VALUES
      ('a ''quoted'' "part"', 1.10, -12.3400, 0.1 + 0.2::float8, 1e-37, 9223372036854775807, true,
       E'tab\\t ''single'' "double" \\\\ back $1 $$ é 漢字 👩‍💻 ${MARKER}', 'pad', 'va', 'dom', 'x', 'a name',
       '2024-10-27 02:30:00.123456+02', '2024-02-29 23:59:59.999', '0044-03-15 BC', '24:00', '12:00+05:30',
       '-1 year 2 mons -3 days +04:05:06.000007', 12345.67, '{"b": 1,  "a": [1, null, "x"], "b": 2}',
       '{"b": 1, "a": {"k": "v"}}', '<a b="c">é</a>', '\\x00ff10', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
       '192.168.0.1/24', B'10101', 'it''s "odd"', ROW('Main, "St" \\', 7, '2024-01-01 00:00:00+00'),
       ARRAY[ROW('a', 1, NULL)::shop.place, NULL], '{{1,2},{3,NULL}}', ARRAY['NULL', NULL, '', 'a,b', '{c}', '"'],
       ARRAY['calm', 'it''s "odd"']::shop.mood[], '[2024-01-01 00:00+00,)', '{[1,3), [5,7)}', '(1.5,-2)',
       'a:1 fat:2,4', 'shop.customers', NULL),
      ('nothing', NULL, NULL, 'NaN', '-Infinity', NULL, NULL, '', '', '', NULL, '', '', 'infinity', NULL, '-infinity', NULL, NULL, NULL, NULL,
       'null', 'null', NULL, '\\x', NULL, NULL, '', NULL, ROW(NULL, NULL, NULL), '{}', '{}', '{}', '{}', 'empty', '{}', NULL, '', NULL, '');
    CREATE TABLE shop.counters (id integer PRIMARY KEY, hits integer NOT NULL);
    INSERT INTO shop.counters SELECT n, n FROM generate_series(1, 1200) AS n;
    CREATE TABLE shop.events (id integer, day date, note text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
    CREATE TABLE shop.events_old PARTITION OF shop.events FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
    CREATE TABLE shop.events_new PARTITION OF shop.events FOR VALUES FROM ('2024-01-01') TO (MAXVALUE);
    INSERT INTO shop.events SELECT n, date '2023-12-25' + n, 'note ' || n FROM generate_series(1, 20) AS n;
    ANALYZE`);
  await world.classified();
});
afterAll(() => world?.close());

/** All of a table as the server prints it, and where nothing but the values is compared. */
const all = async (table: string): Promise<readonly unknown[]> => {
  const { rows } = await world.client.query(
    `SELECT to_jsonb(t)::text AS j, t::text AS r FROM shop.${table} AS t ORDER BY t.id`,
  );
  return rows;
};

describe("undoing", () => {
  test("an UPDATE puts every kind of value back exactly", async () => {
    const before = await all("kinds");
    const made = await change(
      world,
      `UPDATE shop.kinds AS k SET n = 7, n2 = 1, f = 1, r = 1, big = 1, yes = false, t = 'gone', c = 'c', v = 'v',
         short = 's', one = 'y', name = 'n', at = now(), at3 = now(), day = now(), hour = '01:00', hourtz = '01:00+01',
         span = '1 day', price = 1, j = '1', jb = '1', x = '<b/>', bytes = '\\x01', u = gen_random_uuid(), net = '::1',
         bits = B'1', mood = 'calm', place = NULL, places = NULL, ints = NULL, texts = NULL, moods = NULL, range = NULL,
         ranges = NULL, point = NULL, vector = NULL, class = NULL, touched = 'x' WHERE k.id > 0 -- all`,
    );
    expect(made).toMatchObject({ kind: "done", affected: 2 });
    expect(made.undo).toEqual({ kind: "offered", recordSeq: made.seq, rows: 2, table: "shop.kinds" });
    expect(await all("kinds")).not.toEqual(before);
    expect(await undo(world, made.seq)).toMatchObject({ kind: "done", affected: 2 });
    expect(await all("kinds")).toEqual(before);
  });

  test("a DELETE puts rows back with their keys, generated ones too", async () => {
    const before = await all("kinds");
    const made = await change(world, `DELETE FROM shop.kinds WHERE part LIKE 'a ''%' OR (part = 'nothing')`);
    expect(made.undo).toEqual({ kind: "offered", recordSeq: made.seq, rows: 2, table: "shop.kinds" });
    expect(await all("kinds")).toEqual([]);
    expect(await undo(world, made.seq)).toMatchObject({ kind: "done", affected: 2 });
    expect(await all("kinds")).toEqual(before);
  });

  test("a change with RETURNING, quoted words, and 700 rows", async () => {
    const before = await all("counters");
    const made = await change(
      world,
      `UPDATE "shop"."counters" SET hits = hits + 1 WHERE id <= 700 AND 'where returning' <> '--' RETURNING id`,
    );
    expect(made.kind).toBe("rows");
    expect(made.undo).toEqual({ kind: "offered", recordSeq: made.seq, rows: 700, table: "shop.counters" });
    expect(await undo(world, made.seq)).toMatchObject({ affected: 700 });
    expect(await all("counters")).toEqual(before);
  });

  test("a change of rows in several partitions", async () => {
    const before = await all("events");
    const updated = await change(world, "UPDATE shop.events SET note = 'x' WHERE id BETWEEN 3 AND 12");
    expect(updated.undo).toMatchObject({ kind: "offered", rows: 10 });
    await undo(world, updated.seq);
    expect(await all("events")).toEqual(before);
    const deleted = await change(world, "DELETE FROM shop.events WHERE id BETWEEN 3 AND 12");
    await undo(world, deleted.seq);
    expect(await all("events")).toEqual(before);
  });

  test("values mean the same whatever the session had set", async () => {
    const before = await all("kinds");
    await change(world, "SET TimeZone = 'America/St_Johns'", { session: "set" });
    await change(world, "SET IntervalStyle = 'sql_standard'", { session: "set" });
    const made = await change(world, "UPDATE shop.kinds SET at = now(), span = '1 day' WHERE id > 0", {
      session: "set",
    });
    expect(made.undo).toMatchObject({ kind: "offered" });
    expect((await undo(world, made.seq)).problem).toBeNull();
    expect(await all("kinds")).toEqual(before);
  });

  test("changes that build on each other can be undone from the last to the first", async () => {
    const before = await all("counters");
    const first = await change(world, "UPDATE shop.counters SET hits = -1 WHERE id = 5");
    const second = await change(world, "UPDATE shop.counters SET hits = -2 WHERE id = 5");
    expect((await undo(world, first.seq)).problem).toMatch(/^changed-since: The row has changed since/);
    expect((await undo(world, second.seq)).kind).toBe("done");
    expect((await undo(world, first.seq)).kind).toBe("done");
    expect(await all("counters")).toEqual(before);
  });

  test("works once", async () => {
    const made = await change(world, "UPDATE shop.counters SET hits = -7 WHERE id = 7");
    const both = await Promise.allSettled([undo(world, made.seq), undo(world, made.seq)]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(await problemTold(undo(world, made.seq))).toMatchObject({ code: "undone-already" });
  });
});

describe("undoing is refused, and nothing changes,", () => {
  test("where a row was changed since, in any column", async () => {
    const made = await change(world, "UPDATE shop.customers SET loyalty_points = 900 WHERE id IN (1, 2, 3)");
    expect(made.undo).toMatchObject({ kind: "offered", rows: 3 });
    await world.client.query("UPDATE shop.customers SET phone = NULL WHERE id = 2");
    const now = await all("customers");
    const refused = await undo(world, made.seq);
    expect(refused).toMatchObject({ kind: "failed" });
    expect(refused.problem).toBe(
      "changed-since: 1 of the 3 rows has changed since, so this change cannot be undone. Nothing was changed.",
    );
    expect(await all("customers")).toEqual(now);
  });

  test("where a row was deleted, or a deleted one is there again", async () => {
    const updated = await change(world, "UPDATE shop.counters SET hits = 0 WHERE id IN (20, 21)");
    await world.client.query("DELETE FROM shop.counters WHERE id = 20");
    expect((await undo(world, updated.seq)).problem).toMatch(/^changed-since: 1 of the 2 rows/);
    const deleted = await change(world, "DELETE FROM shop.counters WHERE id IN (30, 31)");
    await world.client.query("INSERT INTO shop.counters VALUES (30, 30), (31, 31)");
    expect((await undo(world, deleted.seq)).problem).toMatch(/^changed-since: All 2 rows have changed/);
  });

  test("where the table is defined otherwise now", async () => {
    const made = await change(world, "UPDATE shop.counters SET hits = 0 WHERE id = 40");
    await world.client.query("ALTER TABLE shop.counters ADD COLUMN note text");
    const told = await problemTold(undo(world, made.seq));
    expect(told.message).toMatch(/^The definition of shop\.counters has changed since/);
  });

  test("to who may not write", async () => {
    const made = await change(world, "UPDATE shop.counters SET hits = 0 WHERE id = 50");
    const agent = {
      kind: "ai_agent",
      agent: "helper",
      model: "unknown",
      host: "unknown",
      onBehalfOf: PERSON,
      asserted: true,
    } as const;
    const now = await all("counters");
    expect(await problemTold(undo(world, made.seq, agent))).toMatchObject({ code: "undo-needs-a-person" });
    expect(await all("counters")).toEqual(now);
    expect((await undo(world, made.seq)).kind).toBe("done");
  });

  test("where a constraint stands against it", async () => {
    await world.client.query(`
      CREATE TABLE shop.owners (id integer PRIMARY KEY);
      CREATE TABLE shop.pets (id integer PRIMARY KEY, owner integer REFERENCES shop.owners);
      INSERT INTO shop.owners VALUES (1); INSERT INTO shop.pets VALUES (1, 1)`);
    const made = await change(world, "DELETE FROM shop.pets WHERE id = 1");
    await world.client.query("DELETE FROM shop.owners");
    const refused = await undo(world, made.seq);
    expect(refused.kind).toBe("failed");
    expect(await all("pets")).toEqual([]);
  });

  test("once the connection was forgotten", async () => {
    const made = await change(world, "UPDATE shop.counters SET hits = 1 WHERE id = 60");
    await world.engine.open.forget(world.profile.id);
    await world.classified();
    expect(await problemTold(undo(world, made.seq))).toMatchObject({ code: "change-not-kept" });
  });
});

test("a value that was put back keeps the label it has, and gives it to no other column", async () => {
  const labels = () => JSON.stringify([...world.engine.open.database(world.profile).labels()].sort());
  const before = labels();
  const made = await change(
    world,
    "UPDATE shop.customers SET email = 'a@b.test', loyalty_points = 3 WHERE id = 9",
  );
  expect((await undo(world, made.seq)).kind).toBe("done");
  expect(labels()).toBe(before);
});

test("what was kept is in no record and no file, and the record tells of what was undone", async () => {
  const made = await change(world, "UPDATE shop.kinds SET t = 'plain' WHERE id = 1");
  const undone = await undo(world, made.seq);
  const [entry] = world.engine.rooms.ledger.listActivity(1);
  expect(entry).toMatchObject({
    outcome: "done",
    statement: 'UPDATE "shop"."kinds" SET "t" = $1 WHERE "id" = $2 AND "part" = $3',
  });
  const failing = await change(world, "UPDATE shop.kinds SET t = 'plain' WHERE id = 1");
  await world.client.query("UPDATE shop.kinds SET touched = 'meanwhile' WHERE id = 1");
  const refused = await undo(world, failing.seq);
  expect(JSON.stringify([made, undone, failing, refused])).not.toContain(MARKER);
  const { rows } = await world.client.query("SELECT t FROM shop.kinds WHERE id = 1");
  expect(rows).toEqual([{ t: "plain" }]);
  await world.restart();
  const files = fs
    .readdirSync(world.home, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile());
  expect(files.length).toBeGreaterThan(0);
  const texts = files.map((one) => fs.readFileSync(path.join(one.parentPath, one.name), "latin1"));
  expect(texts.some((text) => text.includes(`undo of record ${made.seq}`))).toBe(true);
  expect(texts.filter((text) => text.includes(MARKER))).toEqual([]);
});
