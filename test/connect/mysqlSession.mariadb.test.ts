import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { faker } from "@faker-js/faker";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { mysqlRelationVersions } from "../../agent/catalog/mysql/relationVersions.ts";
import { ConnectError } from "../../agent/connect/connectError.ts";
import { type Description, ServerError, TooManyRowsError } from "../../agent/connect/databaseSession.ts";
import { everyText } from "../../agent/connect/incomingRow.ts";
import { MysqlSession } from "../../agent/connect/mysql/mysqlSession.ts";
import { RowTooLargeError } from "../../agent/connect/rowTooLarge.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { mysqlProfile } from "../catalog/mysqlRunner.ts";
import { startMariadb, type TestMariadb } from "../mariadb.ts";

const KEPT = 7;
const PARTED = 8;
const AGED = 9;
const NAMES = new Map([
  [KEPT, { schema: "test", name: "kept" }],
  [PARTED, { schema: "test", name: "parted" }],
  [AGED, { schema: "test", name: "aged" }],
]);

let server: TestMariadb;
let session: MysqlSession;

const open = (
  changes: Partial<ConnectionProfile> = {},
  password = server.password,
  statementTimeout?: number,
) =>
  MysqlSession.open({
    profile: mysqlProfile(server, changes),
    password,
    applicationName: "test",
    relationName: (oid) => NAMES.get(oid),
    relationVersions: mysqlRelationVersions,
    ...(statementTimeout !== undefined && { statementTimeout }),
  });
type Check = (description: Description) => void;
const read = (text: string, firstRows = 100, check: Check = () => {}, relationOids: readonly number[] = []) =>
  session.read({ text, relationOids, check, firstRows, toRow: everyText });
const write = (text: string, maxAffectedRows?: number, check: Check = () => {}, relationOids = [KEPT]) =>
  session.write({ text, relationOids, check, maxAffectedRows, keepRows: 2 });
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

beforeAll(async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-tls-"));
  const [key, certificate] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-subj",
      "/CN=database.test",
      "-keyout",
      key,
      "-out",
      certificate,
    ],
    { stdio: "ignore" },
  );
  fs.chmodSync(folder, 0o755);
  fs.chmodSync(key, 0o644);
  server = await startMariadb([`--ssl-key=${key}`, `--ssl-cert=${certificate}`, "--local-infile=1"]);
  session = await open();
  await session.plain("CREATE TABLE kept (id INT PRIMARY KEY, note TEXT)");
  await session.plain("CREATE TABLE log (what TEXT)");
  await session.plain("CREATE TABLE aged (id INT) ENGINE=MyISAM");
  await session.plain("CREATE TABLE parted (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 4");
  await session.plain(
    "CREATE FUNCTION writes() RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO log VALUES ('written'); RETURN 1; END",
  );
});
afterAll(async () => {
  await session?.close();
  await server?.stop();
});
beforeEach(async () => {
  if (!session.alive) session = await open();
  if (session.transaction() !== "none") await session.plain("ROLLBACK");
  await session.plain("DELETE FROM kept");
  await session.plain("DELETE FROM log");
});

describe("connecting tells what is wrong", () => {
  test("wrong host", async () =>
    expect(await codeOf(open({ host: "no-such-host.invalid" }))).toBe("host-not-found"));
  test("wrong port", async () => expect(await codeOf(open({ port: 1 }))).toBe("connection-refused"));
  test("wrong password", async () => expect(await codeOf(open({}, "wrong"))).toBe("wrong-password"));
  test("missing database", async () =>
    expect(await codeOf(open({ database: "nowhere" }))).toBe("database-missing"));
  test("a certificate nobody vouches for", async () =>
    expect(await codeOf(open({ tls: "verify" }))).toBe("tls-not-trusted"));
  test("encrypts where that is asked", async () => {
    const encrypted = await open({ tls: "require" });
    expect(encrypted.encrypted).toBe(true);
    expect(session.encrypted).toBe(false);
    await encrypted.close();
  });
});

test("TLS asked of a server without it", async () => {
  const bare = await startMariadb(["--skip-ssl"]);
  const attempt = MysqlSession.open({
    profile: { ...mysqlProfile(bare), tls: "require" },
    password: bare.password,
    applicationName: "test",
    relationName: () => undefined,
    relationVersions: mysqlRelationVersions,
  });
  expect(await codeOf(attempt)).toBe("tls-refused");
  await bare.stop();
});

