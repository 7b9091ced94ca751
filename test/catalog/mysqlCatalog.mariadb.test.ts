import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadMysqlCatalog } from "../../agent/catalog/loadMysqlCatalog.ts";
import { mysqlFingerprint } from "../../agent/catalog/mysql/fingerprint.ts";
import { mysqlRelationVersions } from "../../agent/catalog/mysql/relationVersions.ts";
import type { MysqlSession } from "../../agent/connect/mysql/mysqlSession.ts";
import type { Catalog, Relation } from "../../protocol/catalog.ts";
import { startMariadb, type TestMariadb } from "../mariadb.ts";
import { openRunner } from "./mysqlRunner.ts";

let server: TestMariadb;
let session: MysqlSession;

beforeAll(async () => {
  server = await startMariadb();
  session = await openRunner(server);
  await session.plain("CREATE DATABASE other");
  for (const statement of SCHEMA) await session.plain(statement);
});
afterAll(async () => {
  await session?.close();
  await server?.stop();
});

const SCHEMA = [
  "CREATE TABLE customers (id INT PRIMARY KEY AUTO_INCREMENT, email VARCHAR(120) NOT NULL UNIQUE COMMENT 'how to write to them', `odd ``name` TEXT, birth DATE DEFAULT '1970-01-01', CHECK (`birth` > '1900-01-01')) COMMENT='who buys'",
  "CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT, total DECIMAL(10,2), with_tax DECIMAL(10,2) AS (total * 1.2) STORED, FOREIGN KEY (customer_id) REFERENCES customers (id))",
  "CREATE TABLE log (what TEXT)",
  "CREATE VIEW buyers AS SELECT c.email AS mail, o.total FROM customers c JOIN orders o ON o.customer_id = c.id",
  "CREATE TRIGGER noted AFTER DELETE ON customers FOR EACH ROW INSERT INTO log VALUES (OLD.email)",
  "CREATE FUNCTION mail_of(wanted INT) RETURNS VARCHAR(120) READS SQL DATA RETURN (SELECT email FROM customers WHERE id = wanted)",
  "CREATE PROCEDURE clean(IN days INT, OUT removed INT) SQL SECURITY INVOKER BEGIN DELETE FROM log; SET removed = ROW_COUNT(); END",
  "CREATE SEQUENCE numbers",
  "CREATE TABLE other.customers (id INT, note TEXT)",
];

const named = (catalog: Catalog, schema: string, name: string): Relation => {
  const found = catalog.relations.find((one) => one.schema === schema && one.name === name);
  if (found === undefined) throw new Error(`${schema}.${name} is not in the catalog`);
  return found;
};
const column = (relation: Relation, name: string) => relation.columns.find((one) => one.name === name);

describe("what exists", () => {
  let catalog: Catalog;
  beforeAll(async () => {
    catalog = await loadMysqlCatalog(session);
  });

  test("the server", () => {
    expect(catalog).toMatchObject({
      engine: "mysql",
      variant: "mariadb",
      database: "test",
      searchPath: ["test"],
    });
    expect(catalog.version).toBeGreaterThan(100_600);
  });

  test("tables with columns, keys, comments, defaults and checks", () => {
    const customers = named(catalog, "test", "customers");
    expect(customers).toMatchObject({ kind: "table", comment: "who buys" });
    expect(customers.columns.map(({ name, ordinal }) => [name, ordinal])).toEqual([
      ["id", 1],
      ["email", 2],
      ["odd `name", 3],
      ["birth", 4],
    ]);
    expect(column(customers, "id")).toMatchObject({ inPrimaryKey: true, notNull: true });
    expect(column(customers, "email")).toMatchObject({
      type: "varchar(120)",
      unique: true,
      notNull: true,
      comment: "how to write to them",
    });
    expect(column(customers, "birth")).toMatchObject({ defaultText: "'1970-01-01'" });
    expect(column(customers, "birth")?.checks).toHaveLength(1);
  });

  test("foreign keys and generated columns", () => {
    const orders = named(catalog, "test", "orders");
    expect(column(orders, "customer_id")?.references).toEqual({
      schema: "test",
      table: "customers",
      column: "id",
    });
    expect(column(orders, "with_tax")).toMatchObject({ generated: true });
    expect(column(orders, "with_tax")?.defaultText).toContain("total");
  });

  test("views with their text, sequences, and tables of other databases", () => {
    const buyers = named(catalog, "test", "buyers");
    expect(buyers).toMatchObject({ kind: "view" });
    expect(buyers.definition).toContain("`test`.`customers`");
    expect(buyers.columns.map(({ name }) => name)).toEqual(["mail", "total"]);
    expect(named(catalog, "test", "numbers").kind).toBe("sequence");
    expect(named(catalog, "other", "customers").oid).not.toBe(named(catalog, "test", "customers").oid);
  });

  test("triggers with their bodies, functions and procedures", () => {
    const [trigger] = named(catalog, "test", "customers").triggers;
    expect(trigger).toMatchObject({ name: "noted", events: ["delete"], enabled: true });
    const body = catalog.routines.find(({ oid }) => oid === trigger?.routineOid);
    expect(body?.body).toContain("INSERT INTO log");
    expect(catalog.routines.find(({ name }) => name === "mail_of")).toMatchObject({
      kind: "function",
      argumentTypes: ["int(11)"],
      argumentNames: ["wanted"],
      returnType: "varchar(120)",
      volatility: "stable",
      securityDefiner: true,
    });
    expect(catalog.routines.find(({ name }) => name === "clean")).toMatchObject({
      kind: "procedure",
      argumentNames: ["days"],
      outputColumns: [{ name: "removed", type: "int(11)" }],
      securityDefiner: false,
    });
  });

  test("nothing of the server that holds values or other people's statements", () => {
    const system = catalog.relations.filter(({ schema }) => !["test", "other"].includes(schema));
    expect(new Set(system.map(({ schema }) => schema))).toEqual(new Set(["information_schema"]));
    const names = system.map(({ name }) => name.toUpperCase());
    expect(names).toContain("COLUMNS");
    expect(names).not.toContain("PROCESSLIST");
    expect(names).not.toContain("USER_VARIABLES");
    expect(names).not.toContain("INNODB_TRX");
  });

  test("oids are the same each time", async () => {
    const again = await loadMysqlCatalog(session);
    expect(again).toEqual(catalog);
    expect(new Set(again.relations.map(({ oid }) => oid)).size).toBe(again.relations.length);
  });
});

