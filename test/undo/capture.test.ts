import { afterAll, beforeAll, expect, test } from "vitest";
import { relationVersionsSql } from "../../agent/catalog/relationVersions.ts";
import type { Capture } from "../../agent/connect/capturePlan.ts";
import { PostgresSession } from "../../agent/connect/postgres/postgresSession.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { profileOf } from "../robustness/engine.ts";

let server: TestPostgres;
let session: PostgresSession;

beforeAll(async () => {
  server = await startPostgres();
  session = await PostgresSession.open({
    profile: profileOf(server),
    password: server.password,
    applicationName: "sluice/test",
    relationVersionsSql,
  });
  await session.plain("CREATE TABLE t (id integer PRIMARY KEY, n integer)");
  await session.plain("INSERT INTO t SELECT i, i FROM generate_series(1, 9) AS i");
});
afterAll(async () => {
  await session?.close();
  await server?.stop();
});

/** A write beside which other rows may be read than it writes, as where others change what its condition asks. */
async function capture(
  text: string,
  operation: "update" | "delete",
  read: string,
): Promise<Capture | undefined> {
  const result = await session.write({
    text,
    relationOids: [],
    check: () => {},
    maxAffectedRows: undefined,
    keepRows: 0,
    capture: {
      operation,
      beforeText: `SELECT tableoid, ctid, id, n FROM t WHERE ${read} LIMIT 101 FOR UPDATE`,
      rowText: "SELECT tableoid, ctid, id, n FROM t WHERE id = $1 FOR UPDATE",
      key: [0],
      relationOid: 0,
      columns: 2,
      maxRows: 100,
      maxBytes: 10_000,
    },
  });
  return result.capture;
}

const OTHERS = { kind: "none", reason: "the rows were being changed by others" };

test("only rows that the write itself changed are captured, though as many were read", async () => {
  expect(await capture("UPDATE t SET n = n WHERE id = 1", "update", "id = 2")).toEqual(OTHERS);
  expect(await capture("UPDATE t SET n = n WHERE id IN (1, 2)", "update", "id IN (2, 3)")).toEqual(OTHERS);
  expect(await capture("DELETE FROM t WHERE id = 1", "delete", "id = 2")).toEqual(OTHERS);
  expect(await capture("UPDATE t SET n = 0 WHERE id IN (2, 3)", "update", "id = 2")).toEqual(OTHERS);
  expect(await capture("UPDATE t SET n = 7 WHERE id = 2", "update", "id = 2")).toMatchObject({
    kind: "captured",
    captured: { rows: [{ before: ["2", "0"] }] },
  });
});

test("an INSERT is carried out where its rows may be written and not be read", async () => {
  await session.plain("CREATE TABLE closed (id integer PRIMARY KEY)");
  await session.plain("CREATE ROLE writer");
  await session.plain("GRANT INSERT ON closed TO writer");
  await session.plain("SET ROLE writer");
  const oid = Number((await session.rows("SELECT 'closed'::regclass::oid"))[0]?.[0]);
  const result = await session.write({
    text: "INSERT INTO closed VALUES (1)",
    relationOids: [],
    check: () => {},
    maxAffectedRows: undefined,
    keepRows: 0,
    capture: {
      operation: "insert",
      returningText: "INSERT INTO closed VALUES (1) RETURNING id",
      columns: 1,
      relationOid: oid,
      rowText: "SELECT tableoid, ctid, id FROM closed WHERE id = $1 FOR UPDATE",
      key: [0],
      maxRows: 100,
      maxBytes: 10_000,
    },
  });
  expect(result).toMatchObject({
    affected: 1,
    capture: { kind: "none", reason: "its rows may not be read" },
  });
  await session.plain("RESET ROLE");
  expect(await session.rows("SELECT id FROM closed")).toEqual([["1"]]);
});

test("a question that fails leaves the write as it is", async () => {
  expect(await capture("UPDATE t SET n = 8 WHERE id = 3", "update", "1 / (id - id) = 1")).toEqual({
    kind: "none",
    reason: "the rows it changes could not be read or locked",
  });
  expect(await session.rows("SELECT n FROM t WHERE id = 3")).toEqual([["8"]]);
  expect(session.transaction()).toBe("none");
});