describe("settings", () => {
  test("say how the next statement reads", async () => {
    expect(session.settings).toMatchObject({
      variant: "mariadb",
      database: "test",
      ansiQuotes: false,
      noBackslashEscapes: false,
      pipesAsConcat: false,
      lowerCaseTableNames: 0,
    });
    const other = await open();
    await other.plain("SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'");
    await other.plain("USE information_schema");
    expect(other.settings).toMatchObject({
      database: "information_schema",
      ansiQuotes: true,
      noBackslashEscapes: true,
      pipesAsConcat: true,
    });
    await other.close();
  });

  test("of a character set in which a quote can hide end in a refusal", async () => {
    const other = await open();
    await expect(other.plain("SET NAMES gbk")).rejects.toMatchObject({ problem: { code: "character-set" } });
    const request = { text: "SELECT 1", relationOids: [], check: () => {}, firstRows: 1, toRow: everyText };
    await expect(other.read(request)).rejects.toMatchObject({ problem: { code: "character-set" } });
    await other.plain("SET NAMES utf8mb4");
    expect((await other.read(request)).first.rows).toEqual([["1"]]);
    await other.close();
  });

  test("that changed behind a judged statement close the door", async () => {
    const other = await open();
    await other.rows("SET sql_mode = 'ANSI_QUOTES'");
    const request = {
      text: 'SELECT "id" FROM kept',
      relationOids: [],
      check: () => {},
      firstRows: 1,
      toRow: everyText,
    };
    await expect(other.read(request)).rejects.toMatchObject({ problem: { code: "settings-changed" } });
    expect((await other.read(request)).first.done).toBe(true);
    await other.close();
  });
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
      () => large("SELECT repeat('x', 10000000)"),
      () => large("SELECT seq, repeat('x', 3000000) FROM seq_1_to_100000"),
      async () => {
        const result = await large("SELECT repeat('x', IF(seq > 3, 5000000, 1)) FROM seq_1_to_1000", 1);
        expect(result.first.rows).toHaveLength(1);
        for (let page = await result.next(1); !page.done; ) page = await result.next(1);
      },
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow(RowTooLargeError);
    expect(session.transaction()).toBe("none");
    for (let n = 0; n < 5; n++) expect((await read("SELECT 1")).first.rows).toEqual([["1"]]);
  });

  test("pages, then ends the transaction", async () => {
    const result = await read("SELECT seq, NULL FROM seq_1_to_250");
    expect(result.first.rows).toHaveLength(100);
    expect(result.first.done).toBe(false);
    const second = await result.next(100);
    const third = await result.next(100);
    expect(second.rows).toHaveLength(100);
    expect(third.rows.at(-1)).toEqual(["250", null]);
    expect([second.done, third.done]).toEqual([false, true]);
    await session.rows("SELECT 1");
    expect(session.transaction()).toBe("none");
  });

  test("values are the server's own text, bytes in hexadecimal", async () => {
    await session.plain(
      `CREATE OR REPLACE TABLE typed (a DECIMAL(30,10), b DOUBLE, c DATETIME(3), d BLOB, e BIT(3), f JSON,
        g ENUM('x','y'), h UUID, i TEXT CHARACTER SET latin1, j BIGINT UNSIGNED, k VARBINARY(4), l DATE)`,
    );
    faker.seed(7);
    const text = `${faker.lorem.sentence()} ä`;
    await session.write({
      text: `INSERT INTO typed VALUES ('12345678901234567890.0123456789', 0.1, '2024-02-29 12:00:00.123', x'00ff27',
        b'101', '{"a": [1, null]}', 'y', '123e4567-e89b-12d3-a456-426655440000', '${text}', 18446744073709551615,
        x'', '0000-00-00')`.replace("'0000-00-00'", "NULL"),
      relationOids: [],
      check: () => {},
      maxAffectedRows: undefined,
      keepRows: 0,
    });
    expect(await all("SELECT * FROM typed")).toEqual([
      [
        "12345678901234567890.0123456789",
        "0.1",
        "2024-02-29 12:00:00.123",
        "\\x00ff27",
        "\\x05",
        '{"a": [1, null]}',
        "y",
        "123e4567-e89b-12d3-a456-426655440000",
        text,
        "18446744073709551615",
        "\\x",
        null,
      ],
    ]);
  });

  test("cannot write, nor through a function", async () => {
    await expect(read("INSERT INTO kept VALUES (1, 'x')")).rejects.toMatchObject({ sqlstate: "25006" });
    await expect(read("SELECT writes()")).rejects.toMatchObject({ sqlstate: "25006" });
    expect(await all("SELECT COUNT(*) FROM log")).toEqual([["0"]]);
    expect(session.transaction()).toBe("none");
  });

  test("sends one statement only", async () => {
    await expect(read("SELECT 1; DROP TABLE kept")).rejects.toMatchObject({ sqlstate: "42000" });
    await expect(write("DELETE FROM kept; COMMIT; DROP TABLE kept")).rejects.toMatchObject({
      sqlstate: "42000",
    });
    await expect(session.plain("SET @a = 1; DROP TABLE kept")).rejects.toMatchObject({ sqlstate: "42000" });
    expect(await all("SELECT COUNT(*) FROM kept")).toEqual([["0"]]);
  });

  test("never sends a file of this machine, whatever the server asks", async () => {
    const file = path.join(os.tmpdir(), `sluice-${process.pid}.txt`);
    fs.writeFileSync(file, "of this machine\n");
    await expect(session.plain(`LOAD DATA LOCAL INFILE '${file}' INTO TABLE log`)).rejects.toBeInstanceOf(
      ServerError,
    );
    expect(await all("SELECT COUNT(*) FROM log")).toEqual([["0"]]);
    fs.rmSync(file);
  });

  test("shows no row when the check closes the door, and tells the relations' versions", async () => {
    const shut = new Error("shut");
    let seen: Description | null = null;
    await expect(
      read(
        "SELECT id, note AS n FROM kept",
        100,
        (description) => {
          seen = description;
          throw shut;
        },
        [KEPT],
      ),
    ).rejects.toBe(shut);
    const versions = await mysqlRelationVersions(
      session,
      new Map([[KEPT, { schema: "test", name: "kept" }]]),
    );
    expect(seen).toMatchObject({
      columns: [
        { name: "id", relationOid: 0, ordinal: 0 },
        { name: "n", relationOid: 0, ordinal: 0 },
      ],
      versions,
    });
    expect(versions.size).toBe(1);
    expect(await all("SELECT 2")).toEqual([["2"]]);
  });

  test("holds the tables as they were checked until the result ends", async () => {
    const result = await read(
      "SELECT seq FROM seq_1_to_100000, (SELECT COUNT(*) FROM kept) c",
      10,
      () => {},
      [KEPT],
    );
    const other = await open({}, server.password);
    await other.plain("SET SESSION lock_wait_timeout = 0");
    await expect(other.plain("ALTER TABLE kept ADD COLUMN late INT")).rejects.toMatchObject({
      sqlstate: "55P03",
    });
    await result.close();
    await other.plain("ALTER TABLE kept ADD COLUMN late INT");
    await other.plain("ALTER TABLE kept DROP COLUMN late");
    await other.close();
  });

  test("a million rows do not grow the memory", async () => {
    const result = await read("SELECT seq, REPEAT('x', 400) FROM seq_1_to_1000000", 500);
    let count = result.first.rows.length;
    let { done } = result.first;
    let most = 0;
    while (!done) {
      const page = await result.next(2_000);
      count += page.rows.length;
      ({ done } = page);
      most = Math.max(most, process.memoryUsage().rss);
    }
    expect(count).toBe(1_000_000);
    expect(most).toBeLessThan(700 * 1024 * 1024);
  });

  test("goes on after a last row that is larger than a page", async () => {
    const large = await read("SELECT REPEAT('x', 5000000)");
    expect(large.first.rows[0]?.[0]).toHaveLength(5_000_000);
    await large.close();
    expect(await all("SELECT 1")).toEqual([["1"]]);
  });

  test("holds one page of large rows at a time", async () => {
    const result = await read("SELECT REPEAT('x', 3000000) FROM seq_1_to_40", 500);
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

  test("leaves off in the middle of a large result, and the server stops", async () => {
    const result = await read("SELECT seq, REPEAT('x', 1000) FROM seq_1_to_100000000", 100);
    await result.close();
    expect(await session.rows("SELECT 3")).toEqual([["3"]]);
    expect(session.transaction()).toBe("none");
  });

  test("goes on with the next statement where a result was left open", async () => {
    await read("SELECT seq, REPEAT('x', 1000) FROM seq_1_to_100000000", 100);
    expect(await all("SELECT 4")).toEqual([["4"]]);
  });

  test("is cancelled on the server, and the next statement is not", async () => {
    const slow = read("SELECT SLEEP(600)");
    const failed = expect(slow).rejects.toMatchObject({ sqlstate: "57014" });
    const watcher = await open();
    const asleep = "SELECT COUNT(*) FROM information_schema.processlist WHERE state = 'User sleep'";
    while ((await watcher.rows(asleep))[0]?.[0] === "0");
    await session.cancel();
    await failed;
    expect(await all("SELECT 5")).toEqual([["5"]]);
    expect(await watcher.rows(asleep)).toEqual([["0"]]);
    await watcher.close();
  });

  test("a cancel that comes too late stops nothing", async () => {
    for (let round = 0; round < 20; round += 1) {
      const answer = read("SELECT 6").catch((error: unknown) => error);
      const cancelled = session.cancel();
      await answer;
      await cancelled;
      expect(await all("SELECT 7")).toEqual([["7"]]);
    }
  });

  test("ends after the time it is given", async () => {
    const hurried = await open({}, server.password, 50);
    const request = {
      text: "SELECT SLEEP(600)",
      relationOids: [],
      check: () => {},
      firstRows: 1,
      toRow: everyText,
    };
    await expect(hurried.read(request)).rejects.toMatchObject({ sqlstate: "57014" });
    const change = { text: "INSERT INTO log SELECT SLEEP(600)", relationOids: [], check: () => {} };
    const attempt = hurried.write({ ...change, maxAffectedRows: undefined, keepRows: 0 });
    await expect(attempt).rejects.toMatchObject({ sqlstate: "57014" });
    await hurried.close();
  });

  test("1,600 columns", async () => {
    const list = Array.from({ length: 1600 }, (_, i) => `${i} AS c${i}`).join(", ");
    expect((await read(`SELECT ${list}`)).first.rows[0]).toHaveLength(1600);
  });
});

