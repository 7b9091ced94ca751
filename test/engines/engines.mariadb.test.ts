import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import mysql from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseConnectionUrl } from "../../agent/connect/connectionUrl.ts";
import type { Engine } from "../../agent/engine.ts";
import type { Governed } from "../../agent/govern.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { startMariadb, type TestMariadb } from "../mariadb.ts";
import { engineIn, newHome, runAll } from "../robustness/engine.ts";
import { shopStatements } from "./shop.ts";

const home = newHome();
let engine: Engine;
let server: TestMariadb;
const profiles = new Map<string, ConnectionProfile>();

beforeAll(async () => {
  server = await startMariadb();
  const filled = await mysql.createConnection(server.connectionString);
  for (const statement of shopStatements()) await filled.query(statement);
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
const run = async (name: string, text: string): Promise<readonly Governed[]> =>
  (await runAll(engine, profileOf(name), text)).map(({ governed }) => governed);
const rowsOf = async (name: string, text: string) => {
  const governed = (await run(name, text)).at(-1);
  if (governed?.kind !== "rows") {
    throw new Error(`${name}: ${text} came to ${JSON.stringify(governed, null, 1).slice(0, 800)}`);
  }
  return governed.first.rows;
};
const EMAIL = /^[\w.+-]+@[\w.-]+\.[a-z]+$/i;

describe.each([["mysql"], ["sqlite"]])("%s, from address to masked rows", (name) => {
  test("values of people are classified by name and value, and masked", async () => {
    const { database } = engine.open.session(Object.assign("classify" as never), profileOf(name));
    await database.whenClassified();
    expect(database.classified).toBe("values");
    const label = (column: string) =>
      database.labelOf({ schema: name === "mysql" ? "test" : "main", table: "customers", column });
    expect(label("email")).toMatchObject({ infoType: "email" });
    expect(label("card_number")).toMatchObject({ infoType: "payment_card", level: "restricted" });
    const rows = await rowsOf(name, "SELECT id, email AS x, card_number FROM customers ORDER BY id LIMIT 5");
    expect(rows.map(([id]) => id)).toEqual(["1", "2", "3", "4", "5"]);
    for (const [, email, card] of rows) {
      expect(String(email)).not.toMatch(EMAIL);
      expect(String(card)).not.toMatch(/^\d{4}-\d{4}-\d{4}-\d{4}$/);
    }
  });

  test("a mask follows data through views, expressions and set operations", async () => {
    let shown = 0;
    for (const sql of [
      "SELECT address FROM contacts",
      "SELECT lower(email) FROM customers",
      "SELECT city FROM customers UNION SELECT email FROM customers",
      "WITH c AS (SELECT email e FROM customers) SELECT e FROM c",
      "SELECT (SELECT max(email) FROM customers)",
    ]) {
      const [governed] = await run(name, sql);
      if (governed?.kind !== "rows") {
        expect([sql, governed?.kind]).toEqual([sql, "blocked"]);
        continue;
      }
      shown += 1;
      const seen = governed.first.rows.flat().map(String);
      expect([sql, seen.filter((value) => EMAIL.test(value))]).toEqual([sql, []]);
    }
    expect(shown).toBeGreaterThanOrEqual(3);
  });

  test("writes happen, and guardrails see the catastrophic ones", async () => {
    const [done] = await run(name, "UPDATE parcels SET weight = weight + 1 WHERE id = 3");
    expect(done).toMatchObject({ kind: "done", affected: 1 });
    expect(await rowsOf(name, "SELECT weight FROM parcels WHERE id = 3")).toEqual([["10"]]);
    const [judged] = await engine.check(profileOf(name), "DELETE FROM parcels");
    expect(judged?.decision.findings.map(({ rule }) => rule)).toContain("no-where-delete");
  });

  test("a person's own transaction is theirs", async () => {
    const many = await run(
      name,
      "BEGIN; UPDATE parcels SET weight = 0 WHERE id = 1; SELECT weight FROM parcels WHERE id = 1; ROLLBACK; SELECT weight FROM parcels WHERE id = 1",
    );
    expect(many.map(({ kind }) => kind)).toEqual(["done", "done", "rows", "done", "rows"]);
    const seen = many.flatMap((governed) => (governed.kind === "rows" ? [governed.first.rows] : []));
    expect(seen).toEqual([[["0"]], [["3"]]]);
  });

  test("what others change in the schema meanwhile closes the door, and is then known", async () => {
    await rowsOf(name, "SELECT * FROM parcels WHERE id = 1");
    if (name === "mysql") {
      const other = await mysql.createConnection(server.connectionString);
      await other.query("ALTER TABLE parcels ADD COLUMN note VARCHAR(10)");
      await other.end();
    } else {
      const other = new Database(profileOf(name).database);
      other.exec("ALTER TABLE parcels ADD COLUMN note VARCHAR(10)");
      other.close();
    }
    const [closed] = await run(name, "SELECT * FROM parcels WHERE id = 1");
    expect(closed).toMatchObject({ kind: "failed", problem: { code: "plan-mismatch" } });
    await engine.open.database(profileOf(name)).refresh(true);
    expect((await rowsOf(name, "SELECT * FROM parcels WHERE id = 1"))[0]).toHaveLength(4);
  });

  test("mistakes are told with their place, and what runs is on record without values", async () => {
    const [wrong] = await run(name, "SELECT nope FROM parcels");
    expect(wrong?.kind).not.toBe("rows");
    await run(name, "SELECT id FROM customers WHERE email = 'someone@example.com'");
    const ledger = new Database(path.join(home, "ledger.db"), { readonly: true });
    const records = ledger.prepare<[], string>("SELECT canonical FROM records").pluck().all();
    ledger.close();
    expect(records.some((record) => record.includes("SELECT id FROM customers WHERE email ="))).toBe(true);
    expect(records.filter((record) => record.includes("someone@example.com"))).toEqual([]);
    expect((await engine.verifyLedger()).kind).toBe("intact");
  });
});

test("documents kept as text are shown by what stands under their paths", async () => {
  const made = await mysql.createConnection(server.connectionString);
  await made.query("CREATE TABLE profiles (id int PRIMARY KEY, doc json, raw longtext)");
  for (let row = 0; row < 60; row++) {
    const document = JSON.stringify({
      theme: ["dark", "light"][row % 2],
      salary: 41_000 + row,
      contact: { firstName: ["Ana", "Bert", "Carla"][row % 3] },
    });
    await made.query("INSERT INTO profiles VALUES (?, ?, ?)", [row, document, document]);
  }
  const database = engine.open.database(profileOf("mysql"));
  await database.refresh(false);
  await database.whenClassified();
  const [row] = await rowsOf("mysql", "SELECT doc, raw FROM profiles WHERE id = 1");
  for (const cell of row ?? []) {
    const text = JSON.stringify(cell);
    expect(text).toContain("light");
    for (const hidden of ["41001", "Bert"]) expect(text).not.toContain(hidden);
  }
  await made.query("INSERT INTO profiles VALUES (99, NULL, 'not as the others: light, Ana')");
  await made.end();
  const late = JSON.stringify(await rowsOf("mysql", "SELECT raw FROM profiles WHERE id = 99"));
  expect(late).not.toMatch(/Ana|light/);
});

test("other files stay out of reach", async () => {
  for (const sql of [
    `ATTACH '${path.join(home, "ledger.db")}' AS other`,
    "VACUUM INTO '/tmp/copy.db'",
    "PRAGMA writable_schema = 1",
  ]) {
    const [governed] = await run("sqlite", sql);
    expect([sql, governed?.kind]).not.toEqual([sql, "done"]);
  }
});

test("connections that cannot be opened say why", async () => {
  const missing = parseConnectionUrl(`sqlite:${path.join(home, "missing.db")}`).profile;
  await expect(engine.open.test(missing, undefined)).rejects.toMatchObject({
    problem: { code: "database-missing" },
  });
  const { profile } = parseConnectionUrl(server.connectionString);
  await expect(engine.open.test(profile, "wrong")).rejects.toMatchObject({
    problem: { code: "wrong-password" },
  });
  expect(await engine.open.test(profile, server.password)).toMatchObject({ encrypted: false });
});
