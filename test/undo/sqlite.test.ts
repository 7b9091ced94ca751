import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PERSON } from "../govern/governed.ts";
import { problemTold } from "../robustness/engine.ts";
import { change, undo } from "./changes.ts";
import { filesWith } from "./filesWith.ts";
import { transactionsHold } from "./inTransactions.ts";
import { undoneIsAsBefore } from "./randomWrites.ts";
import { SqlitePlace } from "./sqlitePlace.ts";

let place: SqlitePlace;

beforeAll(async () => {
  place = await SqlitePlace.open(`
    CREATE TABLE kinds (id INTEGER PRIMARY KEY, any_value, i INTEGER, r REAL, n NUMERIC, t TEXT, b BLOB,
      twice GENERATED ALWAYS AS (i * 2) STORED, other TEXT GENERATED ALWAYS AS (t || '!') VIRTUAL);
    INSERT INTO kinds (id, any_value, i, r, n, t, b) VALUES
      (1, 9223372036854775807, -9223372036854775808, 1e300, 12345678901234567890.5, 'é 漢字 👩‍💻 ''q'' "d" \\ ?', x'00ff10'),
      (2, -0.0, 'text in an integer', 9e999, -9e999, char(0) || 'after nul', x''),
      (3, '12', 0.1 + 0.2, 5e-324, '0012', '', 'a text'),
      (4, x'6162', x'00', 1, 1.0, 0, 3),
      (5, NULL, NULL, NULL, NULL, NULL, NULL);
    CREATE TABLE "odd ""names""" ("a b" TEXT COLLATE NOCASE, "c""d" INTEGER, e, PRIMARY KEY ("a b", "c""d")) WITHOUT ROWID;
    INSERT INTO "odd ""names""" VALUES ('Key', 1, 'x'), ('other', 2, 'y');
    CREATE TABLE exact (id INTEGER PRIMARY KEY, v ANY, w TEXT) STRICT;
    INSERT INTO exact VALUES (1, '007', 'a'), (2, 7, 'b');
    CREATE TABLE counters (id INTEGER PRIMARY KEY, hits INTEGER NOT NULL);
    INSERT INTO counters WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < 12000) SELECT v, 0 FROM n;
    CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT, at TEXT DEFAULT CURRENT_TIMESTAMP);
    INSERT INTO notes (body) VALUES ('first');
    CREATE TABLE pairs (a INTEGER, b TEXT, n INTEGER UNIQUE, PRIMARY KEY (a, b));
    INSERT INTO pairs VALUES (1, 'x', 1);
    CREATE TABLE bare (id INTEGER, hits INTEGER);
    INSERT INTO bare VALUES (1, 1);
    CREATE TABLE parents (id INTEGER PRIMARY KEY, note TEXT);
    CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents ON DELETE CASCADE);
    INSERT INTO parents VALUES (1, 'a'), (2, 'b'); INSERT INTO children VALUES (1, 1);
    CREATE TABLE staff (id INTEGER PRIMARY KEY, boss INTEGER REFERENCES staff);
    INSERT INTO staff VALUES (1, NULL), (3, 1), (2, 3);
    CREATE TABLE watched (id INTEGER PRIMARY KEY, hits INTEGER);
    INSERT INTO watched VALUES (1, 1);
    CREATE TRIGGER watch AFTER UPDATE ON watched BEGIN INSERT INTO bare VALUES (9, 9); END;
    CREATE TABLE swaps (id INTEGER PRIMARY KEY ON CONFLICT REPLACE, hits INTEGER);
    INSERT INTO swaps VALUES (1, 1);
    CREATE VIRTUAL TABLE searched USING fts5(body);
    CREATE TABLE broken (id INTEGER PRIMARY KEY, t TEXT);
    INSERT INTO broken VALUES (1, CAST(x'61ff62' AS TEXT));
    CREATE TABLE wide (id INTEGER PRIMARY KEY, hits INTEGER, pad TEXT);
    INSERT INTO wide SELECT id, 0, printf('%.*c', 1500000, 'y') FROM counters WHERE id <= 10;
    CREATE TABLE played (id INTEGER PRIMARY KEY, a, t TEXT, n NUMERIC);
    INSERT INTO played (id) SELECT id FROM counters WHERE id <= 12;
    CREATE TABLE members (email TEXT PRIMARY KEY, points INTEGER, note TEXT) WITHOUT ROWID;
    INSERT INTO members SELECT 'member' || id || '@mail.example.org', id, 'n' FROM counters WHERE id <= 40;
    CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT UNIQUE, points INTEGER);
    INSERT INTO customers SELECT id, 'person' || id || '@mail.example.org', id FROM counters WHERE id <= 40;`);
});
afterAll(() => place?.close());