describe("errors", () => {
  test("of the text are told from those of running it", async () => {
    const text = "SELECT '😀', 1\nFORM kept";
    await expect(read(text)).rejects.toMatchObject({ stage: "parse", position: text.indexOf("kept") });
    await expect(read("SELECT nope FROM kept")).rejects.toMatchObject({ stage: "parse", sqlstate: "42S22" });
    await session.plain(
      "CREATE OR REPLACE FUNCTION raises() RETURNS INT BEGIN SIGNAL SQLSTATE '42000' SET MYSQL_ERRNO = 1064, MESSAGE_TEXT = 'secret'; RETURN 1; END",
    );
    await expect(read("SELECT raises()")).rejects.toMatchObject({ stage: "execute" });
    await expect(read("SELECT EXTRACTVALUE(1, CONCAT(0x7e, 'secret'))")).rejects.toMatchObject({
      stage: "execute",
    });
  });

  test("carry the states the agent has words for", async () => {
    await write("INSERT INTO kept VALUES (1, 'x')");
    await expect(write("INSERT INTO kept VALUES (1, 'y')")).rejects.toMatchObject({ sqlstate: "23505" });
    await expect(write("INSERT INTO kept (note) VALUES ('y')")).rejects.toMatchObject({ sqlstate: "23502" });
    await session.plain(
      "CREATE OR REPLACE FUNCTION raises() RETURNS INT BEGIN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'x'; RETURN 1; END",
    );
    await expect(read("SELECT raises()")).rejects.toMatchObject({ sqlstate: "P0001" });
  });
});

