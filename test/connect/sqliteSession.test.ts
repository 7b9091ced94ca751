import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import Database from "better-sqlite3";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { sqliteRelationVersions } from "../../agent/catalog/sqlite/relationVersions.ts";
import { syntheticOid } from "../../agent/catalog/syntheticOid.ts";
import { ConnectError } from "../../agent/connect/connectError.ts";
import { type Description, TooManyRowsError } from "../../agent/connect/databaseSession.ts";
import { everyText } from "../../agent/connect/incomingRow.ts";
import { RowTooLargeError } from "../../agent/connect/rowTooLarge.ts";
import { fileProblem } from "../../agent/connect/sqlite/fileFailure.ts";
import { SqliteSession } from "../../agent/connect/sqlite/sqliteSession.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId } from "../../protocol/ids.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-sqlite-"));
const file = path.join(folder, "shop.db");
const KEPT = syntheticOid("relation", "main", "kept");
let session: SqliteSession;

const profile = (database = file): ConnectionProfile => ({
  id: connectionId("test"),
  name: "test",
  engine: "sqlite",
  host: "",
  port: 0,
  database,
  user: "",
  tls: "disable",
});
const open = (database = file, statementTimeout?: number) =>
  SqliteSession.open({
    profile: profile(database),
    relationVersions: sqliteRelationVersions,
    ...(statementTimeout !== undefined && { statementTimeout }),
  });
type Check = (description: Description) => void;
const read = (text: string, firstRows = 100, check: Check = () => {}) =>
  session.read({ text, relationOids: [KEPT], check, firstRows, toRow: everyText });
const write = (text: string, maxAffectedRows?: number, check: Check = () => {}) =>
  session.write({ text, relationOids: [KEPT], check, maxAffectedRows, keepRows: 2 });
const all = async (text: string) => {
  const result = await read(text);
  expect(result.first.done).toBe(true);
  return result.first.rows;
};
const codeOf = async (attempt: Promise<unknown>): Promise<string> => {
  const error: unknown = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof ConnectError ? error.problem.code : `not a ConnectError: ${String(error)}`;
};
const outside = <T>(work: (database: Database.Database) => T): T => {
  const database = new Database(file, { timeout: 0 });
  try {
    return work(database);
  } finally {
    database.close();
  }
};
const TEN = "INSERT INTO kept SELECT value, 'n' || value FROM generated";
const COUNTING = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n";
const NEVER_ENDING = `${COUNTING}) SELECT max(i) FROM n`;

