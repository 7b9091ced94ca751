import mysql from "mysql2/promise";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadMysqlCatalog } from "../../agent/catalog/loadMysqlCatalog.ts";
import { mysqlRelationVersions } from "../../agent/catalog/mysql/relationVersions.ts";
import type { WriteResult } from "../../agent/connect/databaseSession.ts";
import { MysqlSession } from "../../agent/connect/mysql/mysqlSession.ts";
import { keepableMysql } from "../../agent/sql/mysql/keepable.ts";
import { FRESH_SESSION } from "../../agent/sql/mysql/session.ts";
import { understandMysql } from "../../agent/sql/mysql/understand.ts";
import { indexCatalog } from "../../agent/sql/postgres/catalogIndex.ts";
import { mysqlProfile } from "../catalog/mysqlRunner.ts";
import { startMariadb, type TestMariadb } from "../mariadb.ts";

let server: TestMariadb;
let session: MysqlSession;
const names = new Map<number, { readonly schema: string; readonly name: string }>();

beforeAll(async () => {
  server = await startMariadb(["--innodb-rollback-on-timeout=ON"]);
  session = await MysqlSession.open({
    profile: mysqlProfile(server),
    password: server.password,
    applicationName: "test",
    relationName: (oid) => names.get(oid),
    relationVersions: mysqlRelationVersions,
  });
  for (const text of [
    "CREATE TABLE notes (id INT AUTO_INCREMENT PRIMARY KEY, body TEXT) ENGINE = InnoDB",
    "CREATE TABLE pairs (a INT, b VARCHAR(10), n INT, PRIMARY KEY (a, b)) ENGINE = InnoDB",
    "CREATE TABLE flat (id INT PRIMARY KEY, hits INT) ENGINE = MyISAM",
    "INSERT INTO flat VALUES (1, 1)",
    "CREATE TABLE t (id INT PRIMARY KEY, n INT) ENGINE = InnoDB",
    "INSERT INTO t VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, 5)",
  ]) {
    await session.plain(text);
  }
});
afterAll(async () => {
  await session?.close();
  await server?.stop();
});

/** As on a server that cannot return the rows it inserts, which MySQL is. */
async function captured(text: string, reads?: string): Promise<WriteResult | string> {
  const index = indexCatalog(await loadMysqlCatalog(session));
  for (const { oid, schema, name } of index.catalog.relations) names.set(oid, { schema, name });
  const settings = { ...session.settings, variant: "mysql" } as const;
  const statement = { text, span: { start: 0, end: text.length } };
  const understood = understandMysql(statement, index, { settings, memory: FRESH_SESSION });
  if (understood.kind !== "understood") throw new Error(`${text}: ${understood.kind}`);
  const write = keepableMysql(statement, understood.facts, index, settings, 100);
  if (write.kind === "not_keepable") return write.reason;
  const { relation, key, rowText, texts, madeKeys, operation, beforeText = "" } = write;
  const rows = {
    relationOid: relation.oid,
    columns: relation.columns.length,
    key,
    rowText,
    maxRows: 100,
    maxBytes: 10_000,
    ...(texts && { texts }),
  };
  return session.write({
    text,
    relationOids: [relation.oid],
    check: () => {},
    maxAffectedRows: undefined,
    keepRows: 0,
    capture:
      operation === "insert"
        ? { ...rows, operation, ...(madeKeys && { madeKeys }) }
        : {
            ...rows,
            operation,
            beforeText: reads === undefined ? beforeText : `${rowText} WHERE ${reads} FOR UPDATE`,
          },
  });
}

const hex = (text: string): string => Buffer.from(text).toString("hex").toUpperCase();

test("rows are told by the keys the text gives, or the server counts up", async () => {
  expect(await captured("INSERT INTO pairs VALUES (1, 'x', 5), (2, 'é', 6)")).toMatchObject({
    affected: 2,
    capture: {
      kind: "captured",
      captured: { rows: [{ before: ["1", hex("x"), "5"] }, { before: ["2", hex("é"), "6"] }] },
    },
  });
  expect(await captured("INSERT INTO pairs SET b = 'y', a = 3")).toMatchObject({
    capture: { kind: "captured", captured: { rows: [{ before: ["3", hex("y"), null] }] } },
  });
  await session.plain("SET SESSION auto_increment_increment = 5");
  expect(await captured("INSERT INTO notes (body) VALUES ('a'), ('b'), ('c')")).toMatchObject({
    affected: 3,
    capture: { kind: "captured", captured: { rows: [{}, {}, {}] } },
  });
  await session.plain("SET SESSION auto_increment_increment = 1");
  expect(await captured("INSERT INTO notes VALUES (100, 'a')")).toMatchObject({
    capture: { captured: { rows: [{ before: ["100", hex("a")] }] } },
  });
});