describe("writing", () => {
  const ten = "INSERT INTO kept SELECT seq, 'n' FROM seq_1_to_10";

  test("rolls back over the limit and says how many", async () => {
    await write(ten);
    const attempt = write("DELETE FROM kept", 9);
    await expect(attempt).rejects.toBeInstanceOf(TooManyRowsError);
    await expect(attempt).rejects.toMatchObject({ affected: 10, limit: 9 });
    expect(await all("SELECT COUNT(*) FROM kept")).toEqual([["10"]]);
    expect((await write("UPDATE kept SET note = 'n'", 10)).affected).toBe(10);
    expect(await write("DELETE FROM kept", 10)).toMatchObject({ affected: 10, tag: "DELETE 10" });
  });

  test("rolls back when the check closes the door", async () => {
    const shut = new Error("shut");
    await expect(
      write(ten, undefined, ({ versions }) => {
        expect(versions.has(KEPT)).toBe(true);
        throw shut;
      }),
    ).rejects.toBe(shut);
    expect(await all("SELECT COUNT(*) FROM kept")).toEqual([["0"]]);
    expect(session.transaction()).toBe("none");
  });

  test("returns rows, of which some are kept and all counted", async () => {
    const result = await write(`${ten} RETURNING id`);
    expect(result.rows).toEqual([["1"], ["2"]]);
    expect(result).toMatchObject({ returned: 10, affected: 10 });
  });

  test("rows that triggers write count", async () => {
    await session.plain(
      "CREATE OR REPLACE TRIGGER logged AFTER INSERT ON kept FOR EACH ROW INSERT INTO log VALUES (NEW.note), (NEW.note)",
    );
    await expect(write(ten, 20)).rejects.toMatchObject({ affected: 30, limit: 20 });
    await session.plain("DROP TRIGGER logged");
    expect(await all("SELECT COUNT(*) FROM log")).toEqual([["0"]]);
  });

  test("rows of partitions count once", async () => {
    const insert = "INSERT INTO parted SELECT seq FROM seq_1_to_10";
    await write(insert, 10, () => {}, [PARTED]);
    await expect(write("DELETE FROM parted", 9, () => {}, [PARTED])).rejects.toMatchObject({ affected: 10 });
  });

  test("into a table without transactions are refused where they have a limit", async () => {
    const insert = "INSERT INTO aged VALUES (1)";
    await expect(write(insert, 5, () => {}, [AGED])).rejects.toMatchObject({
      problem: { code: "no-transactions" },
    });
    expect(await all("SELECT COUNT(*) FROM aged")).toEqual([["0"]]);
  });

  test("warnings are notices", async () => {
    session.takeNotices();
    await write("INSERT IGNORE INTO kept VALUES (1, 'a'), (1, 'b')");
    expect(session.takeNotices()).toMatchObject([{ severity: "Warning", code: "1062" }]);
  });
});