describe("undoing on SQLite", () => {
  test.each([
    ["kinds", "UPDATE kinds SET any_value = 1, i = 2, r = 3, n = 4, t = 'x', b = x'01' WHERE id > 0", 5],
    ["kinds", "UPDATE OR IGNORE kinds AS k SET t = 'y' WHERE k.id IN (1, 2) -- all", 2],
    ["kinds", "DELETE FROM kinds WHERE typeof(any_value) <> 'null' RETURNING id", 4],
    ["kinds", "DELETE FROM main.kinds AS k WHERE k.id BETWEEN 1 AND 5", 5],
    [`odd "names"`, `UPDATE "odd ""names""" SET e = 'z' WHERE "a b" = 'KEY'`, 1],
    [`odd "names"`, `DELETE FROM "odd ""names""" WHERE 'where returning' <> '--' AND "c""d" > 0`, 2],
    ["exact", "UPDATE exact SET v = x'00' WHERE id < 3", 2],
    ["counters", "UPDATE counters SET hits = hits + 1 WHERE id <= 700", 700],
    ["counters", "DELETE FROM counters WHERE id IN (SELECT a FROM pairs) OR id BETWEEN 5 AND 6", 3],
    ["notes", "INSERT INTO notes (body) VALUES ('a'), (NULL) -- done", 2],
    ["notes", "INSERT INTO notes DEFAULT VALUES", 1],
    ["notes", "INSERT INTO notes (body) SELECT 'n ' || id FROM counters WHERE id <= 300", 300],
    ["notes", "INSERT INTO notes (body) SELECT c.id FROM counters c WHERE c.id = 1", 1],
    ["notes", "INSERT INTO notes (body) SELECT id FROM bare", 1],
    ["notes", "INSERT INTO notes (body) VALUES ('r') RETURNING id, body AS \"returning\"", 1],
    ["pairs", "INSERT OR IGNORE INTO pairs VALUES (1, 'x', 1), (1, 'X', 5), (2, 'y', 2)", 2],
    ["pairs", "INSERT INTO pairs VALUES (1, 'x', 1), (3, 'y', 3) ON CONFLICT DO NOTHING", 1],
    ["parents", "DELETE FROM parents WHERE id = 2", 1],
    ["staff", "DELETE FROM staff WHERE id > 0", 3],
  ])("the table is as before: %s: %s", async (table, text, rows) => {
    const before = await place.all(table);
    const made = await change(place, text);
    expect(made.problem).toBeNull();
    expect(made.undo).toEqual({ kind: "offered", recordSeq: made.seq, rows, table: `main.${table}` });
    expect(await place.all(table)).not.toEqual(before);
    expect(await undo(place, made.seq)).toMatchObject({ kind: "done", affected: rows, problem: null });
    expect(await place.all(table)).toEqual(before);
    expect(await problemTold(undo(place, made.seq))).toMatchObject({ code: "undone-already" });
  });

  test("is refused where rows have changed since, others would go too, or the right is not there", async () => {
    const made = await change(place, "UPDATE customers SET points = 900 WHERE id IN (1, 2, 3)");
    expect(made.undo).toMatchObject({ kind: "offered", rows: 3 });
    const agent = {
      kind: "ai_agent",
      agent: "helper",
      model: "unknown",
      host: "unknown",
      onBehalfOf: PERSON,
      asserted: true,
    } as const;
    expect(await problemTold(undo(place, made.seq, agent))).toMatchObject({ code: "undo-needs-a-person" });
    place.file.exec("UPDATE customers SET email = 'new@mail.example.org' WHERE id = 2");
    const now = await place.all("customers");
    expect((await undo(place, made.seq)).problem).toBe(
      "changed-since: 1 of the 3 rows has changed since, so this change cannot be undone. Nothing was changed.",
    );
    expect(await place.all("customers")).toEqual(now);
    const inserted = await change(place, "INSERT INTO parents VALUES (7, 'x'), (8, 'y')");
    place.file.exec("INSERT INTO children VALUES (7, 7)");
    expect((await undo(place, inserted.seq)).problem).toMatch(/^not-restored: /);
    expect(place.file.prepare("SELECT count(*) FROM children WHERE parent = 7").pluck().get()).toBe(1);
    const deleted = await change(place, "DELETE FROM counters WHERE id IN (30, 31)");
    place.file.exec("INSERT INTO counters VALUES (30, 30), (31, 31)");
    expect((await undo(place, deleted.seq)).problem).toMatch(/^changed-since: All 2 rows have changed/);
    const defined = await change(place, "UPDATE exact SET w = 'z' WHERE id = 1");
    place.file.exec("ALTER TABLE exact ADD COLUMN more TEXT");
    expect((await problemTold(undo(place, defined.seq))).message).toMatch(/^The definition of main\.exact/);
  });
});

