import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PERSON, World } from "../govern/governed.ts";
import { problemTold } from "../robustness/engine.ts";
import { change, undo } from "./changes.ts";

let world: World;

beforeAll(async () => {
  world = await World.open();
  await world.client.query(`
    CREATE TABLE shop.notes (id serial PRIMARY KEY, "Text" text, at timestamptz DEFAULT now(), f double precision,
      tags text[], doc json);
    INSERT INTO shop.notes ("Text") VALUES ('first');
    CREATE TABLE shop.pairs (a integer, b text, n numeric, PRIMARY KEY (a, b));
    INSERT INTO shop.pairs VALUES (1, 'x', 1);
    CREATE TABLE shop.days (id integer, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
    CREATE TABLE shop.days_old PARTITION OF shop.days FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
    CREATE TABLE shop.days_new PARTITION OF shop.days DEFAULT;
    CREATE TABLE shop.parents (id integer PRIMARY KEY, note text);
    CREATE TABLE shop.kept_children (id integer PRIMARY KEY, parent integer REFERENCES shop.parents);
    CREATE TABLE shop.children (id integer PRIMARY KEY, parent integer REFERENCES shop.parents ON DELETE CASCADE);
    ANALYZE`);
  await world.classified();
});
afterAll(() => world?.close());

const all = async (table: string): Promise<readonly unknown[]> => {
  const { rows } = await world.client.query(`SELECT t::text AS r FROM shop.${table} AS t ORDER BY 1`);
  return rows;
};

describe("undoing an INSERT", () => {
  test.each([
    ["notes", `INSERT INTO shop.notes ("Text") VALUES ('a'), (NULL)`, 2],
    [
      "notes",
      `INSERT INTO shop.notes ("Text", f, tags, doc) VALUES ('é "q" ''s''', 0.1 + 0.2, ARRAY['a,b', NULL], '{"a":  1}') -- done`,
      1,
    ],
    ["notes", `INSERT INTO shop.notes ("Text") SELECT 'n ' || n FROM generate_series(1, 700) AS n`, 700],
    ["notes", "INSERT INTO shop.notes DEFAULT VALUES", 1],
    ["notes", `WITH w AS (SELECT 'w' AS t) INSERT INTO shop.notes AS "N" ("Text") SELECT t FROM w`, 1],
    ["pairs", "INSERT INTO shop.pairs VALUES (1, 'x', 2), (2, 'y', 3.10) ON CONFLICT DO NOTHING", 1],
    ["days", "INSERT INTO shop.days VALUES (1, '2023-05-05'), (1, '2024-05-05')", 2],
    ["days_old", "INSERT INTO shop.days_old VALUES (9, '2023-05-05')", 1],
  ])("takes exactly its rows away: %s: %s", async (table, text, rows) => {
    const before = await all(table);
    const made = await change(world, text);
    expect(made).toMatchObject({ kind: "done", affected: rows });
    expect(made.undo).toEqual({ kind: "offered", recordSeq: made.seq, rows, table: `shop.${table}` });
    expect((await all(table)).length).toBe(before.length + rows);
    expect(await undo(world, made.seq)).toMatchObject({ kind: "done", affected: rows });
    expect(await all(table)).toEqual(before);
    expect(await problemTold(undo(world, made.seq))).toMatchObject({ code: "undone-already" });
  });

  test.each([
    [`INSERT INTO shop.notes ("Text") VALUES ('r') RETURNING "Text", f`, ["Text", "f"]],
    ["INSERT INTO shop.pairs VALUES (5, 'r', 5) RETURNING *", ["a", "b", "n"]],
    ["INSERT INTO shop.pairs VALUES (6, 'r', 5) RETURNING b || a AS both", ["both"]],
  ])("what it returns is as it would be without: %s", async (text, names) => {
    const [shown] = await world.ask(text, { keepChanges: true });
    expect(Object.keys(shown?.masks ?? {})).toEqual(names);
    expect(shown?.rows).toHaveLength(1);
    expect(shown?.rows[0]).toHaveLength(names.length);
  });

  test("one that inserts nothing offers nothing", async () => {
    const made = await change(world, "INSERT INTO shop.pairs VALUES (1, 'x', 2) ON CONFLICT DO NOTHING");
    expect(made).toMatchObject({ kind: "done", affected: 0, undo: undefined });
  });
});

describe("nothing is taken away", () => {
  test.each([
    ["changed", "UPDATE shop.pairs SET n = 8 WHERE a = 12"],
    ["gone", "DELETE FROM shop.pairs WHERE a = 12"],
  ])("where one of the rows is %s since", async (_what, meanwhile) => {
    const made = await change(world, "INSERT INTO shop.pairs VALUES (11, 'x', 1), (12, 'x', 1)");
    await world.client.query(meanwhile);
    const before = await all("pairs");
    const undone = await undo(world, made.seq);
    expect(undone.problem).toMatch(/^changed-since: 1 of the 2 rows has changed since/);
    expect(await all("pairs")).toEqual(before);
    await world.client.query("DELETE FROM shop.pairs WHERE a IN (11, 12)");
  });

  test("where rows of other tables would go too, or hold one of them", async () => {
    const made = await change(world, "INSERT INTO shop.parents VALUES (1, 'a'), (2, 'b')");
    await world.client.query("INSERT INTO shop.children VALUES (1, 1)");
    expect((await undo(world, made.seq)).problem).toMatch(/^not-restored: /);
    expect(await all("parents")).toHaveLength(2);
    expect(await all("children")).toHaveLength(1);
    await world.client.query("DELETE FROM shop.children; INSERT INTO shop.kept_children VALUES (1, 2)");
    expect((await undo(world, made.seq)).kind).toBe("failed");
    expect(await all("parents")).toHaveLength(2);
    await world.client.query("DELETE FROM shop.kept_children");
    expect((await undo(world, made.seq)).kind).toBe("done");
    expect(await all("parents")).toEqual([]);
  });

  test("by whoever may not write", async () => {
    const made = await change(world, "INSERT INTO shop.pairs VALUES (21, 'x', 1)");
    const agent = {
      kind: "ai_agent",
      agent: "helper",
      model: "unknown",
      host: "unknown",
      onBehalfOf: PERSON,
      asserted: true,
    } as const;
    expect(await problemTold(undo(world, made.seq, agent))).toMatchObject({ code: "undo-needs-a-person" });
    expect(await all("pairs")).toContainEqual({ r: "(21,x,1)" });
  });
});
