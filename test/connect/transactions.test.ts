import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { everyText } from "../../agent/connect/incomingRow.ts";
import { PostgresSession } from "../../agent/connect/postgres/postgresSession.ts";
import { connectionId } from "../../protocol/ids.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";

const VERSIONS = "SELECT c.oid::text, c.xmin::text FROM pg_class c WHERE c.oid = ANY($1::oid[])";

let server: TestPostgres;
let session: PostgresSession;

const read = (text: string, firstRows = 100) =>
  session.read({ text, relationOids: [], check: () => {}, firstRows, toRow: everyText });
const write = (text: string) =>
  session.write({ text, relationOids: [], check: () => {}, maxAffectedRows: undefined, keepRows: 100 });
const all = async (text: string): Promise<readonly (readonly (string | null)[])[]> => {
  const result = await read(text);
  const rows = [...result.first.rows];
  await result.close();
  return rows;
};

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  session = await PostgresSession.open({
    profile: {
      id: connectionId("test"),
      name: "test",
      engine: "postgres",
      host: server.host,
      port: server.port,
      database: server.database,
      user: server.user,
      tls: "disable",
    },
    password: server.password,
    applicationName: "test",
    relationVersionsSql: VERSIONS,
  });
  await session.plain("DROP TABLE IF EXISTS kept");
  await session.plain("CREATE TABLE kept (id int)");
  return () => session.close();
});

describe("a transaction of the person's own", () => {
  test("can write after it has read", async () => {
    await session.plain("BEGIN");
    expect(await all("SELECT count(*) FROM kept")).toEqual([["0"]]);
    await write("INSERT INTO kept VALUES (1), (2)");
    expect(await all("SELECT count(*) FROM kept")).toEqual([["2"]]);
    await write("INSERT INTO kept VALUES (3)");
    await session.plain("COMMIT");
    expect(await all("SELECT count(*) FROM kept")).toEqual([["3"]]);
  });

  test("cannot be written to by a read", async () => {
    await session.plain("BEGIN");
    await expect(read("INSERT INTO kept VALUES (1)")).rejects.toMatchObject({ sqlstate: "25006" });
    expect(session.transaction()).toBe("open");
    await session.plain("COMMIT");
    expect(await all("SELECT count(*) FROM kept")).toEqual([["0"]]);
  });

  test("pages through a cursor, each FETCH going on where the last one ended", async () => {
    await session.plain("BEGIN");
    await session.plain("DECLARE c CURSOR FOR SELECT g FROM generate_series(1, 10) g");
    expect(await all("FETCH 3 FROM c")).toEqual([["1"], ["2"], ["3"]]);
    expect(await all("FETCH 2 FROM c")).toEqual([["4"], ["5"]]);
    await session.plain("ROLLBACK");
  });
});

test("works on after everything of the session was discarded", async () => {
  expect(await all("SELECT 1")).toEqual([["1"]]);
  await session.plain("DISCARD ALL");
  expect(await all("SELECT 2")).toEqual([["2"]]);
  await session.plain("DEALLOCATE ALL");
  await write("INSERT INTO kept VALUES (7)");
  expect(await all("SELECT id FROM kept")).toEqual([["7"]]);
});

describe("the limit on changed rows counts what the command tag does not", () => {
  const limited = (text: string) =>
    session.write({ text, relationOids: [], check: () => {}, maxAffectedRows: 3, keepRows: 100 });
  beforeEach(async () => {
    await write("INSERT INTO kept SELECT g FROM generate_series(1, 10) g");
  });

  test.each([
    "DELETE FROM kept WHERE id > 0",
    "WITH gone AS (DELETE FROM kept WHERE id > 0 RETURNING id) SELECT 1",
    "EXPLAIN ANALYZE DELETE FROM kept WHERE id > 0",
    "DO $$ BEGIN DELETE FROM kept WHERE id > 0; END $$",
  ])("%s", async (text) => {
    await expect(limited(text)).rejects.toMatchObject({ affected: 10, limit: 3 });
    expect(await all("SELECT count(*) FROM kept")).toEqual([["10"]]);
  });

  test("and in a transaction of the person's own only what this statement changed", async () => {
    await session.plain("BEGIN");
    await limited("DELETE FROM kept WHERE id <= 3");
    await limited("DELETE FROM kept WHERE id BETWEEN 4 AND 6");
    await expect(limited("DELETE FROM kept WHERE id > 0")).rejects.toMatchObject({ affected: 4 });
    await session.plain("COMMIT");
    expect(await all("SELECT count(*) FROM kept")).toEqual([["4"]]);
  });
});

test("rows that a write returns beyond those kept are counted and dropped", async () => {
  const result = await session.write({
    text: "INSERT INTO kept SELECT g FROM generate_series(1, 5000) g RETURNING id",
    relationOids: [],
    check: () => {},
    maxAffectedRows: undefined,
    keepRows: 7,
  });
  expect(result).toMatchObject({ affected: 5000, returned: 5000 });
  expect(result.rows).toHaveLength(7);
});