describe("a change that cannot be undone runs, and says why it cannot", () => {
  test.each([
    ["UPDATE bare SET hits = 2 WHERE id = 1", "main.bare has no primary key"],
    ["UPDATE watched SET hits = 2 WHERE id = 1", "main.watched has triggers, and what they do is not undone"],
    ["UPDATE counters SET id = -1 WHERE id = 100", "it changes the primary key"],
    ["REPLACE INTO counters VALUES (101, 5)", "it may change rows that are there already"],
    ["INSERT OR REPLACE INTO counters VALUES (101, 6)", "it may change rows that are there already"],
    ["UPDATE OR REPLACE pairs SET n = 1 WHERE a = 1", "it may change rows that are there already"],
    [
      "INSERT INTO counters VALUES (102, 1) ON CONFLICT (id) DO UPDATE SET hits = 9",
      "it may change rows that are there already",
    ],
    ["UPDATE swaps SET hits = 2 WHERE id = 1", "keys of main.swaps may replace rows"],
    ["INSERT INTO swaps VALUES (1, 7)", "keys of main.swaps may replace rows"],
    ["UPDATE counters SET hits = 1 FROM bare WHERE bare.id = counters.id", "it uses more than one table"],
    [
      "WITH few AS (SELECT 3 AS id) DELETE FROM counters WHERE id IN (SELECT id FROM few)",
      "it uses more than one table",
    ],
    [
      "UPDATE counters SET hits = 9 WHERE id = 104 AND random() IS NOT NULL",
      "its condition cannot be asked on its own",
    ],
    ["DELETE FROM parents WHERE id = 1", "it moved rows, or changed rows of other tables"],
    ["UPDATE counters SET hits = 2 WHERE id > 0", "it changes more than 10,000 rows"],
    ["UPDATE wide SET hits = 2 WHERE id > 0", "the rows it changes are too large to be kept"],
    ["UPDATE broken SET t = 'x' WHERE id = 1", "a text in its rows is not valid Unicode"],
    ["INSERT INTO pairs VALUES (NULL, 'n', 77)", "a row of it has no key"],
  ])("%s", async (text, reason) => {
    const made = await change(place, text);
    expect(made).toMatchObject({ kind: "done", problem: null, undo: { kind: "none", reason } });
    expect(await problemTold(undo(place, made.seq))).toMatchObject({ code: "change-not-kept" });
  });
});

test("a value that was put back keeps the label it has, and gives it to no other column", async () => {
  const labels = () =>
    [...place.engine.open.database(place.profile).labels()].filter(([key]) =>
      key.startsWith("main.customers"),
    );
  const before = labels();
  const made = await change(place, "UPDATE customers SET email = 'a@b.test', points = 3 WHERE id = 9");
  expect((await undo(place, made.seq)).problem).toBeNull();
  const deleted = await change(place, "DELETE FROM customers WHERE id = 10");
  expect((await undo(place, deleted.seq)).problem).toBeNull();
  expect(before).toHaveLength(3);
  expect(labels()).toEqual(before);
});

