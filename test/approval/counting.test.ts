import fs from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, newHome, profileOf } from "../robustness/engine.ts";
import type { Place } from "../undo/changes.ts";
import { SqlitePlace } from "../undo/sqlitePlace.ts";
import { countingOf, expectExactCounts, expectNoCounts } from "./countedWrites.ts";

describe("on PostgreSQL", () => {
  let server: TestPostgres;
  let client: pg.Client;
  let home: string;
  let engine: Engine;
  let place: Place;

  beforeAll(async () => {
    server = await startPostgres();
    client = new pg.Client({ connectionString: server.connectionString });
    await client.connect();
    await client.query(
      `CREATE SCHEMA shop;
       CREATE TABLE shop.goods (id int PRIMARY KEY, title text, price numeric, "where" text, at timestamptz DEFAULT now());
       INSERT INTO shop.goods SELECT n, 'Title ' || n, n % 10, CASE WHEN n % 3 = 0 THEN 'here' END, now() - n * interval '1 day'
         FROM generate_series(1, 300) n;
       CREATE TABLE shop.keyless AS SELECT n % 7 AS n FROM generate_series(1, 100) n;
       CREATE TABLE shop.parted (id int, n int) PARTITION BY RANGE (id);
       CREATE TABLE shop.parted_a PARTITION OF shop.parted FOR VALUES FROM (0) TO (50);
       CREATE TABLE shop.parted_b PARTITION OF shop.parted FOR VALUES FROM (50) TO (100);
       INSERT INTO shop.parted SELECT n, n % 4 FROM generate_series(0, 99) n;
       CREATE TABLE shop.parent (n int); CREATE TABLE shop.child () INHERITS (shop.parent);
       INSERT INTO shop.parent VALUES (1), (2); INSERT INTO shop.child VALUES (2), (3);
       CREATE VIEW shop.cheap AS SELECT * FROM shop.goods WHERE price < 3;
       CREATE FUNCTION shop.chosen(int) RETURNS boolean LANGUAGE sql AS 'SELECT $1 < 5';
       ANALYZE`,
    );
    home = newHome();
    engine = await engineIn(home);
    const profile = profileOf(server);
    engine.open.passwords.use(profile.id, server.password);
    await engine.open.database(profile).whenClassified();
    place = { engine, profile };
  });
  afterAll(async () => {
    await engine.close();
    await client.end();
    await server.stop();
    fs.rmSync(home, { recursive: true, force: true });
  });

  const counted = async (read: string): Promise<number> =>
    Number((await client.query<{ matching: string }>(read)).rows[0]?.matching);
  const affected = async (write: string): Promise<number> => {
    await client.query("BEGIN");
    const { rowCount } = await client.query(write);
    await client.query("ROLLBACK");
    return rowCount ?? -1;
  };

  test("a count is what the server then changes", async () => {
    await expectExactCounts(
      place,
      [
        "UPDATE shop.goods SET title = 'x' WHERE id <= 7",
        "UPDATE shop.goods SET title = 'x'",
        "update shop.goods as g set title = g.title || '!' where g.price between 2 and 4 and g.\"where\" is not null",
        `UPDATE shop.goods SET "where" = 'WHERE id = 1 RETURNING' WHERE "where" = 'here' RETURNING id`,
        "DELETE FROM shop.goods WHERE id IN (SELECT n FROM shop.keyless WHERE n > 2)",
        "DELETE FROM shop.goods WHERE EXISTS (SELECT 1 FROM shop.keyless k WHERE k.n = goods.id)",
        "DELETE FROM shop.goods /* WHERE id = 1 */ WHERE title ~ '7$' -- ; \n ;",
        "DELETE FROM shop.goods g WHERE at < now() - interval '100 days'",
        "DELETE FROM shop.goods WHERE false",
        "DELETE FROM shop.keyless WHERE n = 3",
        "UPDATE shop.parted SET n = 9 WHERE n = 1 AND id > 40",
        "DELETE FROM shop.parent WHERE n >= 2",
        "DELETE FROM ONLY shop.parent WHERE n >= 2",
        "DELETE FROM shop.goods WHERE price = (SELECT max(price) FROM shop.goods)",
      ],
      counted,
      affected,
    );
  });

  test("it stops at a limit", async () => {
    expect(await counted((await countingOf(place, "DELETE FROM shop.goods", 100)) ?? "")).toBe(101);
    expect(
      await counted((await countingOf(place, "DELETE FROM shop.goods WHERE id <= 100", 100)) ?? ""),
    ).toBe(100);
  });

  test("nothing is counted where a read cannot tell", async () => {
    await expectNoCounts(place, [
      "DELETE FROM shop.goods USING shop.keyless k WHERE k.n = goods.id",
      "UPDATE shop.goods SET title = 'x' FROM shop.keyless k WHERE k.n = goods.id",
      "WITH gone AS (SELECT 1) DELETE FROM shop.goods WHERE id IN (SELECT * FROM gone)",
      "DELETE FROM shop.cheap",
      "DELETE FROM shop.goods WHERE random() < 0.5",
      "DELETE FROM shop.goods WHERE shop.chosen(id)",
      "INSERT INTO shop.keyless VALUES (1)",
      "TRUNCATE shop.keyless",
    ]);
  });
});

describe("on SQLite", () => {
  let place: SqlitePlace;
  beforeAll(async () => {
    place = await SqlitePlace.open(
      `CREATE TABLE goods (id INTEGER PRIMARY KEY, title TEXT, price REAL, "where" TEXT);
       WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 300)
       INSERT INTO goods SELECT n, 'Title ' || n, n % 10, CASE WHEN n % 3 = 0 THEN 'here' END FROM n;
       CREATE TABLE keyless (n INT); INSERT INTO keyless SELECT id % 7 FROM goods WHERE id <= 100;
       CREATE TABLE parts (good INTEGER REFERENCES goods ON DELETE CASCADE, n INT);
       INSERT INTO parts SELECT id % 5 + 1, id FROM goods;
       CREATE VIEW cheap AS SELECT * FROM goods WHERE price < 3`,
    );
  });
  afterAll(() => place.close());

  test("a count is what the server then changes", async () => {
    await expectExactCounts(
      place,
      [
        "UPDATE goods SET title = 'x' WHERE id <= 7",
        "UPDATE goods SET title = 'x'",
        `UPDATE main.goods AS g SET "where" = 'WHERE' WHERE g."where" IS NOT NULL RETURNING id`,
        "UPDATE OR IGNORE goods SET title = 'x' WHERE price > 4",
        "DELETE FROM goods WHERE id IN (SELECT n FROM keyless)",
        "DELETE FROM goods WHERE EXISTS (SELECT 1 FROM keyless k WHERE k.n = goods.id) -- WHERE",
        "DELETE FROM keyless WHERE n = 3;",
        "DELETE FROM goods",
      ],
      async (read) => Number(place.file.prepare(read).pluck().get()),
      async (write) => {
        place.file.exec("BEGIN");
        const done = place.file.prepare(write);
        const { changes } = done.reader ? { changes: done.all().length } : done.run();
        place.file.exec("ROLLBACK");
        return changes;
      },
    );
  });

  test("nothing is counted where a read cannot tell", async () => {
    await expectNoCounts(place, [
      "DELETE FROM goods WHERE random() > 0",
      "UPDATE goods SET title = 'x' FROM keyless WHERE keyless.n = goods.id",
      "INSERT INTO keyless VALUES (1)",
      "REPLACE INTO goods VALUES (1, 'x', 1, 'y')",
    ]);
  });
});