test("where they are not told, that is said, and the write runs", async () => {
  const unsure = "its rows cannot be told as they are made";
  expect(await captured("INSERT INTO pairs SELECT 9, 'q', 1")).toBe(unsure);
  expect(await captured("INSERT INTO pairs VALUES (4 + 4, 'q', 1)")).toBe(unsure);
  expect(await captured("INSERT INTO notes VALUES (0, 'next')")).toBe(unsure);
  expect(await captured("INSERT IGNORE INTO pairs VALUES (1, 'x', 9)")).toBe(unsure);
  expect(await captured("INSERT INTO pairs VALUES (10, 7, 1)")).toBe(unsure);
});

test("a table without transactions is written, and nothing of it is kept", async () => {
  expect(await captured("UPDATE flat SET hits = 2 WHERE id = 1")).toMatchObject({
    affected: 1,
    capture: { kind: "none", reason: "test.flat has no transactions" },
  });
});

test("an INSERT is carried out where its rows may be written and not be read", async () => {
  for (const text of [
    "CREATE TABLE closed (id INT PRIMARY KEY, body TEXT) ENGINE = InnoDB",
    "CREATE USER writer@'%' IDENTIFIED BY 'only-writes'",
    "GRANT INSERT ON test.closed TO writer@'%'",
  ]) {
    await session.plain(text);
  }
  const writer = await MysqlSession.open({
    profile: mysqlProfile(server, { user: "writer" }),
    password: "only-writes",
    applicationName: "test",
    relationName: () => ({ schema: "test", name: "closed" }),
    relationVersions: mysqlRelationVersions,
  });
  const write = (text: string, returns: boolean) =>
    writer.write({
      text,
      relationOids: [],
      check: () => {},
      maxAffectedRows: undefined,
      keepRows: 0,
      capture: {
        operation: "insert",
        relationOid: 1,
        columns: 2,
        key: [0],
        rowText: "SELECT `id`, HEX(`body`) FROM `test`.`closed`",
        maxRows: 10,
        maxBytes: 1_000,
        texts: { rows: () => "SELECT 1", restoring: () => "", referring: () => [] },
        ...(returns
          ? { returningText: `${text} RETURNING \`id\`, HEX(\`body\`)` }
          : { madeKeys: { kind: "given", keys: [["2"]] } }),
      },
    });
  for (const [text, returns] of [
    ["INSERT INTO closed VALUES (1, 'a')", true],
    ["INSERT INTO closed VALUES (2, 'b')", false],
  ] as const) {
    const { affected, capture } = await write(text, returns);
    expect({ affected, capture }).toMatchObject({ affected: 1, capture: { kind: "none" } });
  }
  await writer.close();
  expect(await session.rows("SELECT id FROM test.closed ORDER BY id")).toEqual([["1"], ["2"]]);
});

test("only rows that the write itself changed are captured, though as many were read", async () => {
  const others = { capture: { kind: "none", reason: "the rows were being changed by others" } };
  expect(await captured("UPDATE t SET n = 8 WHERE id = 1", "id = 2")).toMatchObject(others);
  expect(await captured("UPDATE t SET n = 9 WHERE id IN (1, 2)", "id IN (2, 3)")).toMatchObject(others);
  expect(await captured("UPDATE t SET n = 0 WHERE id IN (2, 3)", "id = 2")).toMatchObject(others);
  expect(await captured("DELETE FROM t WHERE id = 1", "id = 4")).toMatchObject(others);
  expect(await captured("UPDATE t SET n = 7 WHERE id = 2", "id = 2")).toMatchObject({
    capture: { kind: "captured", captured: { rows: [{ before: ["2", "0"] }] } },
  });
  expect(await captured("UPDATE t SET n = 8 WHERE id = 3", "nobody = 1")).toMatchObject({
    affected: 1,
    capture: { kind: "none", reason: "the rows it changes could not be read or locked" },
  });
  expect(await session.rows("SELECT n FROM t WHERE id = 3")).toEqual([["8"]]);
  expect(session.transaction()).toBe("none");
});

test("where the server has rolled the transaction back, the write does not run outside of it", async () => {
  const other = await mysql.createConnection(server.connectionString);
  await session.plain("SET SESSION innodb_lock_wait_timeout = 1");
  await other.query("START TRANSACTION");
  await other.query("UPDATE test.t SET n = 50 WHERE id = 5");
  const before = await session.rows("SELECT id, n FROM t ORDER BY id");
  // It reads a row that is held, and would write another.
  await expect(captured("UPDATE t SET n = 51 WHERE id = 4", "id = 5")).rejects.toThrow(/Lock wait timeout/);
  await other.query("ROLLBACK");
  await other.end();
  expect(session.transaction()).toBe("none");
  expect(await session.rows("SELECT id, n FROM t ORDER BY id")).toEqual(before);
});
