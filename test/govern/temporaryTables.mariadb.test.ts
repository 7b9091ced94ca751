import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import mysql from "mysql2/promise";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parseConnectionUrl } from "../../agent/connect/connectionUrl.ts";
import type { Engine } from "../../agent/engine.ts";
import type { Governed } from "../../agent/govern.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { sessionId } from "../../protocol/ids.ts";
import { shopStatements } from "../engines/shop.ts";
import { startMariadb, type TestMariadb } from "../mariadb.ts";
import { engineIn, newHome, runAll } from "../robustness/engine.ts";

const home = newHome();
const profiles = new Map<string, ConnectionProfile>();
let engine: Engine;
let server: TestMariadb;
let emails: readonly string[] = [];

beforeAll(async () => {
  server = await startMariadb();
  const filled = await mysql.createConnection(server.connectionString);
  for (const statement of shopStatements()) await filled.query(statement);
  await filled.query(
    "CREATE FUNCTION heaviest() RETURNS INT READS SQL DATA RETURN (SELECT MAX(weight) FROM parcels)",
  );
  await filled.query(
    "CREATE PROCEDURE stage() CREATE TEMPORARY TABLE staged AS SELECT id, email AS a FROM customers",
  );
  const [rows] = await filled.query<mysql.RowDataPacket[]>("SELECT email FROM customers");
  emails = rows.map(({ email }) => String(email));
  await filled.end();
  const file = path.join(home, "shop.db");
  const database = new Database(file);
  for (const statement of shopStatements()) database.exec(statement);
  database.close();
  engine = await engineIn(home);
  await engine.rooms.identity.continueAsLocalUser();
  for (const [name, url] of [
    ["mysql", `${server.connectionString}?environment=development`],
    ["sqlite", `sqlite:${file}?environment=development`],
  ] as const) {
    const { profile, password } = parseConnectionUrl(url);
    if (password !== undefined) engine.open.passwords.use(profile.id, password);
    profiles.set(name, profile);
    await engine.open.database(profile).whenClassified();
  }
});
afterAll(async () => {
  await engine?.close();
  await server?.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

const profileOf = (name: string): ConnectionProfile => {
  const profile = profiles.get(name);
  if (profile === undefined) throw new Error(`no ${name}`);
  return profile;
};
afterEach(async () => {
  for (const profile of profiles.values())
    await engine.open.session(sessionId(`test:${profile.id}`), profile).close();
});

const run = async (name: string, text: string): Promise<readonly Governed[]> =>
  (await runAll(engine, profileOf(name), text)).map(({ governed }) => governed);
const last = async (name: string, text: string) => {
  const governed = (await run(name, text)).at(-1);
  if (governed?.kind !== "rows") {
    throw new Error(`${text} came to ${JSON.stringify(governed, null, 1).slice(0, 1_200)}`);
  }
  const masks = Object.fromEntries(governed.columns.map((column) => [column.name, column.mask]));
  return { masks, rows: governed.first.rows, text: JSON.stringify(governed.first.rows) };
};
const hasEmail = (text: string): boolean => emails.some((email) => text.includes(email));

describe.each([["mysql"], ["sqlite"]])("a temporary table of %s", (name) => {
  test("is read in its session, with the labels of what was put into it", async () => {
    const seen = await last(
      name,
      "CREATE TEMPORARY TABLE kept AS SELECT c.id, email AS a, weight AS b FROM customers c JOIN parcels p ON p.id = c.id; SELECT a, b, id FROM kept ORDER BY id LIMIT 3",
    );
    expect(seen.masks).toMatchObject({ a: "email", b: null, id: null });
    expect(seen.rows).toHaveLength(3);
    expect(hasEmail(seen.text)).toBe(false);
  });

  test("that is filled later carries what comes", async () => {
    const text =
      "CREATE TEMPORARY TABLE later (n INTEGER, v VARCHAR(200)); INSERT INTO later SELECT id, full_name FROM customers; INSERT INTO later SELECT id, email FROM customers; SELECT n, v FROM later";
    const seen = await last(name, text);
    expect(seen.rows).toHaveLength(120);
    expect(seen.masks.n).toBeNull();
    expect(seen.masks.v).not.toBeNull();
    expect(hasEmail(seen.text)).toBe(false);
  });

  test("can be changed, joined and dropped; then the name is free again", async () => {
    const kinds = await run(
      name,
      "CREATE TEMPORARY TABLE work (id INTEGER, weight INTEGER); INSERT INTO work SELECT id, weight FROM parcels; UPDATE work SET weight = 0 WHERE id = 3; DELETE FROM work WHERE id > 10; SELECT p.id, w.weight FROM parcels p JOIN work w ON w.id = p.id WHERE w.weight < 5; DROP TABLE work; SELECT id FROM work",
    );
    expect(kinds.map(({ kind }) => kind)).toEqual([
      "done",
      "done",
      "done",
      "done",
      "rows",
      "done",
      "blocked",
    ]);
  });

  test("is nobody else's", async () => {
    await run(name, "CREATE TEMPORARY TABLE mine AS SELECT id FROM parcels");
    const other = engine.run({
      sessionId: sessionId("other"),
      connection: profileOf(name),
      text: "SELECT id FROM mine",
      client: { kind: "cli", session: "other" },
      purpose: undefined,
      pageRows: 10,
      maxCellLength: 100,
      signal: new AbortController().signal,
      keepGoing: true,
    });
    for await (const { governed } of other) {
      expect(governed).toMatchObject({ kind: "blocked", report: { kind: "unresolved" } });
    }
    await engine.open.session(sessionId("other"), profileOf(name)).close();
  });

  test("is gone with its connection", async () => {
    await last(name, "CREATE TEMPORARY TABLE brief AS SELECT id FROM parcels; SELECT id FROM brief");
    await engine.open.session(sessionId(`test:${profileOf(name).id}`), profileOf(name)).close();
    const [gone] = await run(name, "SELECT id FROM brief");
    expect(gone).toMatchObject({ kind: "blocked", report: { kind: "unresolved" } });
  });

  test("in front of a table of the same name is never taken for it", async () => {
    const all = await run(
      name,
      "CREATE TEMPORARY TABLE parcels AS SELECT email AS weight, id FROM customers; SELECT weight FROM parcels; DROP TEMPORARY TABLE parcels; SELECT weight FROM parcels ORDER BY id LIMIT 2",
    );
    const shown = all.flatMap((one) => (one.kind === "rows" ? [JSON.stringify(one.first.rows)] : []));
    expect(shown.filter(hasEmail)).toEqual([]);
    // SQLite's stands in the way until the session ends; MariaDB's is read, and then dropped.
    expect(shown).toHaveLength(name === "mysql" ? 2 : 0);
    if (name === "mysql") expect(shown.at(-1)).toBe('[["0"],["3"]]');
  });

  test("keeps what it had through a renaming", async () => {
    const seen = await last(
      name,
      "CREATE TEMPORARY TABLE first AS SELECT email AS a, id FROM customers; ALTER TABLE first RENAME TO second; ALTER TABLE second RENAME COLUMN a TO b; SELECT b, id FROM second",
    );
    expect(seen.masks).toMatchObject({ b: "email", id: null });
    expect(hasEmail(seen.text)).toBe(false);
  });

  test("stays where a transaction is rolled back, without the rows that came inside", async () => {
    const seen = await run(
      name,
      "CREATE TEMPORARY TABLE inside (id INTEGER); BEGIN; INSERT INTO inside VALUES (1); SELECT id FROM inside; ROLLBACK; SELECT id FROM inside",
    );
    const rows = seen.flatMap((one) => (one.kind === "rows" ? [one.first.rows] : []));
    expect(rows).toEqual([[["1"]], []]);
  });
});

describe("a temporary table of MariaDB", () => {
  test("that a procedure made is known by what the procedure does", async () => {
    const seen = await last("mysql", "CALL stage(); SELECT id, a FROM staged");
    expect(seen.masks).toMatchObject({ id: null, a: "email" });
    expect(hasEmail(seen.text)).toBe(false);
  });

  test("is what functions find by its name, and not what views do", async () => {
    const made = "CREATE TEMPORARY TABLE parcels AS SELECT id, 7777 AS weight FROM customers; ";
    expect((await last("mysql", `${made} SELECT weight FROM parcels LIMIT 1`)).rows).toEqual([["7777"]]);
    expect((await last("mysql", "SELECT heaviest()")).rows).toEqual([["7777"]]);
  });

  test("like another has none of its rows, and refuses what the other refuses", async () => {
    const seen = await last(
      "mysql",
      "CREATE TEMPORARY TABLE copy LIKE customers; INSERT INTO copy (id, full_name) VALUES (1, 'A'); SELECT COUNT(*) FROM copy",
    );
    expect(seen.rows).toEqual([["1"]]);
  });
});
