import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSqliteCatalog } from "../../agent/catalog/loadSqliteCatalog.ts";
import { sqliteFingerprint, sqliteRelationVersions } from "../../agent/catalog/sqlite/relationVersions.ts";
import { SqliteSession } from "../../agent/connect/sqlite/sqliteSession.ts";
import type { Catalog, Relation } from "../../protocol/catalog.ts";
import { connectionId } from "../../protocol/ids.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-sqlite-"));
const file = path.join(folder, "shop.db");
const change = (sql: string): void => {
  const database = new Database(file);
  database.exec(sql);
  database.close();
};
let session: SqliteSession;
let catalog: Catalog;

beforeAll(async () => {
  change(`
    CREATE TABLE customers (id INTEGER PRIMARY KEY, Email TEXT NOT NULL UNIQUE, "odd name" VARCHAR(40) DEFAULT 'x');
    CREATE TABLE orders (
      id INTEGER PRIMARY KEY, customer INT REFERENCES customers, total REAL,
      with_tax REAL GENERATED ALWAYS AS (total * 1.2) STORED, net REAL AS (total)
    ) STRICT;
    CREATE UNIQUE INDEX some ON orders (total) WHERE total > 5;
    CREATE VIEW buyers AS SELECT Email AS mail, total FROM customers c JOIN orders o ON o.customer = c.id;
    CREATE VIEW broken AS SELECT gone FROM nowhere;
    CREATE TABLE log (what);
    CREATE TRIGGER /* a comment */ "noted it" AFTER DELETE ON customers BEGIN INSERT INTO log VALUES (old.Email); END;
    CREATE TRIGGER through INSTEAD OF UPDATE OF mail ON buyers BEGIN SELECT 1; END;
    CREATE VIRTUAL TABLE notes USING fts5(body);
    INSERT INTO customers (Email) VALUES ('a@example.com'), ('b@example.com');
    ANALYZE;
  `);
  session = await SqliteSession.open({
    profile: {
      id: connectionId("test"),
      name: "test",
      engine: "sqlite",
      host: "",
      port: 0,
      database: file,
      user: "",
      tls: "disable",
    },
    relationVersions: sqliteRelationVersions,
  });
  catalog = await loadSqliteCatalog(session);
});
afterAll(async () => {
  await session?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const named = (name: string): Relation => {
  const found = catalog.relations.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is not in the catalog`);
  return found;
};
const column = (relation: Relation, name: string) => relation.columns.find((one) => one.name === name);

describe("what a file holds", () => {
  test("tables with columns, keys, defaults and estimates", () => {
    expect(catalog).toMatchObject({ engine: "sqlite", searchPath: ["main"], database: file });
    const customers = named("customers");
    expect(customers).toMatchObject({ schema: "main", kind: "table", estimatedRows: 2 });
    expect(column(customers, "id")).toMatchObject({ inPrimaryKey: true, ordinal: 1 });
    expect(column(customers, "Email")).toMatchObject({ type: "text", unique: true, notNull: true });
    expect(column(customers, "odd name")).toMatchObject({ type: "varchar(40)", defaultText: "'x'" });
  });

  test("foreign keys, generated columns; an index over some rows makes nothing unique", () => {
    const orders = named("orders");
    expect(column(orders, "customer")?.references).toEqual({
      schema: "main",
      table: "customers",
      column: "id",
    });
    expect(column(orders, "with_tax")?.generated).toBe(true);
    expect(column(orders, "net")?.generated).toBe(true);
    expect(column(orders, "total")).toMatchObject({ generated: false, unique: false });
  });

  test("views with their text, broken ones without columns", () => {
    expect(named("buyers")).toMatchObject({ kind: "view" });
    expect(named("buyers").definition).toContain("JOIN orders");
    expect(named("buyers").columns.map(({ name }) => name)).toEqual(["mail", "total"]);
    expect(named("broken").columns).toEqual([]);
  });

  test("triggers with their texts", () => {
    const [trigger] = named("customers").triggers;
    expect(trigger).toMatchObject({ name: "noted it", events: ["delete"] });
    expect(catalog.routines.find(({ oid }) => oid === trigger?.routineOid)?.body).toContain(
      "INSERT INTO log",
    );
    expect(named("buyers").triggers).toMatchObject([{ events: ["update"] }]);
  });

  test("virtual tables, the schema table, and no samples of values", () => {
    expect(named("notes").columns[0]).toMatchObject({ name: "body" });
    expect(named("sqlite_schema").columns).toHaveLength(5);
    expect(catalog.relations.map(({ name }) => name)).not.toContain("sqlite_stat4");
  });
});

describe("versions and fingerprint", () => {
  test("are the catalog's", async () => {
    const versions = await sqliteRelationVersions(
      session,
      catalog.relations.map(({ oid }) => oid),
    );
    for (const { oid, name, version } of catalog.relations)
      expect([name, versions.get(oid)]).toEqual([name, version]);
  });

  test.each([
    ["customers", "ALTER TABLE customers ADD COLUMN late"],
    ["log", "DROP TABLE log; CREATE TABLE log (what, who)"],
    ["buyers", "DROP VIEW buyers; CREATE VIEW buyers AS SELECT 1 AS mail, 2 AS total"],
    ["orders", "CREATE TRIGGER again BEFORE INSERT ON orders BEGIN SELECT 1; END"],
  ])("of %s change with its definition", async (name, ddl) => {
    const { oid } = named(name);
    const before = [
      (await sqliteRelationVersions(session, [oid])).get(oid),
      await sqliteFingerprint(session),
    ];
    change(ddl);
    const after = [(await sqliteRelationVersions(session, [oid])).get(oid), await sqliteFingerprint(session)];
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  test("do not change with rows", async () => {
    const { oid } = named("log");
    const before = [
      (await sqliteRelationVersions(session, [oid])).get(oid),
      await sqliteFingerprint(session),
    ];
    change("INSERT INTO log VALUES (1, 2)");
    expect([
      (await sqliteRelationVersions(session, [oid])).get(oid),
      await sqliteFingerprint(session),
    ]).toEqual(before);
  });
});