describe("in a transaction of the person's own", () => {
  test("statements fail alone, and what was written is kept until it ends", async () => {
    await session.plain("BEGIN");
    expect(session.transaction()).toBe("open");
    await write("INSERT INTO kept VALUES (1, 'a'), (2, 'b')");
    await expect(write("INSERT INTO kept VALUES (3, 'c'), (1, 'x')")).rejects.toMatchObject({
      sqlstate: "23505",
    });
    await expect(write("DELETE FROM kept", 1)).rejects.toBeInstanceOf(TooManyRowsError);
    expect(await all("SELECT COUNT(*) FROM kept")).toEqual([["2"]]);
    expect(session.transaction()).toBe("open");
    await session.plain("ROLLBACK");
    expect(session.transaction()).toBe("none");
    expect(await all("SELECT COUNT(*) FROM kept")).toEqual([["0"]]);
  });

  test("what a read writes through a function is undone", async () => {
    await session.plain("BEGIN");
    await write("INSERT INTO kept VALUES (1, 'a')");
    expect(await all("SELECT writes()")).toEqual([["1"]]);
    await session.plain("COMMIT");
    expect(await all("SELECT COUNT(*) FROM log")).toEqual([["0"]]);
    expect(await all("SELECT COUNT(*) FROM kept")).toEqual([["1"]]);
  });

  test("also where it began by itself", async () => {
    await session.plain("SET autocommit = 0");
    await write("INSERT INTO kept VALUES (1, 'a')");
    await session.plain("ROLLBACK");
    await session.plain("SET autocommit = 1");
    expect(session.transaction()).toBe("none");
    expect(await all("SELECT COUNT(*) FROM kept")).toEqual([["0"]]);
  });

  test("is gone after a deadlock, and said to be", async () => {
    await session.plain("INSERT INTO kept VALUES (1, 'a'), (2, 'b')");
    const other = await open();
    await other.plain("BEGIN");
    await session.plain("BEGIN");
    await other.plain("UPDATE kept SET note = 'o' WHERE id IN (1)");
    await other.plain("INSERT INTO log SELECT seq FROM seq_1_to_100");
    await session.plain("UPDATE kept SET note = 's' WHERE id = 2");
    const waiting = other.plain("UPDATE kept SET note = 'o' WHERE id = 2");
    const watcher = await open();
    const waits = "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'";
    // The server makes this table anew only where nobody has asked for a tenth of a second.
    while ((await watcher.rows(waits))[0]?.[0] === "0")
      await new Promise((resolve) => setTimeout(resolve, 150));
    await expect(write("UPDATE kept SET note = 's' WHERE id = 1")).rejects.toMatchObject({
      sqlstate: "40001",
    });
    expect(session.transaction()).toBe("failed");
    await expect(write("INSERT INTO kept VALUES (9, 'outside')")).rejects.toMatchObject({
      sqlstate: "25P02",
    });
    await expect(read("SELECT 1")).rejects.toMatchObject({ sqlstate: "25P02" });
    await session.plain("ROLLBACK");
    expect(session.transaction()).toBe("none");
    await waiting;
    await other.plain("ROLLBACK");
    await other.close();
    await watcher.close();
  });
});