describe("versions and fingerprint", () => {
  const versionNow = async (name: string): Promise<string | undefined> =>
    (await mysqlRelationVersions(session, new Map([[7, { schema: "test", name }]]))).get(7);

  test("are the catalog's, asked of one relation or of many", async () => {
    const { relations } = await loadMysqlCatalog(session);
    const versions = await mysqlRelationVersions(
      session,
      new Map(relations.map(({ oid, schema, name }) => [oid, { schema, name }])),
    );
    for (const { oid, name, version } of relations)
      expect([name, versions.get(oid)]).toEqual([name, version]);
  });

  test.each([
    ["a column", "log", "ALTER TABLE log ADD COLUMN at INT"],
    ["a type", "log", "ALTER TABLE log MODIFY at BIGINT"],
    [
      "a generated column's expression",
      "orders",
      "ALTER TABLE orders MODIFY with_tax DECIMAL(10,2) AS (total * 1.3) STORED",
    ],
    ["a view", "buyers", "CREATE OR REPLACE VIEW buyers AS SELECT email AS mail, 1 AS total FROM customers"],
    ["a trigger", "log", "CREATE TRIGGER again BEFORE INSERT ON log FOR EACH ROW SET NEW.at = 1"],
    ["a table that became a view", "log", "DROP TABLE log"],
  ])("change with %s", async (_, name, ddl) => {
    const before = [await versionNow(name), await mysqlFingerprint(session)];
    await session.plain(ddl);
    const after = [await versionNow(name), await mysqlFingerprint(session)];
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  test("do not change with rows", async () => {
    const before = [await versionNow("customers"), await mysqlFingerprint(session)];
    await session.plain("INSERT INTO customers (email) VALUES ('a@example.com'), ('b@example.com')");
    await session.plain("ANALYZE TABLE customers");
    expect([await versionNow("customers"), await mysqlFingerprint(session)]).toEqual(before);
  });

  test("fingerprint changes with a routine's body", async () => {
    const before = await mysqlFingerprint(session);
    await session.plain("CREATE OR REPLACE FUNCTION mail_of(wanted INT) RETURNS VARCHAR(120) RETURN 'none'");
    expect(await mysqlFingerprint(session)).not.toBe(before);
  });
});

test("an account sees only what it may", async () => {
  await session.plain("CREATE USER 'little'@'%' IDENTIFIED BY 'little-password'");
  await session.plain("GRANT SELECT (id) ON test.customers TO 'little'@'%'");
  const little = await openRunner(server, { user: "little" }, "little-password");
  const catalog = await loadMysqlCatalog(little);
  const mine = catalog.relations.filter(({ schema }) => schema === "test");
  expect(mine.map(({ name, columns }) => [name, columns.map((one) => one.name)])).toEqual([
    ["customers", ["id"]],
  ]);
  await little.close();
});