beforeEach(async () => {
  fs.rmSync(file, { force: true });
  outside((database) =>
    database.exec(`
      CREATE TABLE kept (id INTEGER PRIMARY KEY, note TEXT UNIQUE);
      CREATE TABLE log (what TEXT);
      CREATE VIEW generated AS ${COUNTING} WHERE i < 10) SELECT i AS value FROM n;
    `),
  );
  session = await open();
});
afterEach(async () => {
  await session.close();
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

describe("connecting tells what is wrong", () => {
  test("a row larger than is wanted is not taken in, the statement is stopped, and the session goes on", async () => {
    const large = (text: string, firstRows = 100) =>
      session.read({
        text,
        relationOids: [KEPT],
        check: () => {},
        firstRows,
        maxRowBytes: 100_000,
        toRow: everyText,
      });
    const attempts = [
      () => large("SELECT zeroblob(200000000)"),
      () =>
        large(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i, hex(zeroblob(1000000)) FROM n",
        ),
      async () => {
        const result = await large(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT zeroblob(CASE WHEN i > 3 THEN 5000000 ELSE 1 END) FROM n",
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

  test("a file that is missing, and makes none", async () => {
    const missing = path.join(folder, "missing.db");
    expect(await codeOf(open(missing))).toBe("database-missing");
    expect(fs.existsSync(missing)).toBe(false);
  });
  test("a folder", async () => expect(await codeOf(open(folder))).toBe("not-a-database"));
  test("a file that is no database", async () => {
    const text = path.join(folder, "notes.txt");
    fs.writeFileSync(text, "these are notes ".repeat(500));
    expect(await codeOf(open(text))).toBe("not-a-database");
  });
  test("a damaged database", async () => {
    const damaged = path.join(folder, "damaged.db");
    fs.writeFileSync(
      damaged,
      Buffer.concat([fs.readFileSync(file).subarray(0, 100), Buffer.alloc(5_000, 7)]),
    );
    expect(await codeOf(open(damaged))).toBe("database-damaged");
  });
  test("a database another program has locked", async () => {
    const other = new Database(file);
    other.exec("BEGIN EXCLUSIVE");
    expect(await codeOf(open())).toBe("database-locked");
    other.close();
  }, 30_000);
  test("a file that may not be read or written", () => {
    expect(fileProblem({ code: "SQLITE_CANTOPEN" }, profile())?.code).toBe("database-unreadable");
    expect(fileProblem({ code: "SQLITE_READONLY_DIRECTORY" }, profile())?.code).toBe("database-read-only");
  });
});

describe("reading", () => {
  test("pages, then ends the transaction", async () => {
    const result = await read(`${COUNTING} WHERE i < 250) SELECT i, NULL FROM n`);
    expect(result.first).toMatchObject({ done: false });
    expect(result.first.rows).toHaveLength(100);
    await result.next(100);
    const third = await result.next(100);
    expect(third.rows.at(-1)).toEqual(["250", null]);
    expect(third.done).toBe(true);
    expect(session.transaction()).toBe("none");
    outside((database) => database.exec("INSERT INTO log VALUES ('not locked')"));
  });

  test("values read back as the same, bytes in hexadecimal", async () => {
    expect(
      await all("SELECT 9223372036854775807, 0.1, 2.0, 1e300, -1e999, x'00ff27', 'ä😀', NULL, ''"),
    ).toEqual([["9223372036854775807", "0.1", "2.0", "1e+300", "-Inf", "\\x00ff27", "ä😀", null, ""]]);
  });

  test.each([
    ["INSERT INTO kept VALUES (1, 'x')"],
    ["INSERT INTO kept VALUES (1, 'x') RETURNING id"],
    ["WITH x AS (SELECT 1) DELETE FROM kept RETURNING id"],
    ["BEGIN"],
    ["ATTACH 'other.db' AS other"],
    ["PRAGMA writable_schema = ON"],
    ["PRAGMA query_only = OFF"],
    ["PRAGMA main.journal_mode('DELETE')"],
    ["PRAGMA user_version = 7"],
    ['/* */ ; -- x\n pragma "writable_schema" = 1'],
  ])("cannot write or reach out: %s", async (text) => {
    await expect(read(text)).rejects.toMatchObject({ sqlstate: "42501" });
    expect(await all("SELECT count(*) FROM kept")).toEqual([["0"]]);
  });

  test.each([
    ["PRAGMA table_info(kept)"],
    ["PRAGMA main.user_version"],
    ["EXPLAIN QUERY PLAN SELECT 1"],
    ["VALUES (1)"],
  ])("takes what only describes: %s", async (text) => {
    expect((await read(text)).first.rows.length).toBeGreaterThan(0);
  });

  test("loads no extension", async () => {
    await expect(read("SELECT load_extension('x')")).rejects.toMatchObject({ message: "not authorized" });
  });

  test("sends one statement only", async () => {
    await expect(read("SELECT 1; DROP TABLE kept")).rejects.toMatchObject({ sqlstate: "42601" });
    await expect(write("DELETE FROM kept; DROP TABLE kept")).rejects.toMatchObject({ sqlstate: "42601" });
  });

  test("shows no row when the check closes the door, and tells versions", async () => {
    const shut = new Error("shut");
    let seen: Description | null = null;
    await expect(
      read("SELECT note AS n FROM kept", 10, (description) => {
        seen = description;
        throw shut;
      }),
    ).rejects.toBe(shut);
    expect(seen).toMatchObject({
      columns: [{ name: "n", relationOid: 0 }],
      versions: await sqliteRelationVersions(session, [KEPT]),
    });
    expect(await all("SELECT 1")).toEqual([["1"]]);
  });

  test("sees one state of schema and rows from check to end", async () => {
    outside((database) => database.pragma("journal_mode = WAL"));
    const result = await read("SELECT i FROM (SELECT value AS i FROM generated)", 2);
    outside((database) => database.exec("DROP VIEW generated"));
    expect((await result.next(20)).rows).toHaveLength(8);
    await expect(read("SELECT * FROM generated")).rejects.toMatchObject({ sqlstate: "42P01" });
  });

  test("two million rows do not grow the memory", async () => {
    const before = process.memoryUsage().rss;
    const result = await read(
      `${COUNTING} WHERE i < 2000000) SELECT i, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' FROM n`,
      500,
    );
    let count = result.first.rows.length;
    let { done } = result.first;
    let most = 0;
    while (!done) {
      const page = await result.next(5_000);
      count += page.rows.length;
      ({ done } = page);
      most = Math.max(most, process.memoryUsage().rss);
    }
    expect(count).toBe(2_000_000);
    expect(most - before).toBeLessThan(300 * 1024 * 1024);
  });

  test("holds one page of large rows at a time", async () => {
    const result = await read(`${COUNTING} WHERE i < 40) SELECT printf('%.*c', 3000000, 'x') FROM n`, 500);
    const sizes = [result.first.rows.length];
    let { done } = result.first;
    while (!done) {
      const page = await result.next(500);
      sizes.push(page.rows.length);
      ({ done } = page);
    }
    expect(sizes.reduce((sum, size) => sum + size)).toBe(40);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2);
  });

  test("is cancelled, and the next statement is not", async () => {
    const slow = read(NEVER_ENDING);
    const failed = expect(slow).rejects.toMatchObject({ sqlstate: "57014" });
    await started(session);
    await session.cancel();
    await failed;
    expect(session.alive).toBe(true);
    expect(await all("SELECT 5")).toEqual([["5"]]);
  });

  test("ends after the time it is given", async () => {
    const hurried = await open(file, 200);
    const request = { text: NEVER_ENDING, relationOids: [], check: () => {}, firstRows: 1, toRow: everyText };
    await expect(hurried.read(request)).rejects.toMatchObject({ sqlstate: "57014" });
    await hurried.close();
  });
});

/** The process computes: asked to stop now, there is something to stop. */
async function started(of: SqliteSession): Promise<void> {
  for (let turn = 0; turn < 1_000 && !of.busy; turn += 1)
    await new Promise((resolve) => setImmediate(resolve));
  expect(of.busy).toBe(true);
}

describe("errors", () => {
  test("have a place and a state", async () => {
    const text = "SELECT id\nFORM kept";
    await expect(read(text)).rejects.toMatchObject({
      stage: "parse",
      sqlstate: "42601",
      position: text.indexOf("kept"),
    });
    await expect(read("SELECT nope FROM kept")).rejects.toMatchObject({ sqlstate: "42703", position: 7 });
    await write("INSERT INTO kept VALUES (1, 'x')");
    await expect(write("INSERT INTO kept VALUES (2, 'x')")).rejects.toMatchObject({
      stage: "execute",
      sqlstate: "23505",
    });
  });
});

describe("writing", () => {
  test("rolls back over the limit and says how many", async () => {
    await write(TEN);
    await expect(write("DELETE FROM kept", 9)).rejects.toBeInstanceOf(TooManyRowsError);
    expect(await all("SELECT count(*) FROM kept")).toEqual([["10"]]);
    expect(await write("DELETE FROM kept", 10)).toMatchObject({ affected: 10, tag: "DELETE 10" });
    expect(outside((database) => database.prepare("SELECT count(*) FROM kept").pluck().get())).toBe(0);
  });

  test("rows that triggers change count", async () => {
    await write("CREATE TRIGGER logged AFTER INSERT ON kept BEGIN INSERT INTO log VALUES (new.note); END", 1);
    await expect(write(TEN, 19)).rejects.toMatchObject({ affected: 20, limit: 19 });
    expect(await all("SELECT count(*) FROM log")).toEqual([["0"]]);
  });

  test("rolls back when the check closes the door, also of a schema change", async () => {
    const shut = new Error("shut");
    await expect(
      write("DROP TABLE kept", undefined, ({ versions }) => {
        expect(versions.has(KEPT)).toBe(true);
        throw shut;
      }),
    ).rejects.toBe(shut);
    expect(await all("SELECT count(*) FROM kept")).toEqual([["0"]]);
    expect(session.transaction()).toBe("none");
  });

  test("returns rows, of which some are kept and all counted", async () => {
    const result = await write(`${TEN} RETURNING id`);
    expect(result).toMatchObject({ rows: [["1"], ["2"]], returned: 10, affected: 10 });
  });

  test.each([
    ["ATTACH 'other.db' AS o"],
    ["VACUUM INTO 'copy.db'"],
    ["VACUUM main INTO 'copy.db'"],
    ["PRAGMA writable_schema = 1"],
    ["DETACH main"],
  ])("of other files and of what the process relies on is impossible: %s", async (text) => {
    await expect(session.plain(text)).rejects.toMatchObject({ sqlstate: "42501" });
  });

  test("VACUUM, foreign keys and ANALYZE are possible", async () => {
    await session.plain("VACUUM");
    await session.plain("PRAGMA foreign_keys = OFF");
    await write("ANALYZE");
    expect(await all("PRAGMA foreign_keys")).toEqual([["1"]]);
  });
});

describe("in a transaction of the person's own", () => {
  test("reads see what was written and cannot write; statements fail alone", async () => {
    await session.plain("BEGIN");
    expect(session.transaction()).toBe("open");
    await write("INSERT INTO kept VALUES (1, 'a'), (2, 'b')");
    await expect(write("INSERT INTO kept VALUES (3, 'c'), (4, 'a')")).rejects.toMatchObject({
      sqlstate: "23505",
    });
    expect(await all("SELECT count(*) FROM kept")).toEqual([["2"]]);
    await expect(read("DELETE FROM kept RETURNING id")).rejects.toMatchObject({ sqlstate: "42501" });
    await expect(write("DELETE FROM kept", 1)).rejects.toBeInstanceOf(TooManyRowsError);
    expect(session.transaction()).toBe("open");
    await session.plain("COMMIT");
    expect(session.transaction()).toBe("none");
    expect(await all("SELECT count(*) FROM kept")).toEqual([["2"]]);
  });

  test("is rolled back with a statement that is cancelled in it, and nothing runs outside of it unawares", async () => {
    await session.plain("BEGIN");
    await write("INSERT INTO kept VALUES (1, 'a')");
    const slow = read(NEVER_ENDING);
    const failed = expect(slow).rejects.toMatchObject({ sqlstate: "57014" });
    await started(session);
    await session.cancel();
    await failed;
    expect(session.alive).toBe(false);
    expect(await codeOf(write("INSERT INTO kept VALUES (2, 'b')"))).toBe("connection-lost");
    expect(outside((database) => database.prepare("SELECT count(*) FROM kept").pluck().get())).toBe(0);
  });

  test("a temporary table in front of a judged one closes the door", async () => {
    const seen: (string | undefined)[] = [];
    const look = async () => {
      const result = await read("SELECT * FROM kept", 1, ({ versions }) => seen.push(versions.get(KEPT)));
      await result.close();
    };
    await look();
    await write("CREATE TEMP TABLE Kept AS SELECT 'secret' AS id");
    await look();
    await write("DROP TABLE temp.kept");
    await write("CREATE TEMP TRIGGER also AFTER INSERT ON main.kept BEGIN DELETE FROM log; END");
    await look();
    await write("DROP TRIGGER also");
    await look();
    expect(seen[1]).not.toBe(seen[0]);
    expect(seen[2]).not.toBe(seen[0]);
    expect(seen[3]).toBe(seen[0]);
  });

  test("temporary tables are seen", async () => {
    await write("CREATE TEMP TABLE mine AS SELECT 7 AS a");
    expect(await all("SELECT a FROM mine")).toEqual([["7"]]);
    await expect(read("DELETE FROM mine RETURNING a")).rejects.toMatchObject({ sqlstate: "42501" });
    expect(session.transaction()).toBe("none");
  });
});

test("a process that ends by itself is told, and the next statement has another", async () => {
  const slow = codeOf(read(NEVER_ENDING));
  await started(session);
  process.kill(session.processId ?? 0, "SIGKILL");
  expect(await slow).toBe("connection-lost");
  expect(await all("SELECT 1")).toEqual([["1"]]);
});
