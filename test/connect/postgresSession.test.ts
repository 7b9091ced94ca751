import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ConnectError } from "../../agent/connect/connectError.ts";
import { ServerError, TooManyRowsError } from "../../agent/connect/databaseSession.ts";
import { everyText } from "../../agent/connect/incomingRow.ts";
import { PostgresSession } from "../../agent/connect/postgres/postgresSession.ts";
import { RowTooLargeError } from "../../agent/connect/rowTooLarge.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId } from "../../protocol/ids.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";

const VERSIONS = "SELECT c.oid::text, c.xmin::text FROM pg_class c WHERE c.oid = ANY($1::oid[])";

let server: TestPostgres;
let session: PostgresSession;

const profile = (changes: Partial<ConnectionProfile> = {}): ConnectionProfile => ({
  id: connectionId("test"),
  name: "test",
  engine: "postgres",
  host: server.host,
  port: server.port,
  database: server.database,
  user: server.user,
  tls: "disable",
  ...changes,
});
const open = (
  changes: Partial<ConnectionProfile> = {},
  password = server.password,
): Promise<PostgresSession> =>
  PostgresSession.open({
    profile: profile(changes),
    password,
    applicationName: "test",
    relationVersionsSql: VERSIONS,
  });
const read = (text: string, firstRows = 100, check = () => {}) =>
  session.read({ text, relationOids: [], check, firstRows, toRow: everyText });
const write = (text: string, maxAffectedRows?: number) =>
  session.write({ text, relationOids: [], check: () => {}, maxAffectedRows, keepRows: 100 });
const codeOf = async (attempt: Promise<unknown>): Promise<string> => {
  const error: unknown = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof ConnectError ? error.problem.code : `not a ConnectError: ${String(error)}`;
};

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await session.close();
  await server.stop();
});
beforeEach(async () => {
  if (session === undefined || !session.alive) session = await open();
});

describe("connecting tells what is wrong", () => {
  test("wrong host", async () =>
    expect(await codeOf(open({ host: "no-such-host.invalid" }))).toBe("host-not-found"));
  test("wrong port", async () => expect(await codeOf(open({ port: 1 }))).toBe("connection-refused"));
  test("wrong password", async () => expect(await codeOf(open({}, "wrong"))).toBe("wrong-password"));
  test("missing database", async () =>
    expect(await codeOf(open({ database: "nowhere" }))).toBe("database-missing"));
  test("TLS asked of a server without it", async () =>
    expect(await codeOf(open({ tls: "verify" }))).toBe("tls-refused"));
});

