import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { World } from "./governed.ts";

let world: World;

beforeAll(async () => {
  world = await World.open();
  await world.client.query(`
    CREATE TABLE shop.jotter (id integer PRIMARY KEY, body text, lid text);
    INSERT INTO shop.jotter SELECT n, 'entry ' || n, 'lid ' || n FROM generate_series(1, 40) AS n;
    CREATE TABLE shop.ledgers (id integer PRIMARY KEY, amount text NOT NULL);
    INSERT INTO shop.ledgers SELECT n, 'amount ' || n FROM generate_series(1, 40) AS n;
    CREATE TABLE shop.bins (id integer PRIMARY KEY, filling text NOT NULL);
    INSERT INTO shop.bins SELECT n, 'filling ' || n FROM generate_series(1, 40) AS n`);
  await world.classified();
});
afterAll(() => world?.close());

/** Where data goes, and what is shown of it there: nobody could tell by looking at it. */
const WAYS: readonly (readonly [
  name: string,
  statements: string,
  read: string,
  masks: Readonly<Record<string, string | null>>,
])[] = [
  [
    "CREATE TABLE AS",
    "CREATE TABLE shop.crate AS SELECT id, reverse(email) AS x, full_name AS y FROM shop.customers",
    "SELECT id, x, y FROM shop.crate",
    { id: null, x: "full", y: "initials" },
  ],
  [
    "SELECT INTO",
    "SELECT id, reverse(phone) AS p INTO shop.sack FROM shop.customers",
    "SELECT id, p FROM shop.sack",
    { id: null, p: "full" },
  ],
  [
    "INSERT … SELECT",
    "INSERT INTO shop.jotter (id, body) SELECT id + 100, reverse(full_name) FROM shop.customers",
    "SELECT body, lid FROM shop.jotter",
    { body: "full", lid: null },
  ],
  [
    "UPDATE … FROM",
    "UPDATE shop.ledgers SET amount = reverse(c.email) FROM shop.customers c WHERE c.id = ledgers.id",
    "SELECT id, amount FROM shop.ledgers",
    { id: null, amount: "full" },
  ],
  [
    "RENAME COLUMN",
    "CREATE TABLE shop.chest AS SELECT id, reverse(email) AS x FROM shop.customers; ALTER TABLE shop.chest RENAME COLUMN x TO title",
    "SELECT id, title FROM shop.chest",
    { id: null, title: "full" },
  ],
  [
    "RENAME of the table, and a move to another schema",
    "CREATE TABLE shop.trunk AS SELECT id, reverse(email) AS w FROM shop.customers; ALTER TABLE shop.trunk RENAME TO wares; CREATE SCHEMA attic; ALTER TABLE shop.wares SET SCHEMA attic",
    "SELECT id, w FROM attic.wares",
    { id: null, w: "full" },
  ],
  [
    "a materialised view, and a table made from it",
    "CREATE MATERIALIZED VIEW shop.mirror AS SELECT id, reverse(email) AS m FROM shop.customers; CREATE TABLE shop.mirrored AS SELECT m AS n FROM shop.mirror",
    "SELECT m, n FROM shop.mirror, shop.mirrored LIMIT 1",
    { m: "full", n: "full" },
  ],
  [
    "a temporary table in between",
    "CREATE TEMP TABLE between AS SELECT id, reverse(email) AS t FROM shop.customers; UPDATE shop.bins SET filling = b.t FROM between b WHERE b.id = bins.id",
    "SELECT id, filling FROM shop.bins",
    { id: null, filling: "full" },
  ],
];

describe("what is hidden stays hidden where it is taken to", () => {
  test.each(WAYS)("by %s", async (_name, statements, read, masks) => {
    const session = `follow-${_name}`;
    for (const seen of await world.ask(statements, { session })) expect(seen.problem).toBeNull();
    const seen = await world.last(read, { session });
    expect(seen.problem).toBeNull();
    expect(seen.masks).toEqual(masks);
    expect(seen.rows.length).toBeGreaterThan(0);
  });

  test("for everybody, in another process, after the values were looked at", async () => {
    await world.restart();
    for (const [, , read, masks] of WAYS) {
      expect((await world.last(read, { session: "later" })).masks).toEqual(masks);
    }
  });
});