test("a temporary table in front of a judged one closes the door", async () => {
  const versionsSeen = async (other: MysqlSession): Promise<string | undefined> => {
    let seen: Description | null = null;
    const check: Check = (description) => {
      seen = description;
    };
    const result = await other.read({
      text: "SELECT * FROM kept",
      relationOids: [KEPT],
      check,
      firstRows: 1,
      toRow: everyText,
    });
    await result.close();
    expect(seen).not.toBeNull();
    return (seen as Description | null)?.versions.get(KEPT);
  };
  const other = await open();
  const before = await versionsSeen(other);
  await other.plain("CREATE TEMPORARY TABLE kept AS SELECT 'secret' AS id, 'x' AS note");
  const shadowed = await versionsSeen(other);
  expect(shadowed).not.toBe(before);
  await other.plain("DROP TEMPORARY TABLE kept");
  expect(await versionsSeen(other)).toBe(before);
  await other.plain(
    "CREATE OR REPLACE FUNCTION shadows() RETURNS INT BEGIN CREATE TEMPORARY TABLE kept (id TEXT, note TEXT); RETURN 1; END",
  );
  await other.plain("DO shadows()");
  expect(await versionsSeen(other)).toBe(shadowed);
  await other.close();
});

test("the server's own reading of a query", async () => {
  await session.plain("CREATE OR REPLACE VIEW notes AS SELECT note AS n FROM kept");
  await session.plain("INSERT INTO kept VALUES (1, 'a'), (2, 'b')");
  const text = await session.explainExtended("SELECT x.n FROM (SELECT * FROM notes) x WHERE n > 'a'");
  expect(text).toContain("`test`.`kept`.`note` AS `n`");
  const long = Array.from({ length: 300 }, (_, i) => `note AS c${i}`).join(", ");
  expect(await session.explainExtended(`SELECT ${long} FROM kept`)).toContain(
    "`test`.`kept`.`note` AS `c299`",
  );
  await expect(session.explainExtended("SELECT nope FROM kept")).rejects.toMatchObject({ sqlstate: "42S22" });
  expect(session.transaction()).toBe("none");
});

describe("a connection that is lost", () => {
  test("by a restart in the middle is told, and a new session works", async () => {
    const slow = read("SELECT SLEEP(600)");
    const failed = codeOf(slow);
    const watcher = await open();
    while (
      (
        await watcher.rows("SELECT COUNT(*) FROM information_schema.processlist WHERE state = 'User sleep'")
      )[0]?.[0] === "0"
    );
    await watcher.close();
    await server.restart();
    expect(await failed).toBe("connection-lost");
    expect(session.alive).toBe(false);
    session = await open();
    expect(await session.rows("SELECT 1")).toEqual([["1"]]);
  });

  test("by a KILL between statements", async () => {
    const [[id] = []] = await session.rows("SELECT CONNECTION_ID()");
    const other = await open();
    await other.plain(`KILL CONNECTION ${id}`);
    await other.close();
    expect(await codeOf(read("SELECT 1"))).toBe("connection-lost");
    expect(session.alive).toBe(false);
  });
});