transactionsHold({ place: () => place, all: () => place.all("counters"), table: "counters" });

describe("a transaction of SQLite", () => {
  test("may be a savepoint, whose release commits it", async () => {
    const before = await place.all("counters");
    await change(place, "SAVEPOINT outermost");
    await change(place, "UPDATE counters SET hits = 1 WHERE id = 90");
    await change(place, "SAVEPOINT inner");
    expect((await change(place, "RELEASE inner")).committed).toEqual([]);
    const { committed } = await change(place, 'RELEASE "OUTERMOST"');
    expect(committed).toHaveLength(1);
    await undo(place, committed[0]?.recordSeq ?? -1);
    expect(await place.all("counters")).toEqual(before);
  });

  test("that a statement rolls back by failing takes its changes along", async () => {
    const before = await place.all("pairs");
    await change(place, "BEGIN");
    const made = await change(place, "UPDATE pairs SET n = 500 WHERE a = 1 AND b = 'x'");
    expect(made.undo).toMatchObject({ kind: "pending" });
    expect((await change(place, "INSERT OR ROLLBACK INTO pairs VALUES (1, 'x', 2)")).kind).toBe("failed");
    await change(place, "BEGIN");
    expect((await change(place, "END")).committed).toEqual([]);
    expect(await place.all("pairs")).toEqual(before);
  });
});

/** Each run opens sessions of its own. */
const LONG = 180_000;

test(
  "random writes, undone from the last to the first, leave every byte as it was",
  async () => {
    const awkward = [
      "9223372036854775807",
      "-0.0",
      "9e999",
      "0.1 + 0.2",
      "x'00ff'",
      "''",
      "'1'",
      "1",
      "1.0",
      "'it''s é 👩‍💻 ?'",
      "char(0) || 'x'",
      "NULL",
    ];
    const literals = { a: awkward, t: awkward, n: awkward };
    await undoneIsAsBefore(
      { place: () => place, table: "played", literals, all: () => place.all("played") },
      15,
    );
  },
  LONG,
);

describe("an attacker's look", () => {
  const MARKER = "marker-7f3a9c";

  test("a table whose key nobody may see can be put back by who may change it", async () => {
    const before = await place.all("members");
    const made = await change(
      place,
      "UPDATE members SET points = 1 WHERE email = 'member3@mail.example.org'",
    );
    expect(made).toMatchObject({ problem: null, undo: { kind: "offered", rows: 1 } });
    expect((await undo(place, made.seq)).problem).toBeNull();
    const gone = await change(place, "DELETE FROM members WHERE points = 4");
    expect((await undo(place, gone.seq)).problem).toBeNull();
    expect(await place.all("members")).toEqual(before);
  });

  test("what was kept is in no record, no error and no file but the database's", async () => {
    place.file.exec(`INSERT INTO members VALUES ('${MARKER}@mail.example.org', 900, '${MARKER}')`);
    const deleted = await change(place, "DELETE FROM members WHERE points = 900");
    expect(deleted.undo).toMatchObject({ kind: "offered", rows: 1 });
    place.file.exec(`INSERT INTO members VALUES ('${MARKER}@mail.example.org', 901, 'x')`);
    const refused = await undo(place, deleted.seq);
    expect(refused.problem).toMatch(/^changed-since: The row has changed since/);
    place.file.exec("DELETE FROM members WHERE points = 901");
    const undone = await undo(place, deleted.seq);
    expect(undone.problem).toBeNull();
    await change(place, "BEGIN; DELETE FROM members WHERE points = 900");
    await change(place, "ROLLBACK");
    expect(JSON.stringify([deleted, refused, undone])).not.toContain(MARKER);
    expect(filesWith(place.home, MARKER).filter((name) => !name.startsWith("shop.db"))).toEqual([]);
    expect(filesWith(place.home, `undo of record ${deleted.seq}`)).not.toEqual([]);
  });
});
