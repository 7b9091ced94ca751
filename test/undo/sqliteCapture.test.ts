import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseConnectionUrl } from "../../agent/connect/connectionUrl.ts";
import type { WriteResult } from "../../agent/connect/databaseSession.ts";
import { SqliteSession } from "../../agent/connect/sqlite/sqliteSession.ts";
import { newHome } from "../robustness/engine.ts";

const home = newHome();
let session: SqliteSession;

beforeAll(async () => {
  const file = path.join(home, "t.db");
  const database = new Database(file);
  database.exec(
    "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 1), (2, 2), (3, 3), (4, 4)",
  );
  database.close();
  session = await SqliteSession.open({
    profile: parseConnectionUrl(`sqlite:${file}`).profile,
    relationVersions: async () => new Map(),
  });
});
afterAll(async () => {
  await session?.close();
  fs.rmSync(home, { recursive: true, force: true });
});

/** A write beside which other rows may be read than it writes, or others returned. */
const write = (
  text: string,
  operation: "update" | "delete",
  reads: string,
  returning = "id, n",
): Promise<WriteResult> =>
  session.write({
    text,
    relationOids: [],
    check: () => {},
    maxAffectedRows: undefined,
    keepRows: 0,
    capture: {
      operation,
      relationOid: 0,
      columns: 2,
      beforeText: `SELECT id, n FROM t WHERE ${reads}`,
      returningText: `${text} RETURNING ${returning}`,
      rowText: "SELECT id, n FROM t WHERE id = ?",
      key: [0],
      maxRows: 100,
      maxBytes: 10_000,
    },
  });

test("only rows that the write itself changed are captured, though as many were read", async () => {
  const others = { capture: { kind: "none", reason: "the rows were being changed by others" } };
  expect(await write("UPDATE t SET n = n WHERE id = 1", "update", "id = 2")).toMatchObject(others);
  expect(await write("UPDATE t SET n = 0 WHERE id IN (2, 3)", "update", "id = 2")).toMatchObject(others);
  expect(await write("DELETE FROM t WHERE id = 1", "delete", "id = 2")).toMatchObject(others);
  expect(await write("UPDATE t SET n = 7 WHERE id = 2", "update", "id = 2")).toMatchObject({
    capture: { kind: "captured", captured: { rows: [{ before: ["i2", "i0"] }] } },
  });
});

test("a question that fails leaves the write as it is", async () => {
  const unread = { affected: 1, capture: { kind: "none" } };
  expect(await write("UPDATE t SET n = 8 WHERE id = 3", "update", "nobody = 1")).toMatchObject(unread);
  expect(await write("UPDATE t SET n = 9 WHERE id = 3", "update", "id = 3", "id, nobody")).toMatchObject(
    unread,
  );
  expect(await write("UPDATE t SET n = 10 WHERE id = 3", "update", "id = 3", "id")).toMatchObject(unread);
  expect(await session.rows("SELECT n FROM t WHERE id = 3")).toEqual([["10"]]);
  expect(session.transaction()).toBe("none");
});