describe("reading", () => {
  test("a row larger than is wanted is not taken in, the statement is stopped, and the session goes on", async () => {
    const large = (text: string, firstRows = 100) =>
      session.read({
        text,
        relationOids: [],
        check: () => {},
        firstRows,
        maxRowBytes: 100_000,
        toRow: everyText,
      });
    const attempts = [
      () => large("SELECT repeat('x', 200000000)"),
      () => large("SELECT i, repeat('x', 3000000) FROM generate_series(1, 100000) i"),
      async () => {
        const result = await large(
          "SELECT repeat('x', CASE WHEN i > 3 THEN 5000000 ELSE 1 END) FROM generate_series(1, 1000) i",
          1,
        );
        expect(result.first.rows).toHaveLength(1);
        for (let page = await result.next(1); !page.done; ) page = await result.next(1);
      },
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow(RowTooLargeError);
    expect(session.transaction()).toBe("none");
    for (let n = 0; n < 5; n++) expect((await read("SELECT 1")).first.rows).toEqual([["1"]]);
  });

  test("pages from a cursor, then ends the transaction", async () => {
    const result = await read("SELECT i, NULL FROM generate_series(1, 250) i");
    expect(result.first.rows).toHaveLength(100);
    expect(result.first.done).toBe(false);
    expect(session.transaction()).toBe("open");
    const second = await result.next(100);
    const third = await result.next(100);
    expect(third.rows.at(-1)).toEqual(["250", null]);
    expect([second.done, third.done]).toEqual([false, true]);
    await session.rows("SELECT 1");
    expect(session.transaction()).toBe("none");
  });

  test("cannot write, whatever the statement says", async () => {
    await session.plain("CREATE TABLE IF NOT EXISTS target (a int)");
    await expect(read("INSERT INTO target VALUES (1) RETURNING a")).rejects.toMatchObject({
      sqlstate: "25006",
    });
    await expect(read("SELECT nextval('missing')")).rejects.toBeInstanceOf(ServerError);
    const [[count] = []] = await session.rows("SELECT count(*) FROM target");
    expect(count).toBe("0");
  });

  test("sends one statement only", async () => {
    await expect(read("SELECT 1; DROP TABLE target")).rejects.toMatchObject({ sqlstate: "42601" });
    await expect(write("DELETE FROM target; COMMIT; DROP TABLE target")).rejects.toMatchObject({
      sqlstate: "42601",
    });
    expect(session.transaction()).toBe("none");
  });

  test("shows no row when the check closes the door", async () => {
    const shut = new Error("shut");
    await expect(
      read("SELECT 1", 100, () => {
        throw shut;
      }),
    ).rejects.toBe(shut);
    expect((await read("SELECT 2")).first.rows).toEqual([["2"]]);
  });

  test("holds one page of large rows at a time", async () => {
    const result = await read("SELECT repeat('x', 3000000) FROM generate_series(1, 40)", 500);
    const sizes = [result.first.rows.length];
    let { done } = result.first;
    while (!done) {
      const page = await result.next(500);
      sizes.push(page.rows.length);
      ({ done } = page);
    }
    expect(sizes.reduce((sum, size) => sum + size)).toBe(40);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4);
  });

  test("leaves off in the middle of a large row stream", async () => {
    const result = await read("SELECT repeat('x', 3000000) FROM generate_series(1, 4000)", 4000);
    await result.close();
    expect(await session.rows("SELECT 3")).toEqual([["3"]]);
  });

  test("is cancelled on the server", async () => {
    const slow = read("SELECT pg_sleep(600)");
    const failed = expect(slow).rejects.toMatchObject({ sqlstate: "57014" });
    const watcher = await open();
    const asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    while ((await watcher.rows(asleep))[0]?.[0] === "0");
    await session.cancel();
    await failed;
    expect((await watcher.rows(asleep))[0]?.[0]).toBe("0");
    await watcher.close();
  });

  test("places an error in UTF-16 units", async () => {
    const text = "SELECT '😀😀', nope";
    await expect(read(text)).rejects.toMatchObject({ position: text.indexOf("nope"), stage: "parse" });
  });

  test("1,600 columns", async () => {
    const list = Array.from({ length: 1600 }, (_, i) => `${i} AS c${i}`).join(", ");
    const result = await read(`SELECT ${list}`);
    expect(result.first.rows[0]).toHaveLength(1600);
  });
});

describe("writing", () => {
  test("rolls back over the limit and says how many", async () => {
    await session.plain("CREATE TABLE IF NOT EXISTS counted AS SELECT generate_series(1, 10) AS a");
    const attempt = write("DELETE FROM counted", 9);
    await expect(attempt).rejects.toBeInstanceOf(TooManyRowsError);
    await expect(attempt).rejects.toMatchObject({ affected: 10, limit: 9 });
    expect((await read("SELECT count(*) FROM counted")).first.rows).toEqual([["10"]]);
    expect((await write("DELETE FROM counted", 10)).affected).toBe(10);
  });

  test("returns rows", async () => {
    const result = await write("INSERT INTO counted VALUES (1), (2) RETURNING a");
    expect(result.rows).toEqual([["1"], ["2"]]);
    expect(result.tag).toBe("INSERT 0 2");
  });

  test("in a transaction of the person's own", async () => {
    await session.plain("BEGIN");
    await write("DELETE FROM counted");
    await expect(write("SELECT 1/0")).rejects.toMatchObject({ sqlstate: "22012" });
    expect((await read("SELECT count(*) FROM counted")).first.rows).toEqual([["0"]]);
    await expect(read("DELETE FROM counted RETURNING a")).rejects.toMatchObject({ sqlstate: "25006" });
    expect((await read("SELECT count(*) FROM counted")).first.rows).toEqual([["0"]]);
    expect(session.transaction()).toBe("open");
    await session.plain("ROLLBACK");
    expect((await read("SELECT count(*) FROM counted")).first.rows).toEqual([["2"]]);
  });
});

test("a server that restarts in the middle is told, and a new session works", async () => {
  const slow = read("SELECT pg_sleep(600)");
  const failed = codeOf(slow);
  await server.restart();
  expect(await failed).toBe("connection-lost");
  expect(session.alive).toBe(false);
  session = await open();
  expect(await session.rows("SELECT 1")).toEqual([["1"]]);
});
