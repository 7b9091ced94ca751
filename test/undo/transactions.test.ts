import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { World } from "../govern/governed.ts";
import { problemTold } from "../robustness/engine.ts";
import { change, undo } from "./changes.ts";
import { transactionsHold } from "./inTransactions.ts";
import { undoneIsAsBefore } from "./randomWrites.ts";

let world: World;

beforeAll(async () => {
  world = await World.open();
  await world.client.query(`
    CREATE TABLE shop.counters (id integer PRIMARY KEY, hits integer NOT NULL UNIQUE DEFERRABLE INITIALLY DEFERRED);
    CREATE TABLE shop.played (id integer PRIMARY KEY, t text, n numeric, f double precision, b bytea, ts timestamptz);
    INSERT INTO shop.played (id) SELECT n FROM generate_series(1, 12) AS n;
    INSERT INTO shop.counters SELECT n, -n FROM generate_series(1, 200) AS n`);
  await world.classified();
});
afterAll(() => world?.close());

const all = async (table = "counters"): Promise<readonly unknown[]> => {
  const { rows } = await world.client.query(`SELECT t::text AS r FROM shop.${table} AS t ORDER BY id`);
  return rows;
};

transactionsHold({ place: () => world, all, table: "shop.counters" });

describe("a transaction of PostgreSQL", () => {
  test("that has failed is rolled back by its COMMIT, and offers nothing", async () => {
    const before = await all();
    await change(world, "BEGIN");
    const made = await change(world, "UPDATE shop.counters SET hits = 1 WHERE id = 90");
    expect(made.undo).toMatchObject({ kind: "pending" });
    // A failure inside of a statement is undone alone; one at COMMIT takes everything along.
    expect((await change(world, "UPDATE shop.counters SET hits = NULL WHERE id = 91")).kind).toBe("failed");
    await change(world, "UPDATE shop.counters SET hits = -1 WHERE id = 92");
    const ended = await change(world, "COMMIT");
    expect(ended).toMatchObject({ kind: "failed", committed: [] });
    const seq = made.undo?.kind === "pending" ? made.undo.recordSeq : -1;
    expect(await problemTold(undo(world, seq))).toMatchObject({ code: "change-not-kept" });
    expect(await all()).toEqual(before);
    await change(world, "BEGIN");
    await change(world, "UPDATE shop.counters SET hits = 2 WHERE id = 93");
    expect((await change(world, "SET statement_timeout = 'soon'")).kind).toBe("failed");
    expect(await change(world, "COMMIT")).toMatchObject({ kind: "done", committed: [] });
    expect(await all()).toEqual(before);
  });

  test("that has failed goes on from a savepoint with what was before it", async () => {
    await change(world, "BEGIN");
    await change(world, "UPDATE shop.counters SET hits = 5 WHERE id = 96");
    await change(world, "SAVEPOINT here");
    await change(world, "UPDATE shop.counters SET hits = 6 WHERE id = 97");
    expect((await change(world, "SET statement_timeout = 'soon'")).kind).toBe("failed");
    await change(world, "ROLLBACK TO here");
    const { committed } = await change(world, "COMMIT");
    expect(committed).toHaveLength(1);
    expect((await undo(world, committed[0]?.recordSeq ?? -1)).problem).toBeNull();
  });

  test("that commits and chains another offers its own changes", async () => {
    await change(world, "BEGIN");
    await change(world, "UPDATE shop.counters SET hits = 3 WHERE id = 94");
    expect((await change(world, "COMMIT AND CHAIN")).committed).toHaveLength(1);
    await change(world, "UPDATE shop.counters SET hits = 4 WHERE id = 95");
    expect((await change(world, "BEGIN")).committed).toEqual([]);
    expect((await change(world, "ROLLBACK AND CHAIN")).committed).toEqual([]);
    expect((await change(world, "COMMIT")).committed).toEqual([]);
  });

  test("keeps at most as much as is kept at all", async () => {
    await change(world, "BEGIN");
    for (let n = 0; n < 52; n++) {
      await change(world, `UPDATE shop.counters SET hits = ${1000 + n} WHERE id = ${100 + n}`);
    }
    expect((await change(world, "COMMIT")).committed).toHaveLength(50);
  });
});

/** Each run opens sessions of its own. */
const LONG = 180_000;

test(
  "random writes, undone from the last to the first, leave every byte as it was",
  async () => {
    const literals = {
      t: ["'it''s \\ é 👩‍💻 $1'", "''", "' '", "NULL"],
      n: ["12345678901234567890.01234567890", "1.10", "'NaN'", "NULL"],
      f: ["0.1::float8 + 0.2::float8", "'-0'", "'Infinity'", "'NaN'", "5e-324", "NULL"],
      b: ["'\\x00ff'", "''", "NULL"],
      ts: ["'2024-10-27 02:30:00.123456+02'", "'infinity'", "'0044-03-15 12:00:00+00 BC'", "NULL"],
    };
    await undoneIsAsBefore(
      { place: () => world, table: "shop.played", literals, all: () => all("played") },
      15,
    );
  },
  LONG,
);
