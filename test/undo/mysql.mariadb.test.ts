import type mysql from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PERSON } from "../govern/governed.ts";
import { problemTold } from "../robustness/engine.ts";
import { change, undo } from "./changes.ts";
import { filesWith } from "./filesWith.ts";
import { transactionsHold } from "./inTransactions.ts";
import { MariadbPlace } from "./mariadbPlace.ts";
import { undoneIsAsBefore } from "./randomWrites.ts";

let place: MariadbPlace;

beforeAll(async () => {
  place = await MariadbPlace.open([
    "SET SESSION sql_mode = 'ALLOW_INVALID_DATES'",
    "SET SESSION time_zone = '+00:00'",
    `CREATE TABLE kinds (
      id BIGINT UNSIGNED NOT NULL, part VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
      n DECIMAL(30, 10), big BIGINT, ubig BIGINT UNSIGNED, padded INT(8) ZEROFILL, f FLOAT, f2 FLOAT(7, 2), d DOUBLE, yes BOOL,
      b BIT(64), y YEAR, day DATE, at DATETIME(6), at0 DATETIME, t TIME(3), stamp TIMESTAMP(6) NULL,
      touched TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
      c CHAR(8), v VARCHAR(100), l VARCHAR(20) CHARACTER SET latin1, u VARCHAR(20) CHARACTER SET utf16, txt LONGTEXT,
      bin BINARY(4), vb VARBINARY(20), bl BLOB, j JSON, e ENUM('a', 'b''c', ''), s SET('x', 'y,', 'z') ,
      g POINT, ip INET6,
      doubled DECIMAL(40, 10) AS (n * 2) STORED, lower_v VARCHAR(100) AS (LOWER(v)) VIRTUAL,
      PRIMARY KEY (id, part)) ENGINE = InnoDB`.replaceAll("'y,'", "'y'"),
    `INSERT INTO kinds (id, part, n, big, ubig, padded, f, f2, d, yes, b, y, day, at, at0, t, stamp, c, v, l, u, txt, bin, vb, bl, j, e, s, g, ip) VALUES
      (18446744073709551615, 'a ''q'' \\\\ "', 12345678901234567890.0123456789, -9223372036854775808, 18446744073709551615, 42,
       0.1, 12345.67, 0.1 + 0.2e0, TRUE, b'1000000000000000000000000000000000000000000000000000000000000001', 1901, '0000-00-00',
       '2024-02-31 23:59:59.123456', '0000-00-00 00:00:00', '-838:59:59.999', '2024-10-27 01:30:00.123456',
       'pad ', 'é 漢字 👩‍💻 \\0 ''single'' "double" \\\\ \\n %_ ? ?', 'caf\u00e9', 'h\u00e9llo', REPEAT('lang ', 5000), X'00ff', X'0000', X'00ff10ed', '{"b": 1,  "a": [1, null], "b": 2}',
       'b''c', 'x,z', POINT(1.5, -2), '2001:db8::ff'),
      (1, 'zero', 0, 0, 0, 0, 0, 0, -0e0, FALSE, b'0', 0, '2024-00-00', '1000-01-01 00:00:00', NULL, '00:00:00', NULL,
       '', '', '', '', '', '', '', '', 'null', '', '', NULL, '::'),
      (2, 'nothing', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`,
    "SET SESSION sql_mode = DEFAULT",
    "CREATE TABLE counters (id INT PRIMARY KEY, hits INT NOT NULL, pad VARCHAR(20)) ENGINE = InnoDB",
    "INSERT INTO counters SELECT seq, 0, 'x' FROM seq_1_to_1200",
    "CREATE TABLE many (id INT PRIMARY KEY, hits INT NOT NULL) ENGINE = InnoDB",
    "INSERT INTO many SELECT seq, 0 FROM seq_1_to_10050",
    "CREATE TABLE notes (id INT AUTO_INCREMENT PRIMARY KEY, body TEXT, at DATETIME DEFAULT CURRENT_TIMESTAMP) ENGINE = InnoDB",
    "INSERT INTO notes (body) VALUES ('first')",
    "CREATE TABLE pairs (a INT, b VARCHAR(10), n INT, UNIQUE (n), PRIMARY KEY (a, b)) ENGINE = InnoDB",
    "INSERT INTO pairs VALUES (1, 'x', 1)",
    "CREATE TABLE ranks (id INT PRIMARY KEY, n INT UNIQUE) ENGINE = InnoDB",
    "INSERT INTO ranks SELECT seq, seq FROM seq_1_to_5",
    "CREATE TABLE bare (id INT, hits INT) ENGINE = InnoDB",
    "INSERT INTO bare VALUES (1, 1)",
    "CREATE TABLE parents (id INT PRIMARY KEY, code INT UNIQUE, note TEXT) ENGINE = InnoDB",
    "CREATE TABLE children (id INT PRIMARY KEY, parent INT, code INT, FOREIGN KEY (parent) REFERENCES parents (id) ON DELETE CASCADE, FOREIGN KEY (code) REFERENCES parents (code) ON UPDATE CASCADE ON DELETE SET NULL) ENGINE = InnoDB",
    "INSERT INTO parents VALUES (1, 10, 'a'), (2, 20, 'b'), (3, 30, 'c')",
    "INSERT INTO children VALUES (1, 1, NULL), (2, NULL, 20)",
    "CREATE TABLE watched (id INT PRIMARY KEY, hits INT) ENGINE = InnoDB",
    "INSERT INTO watched VALUES (1, 1)",
    "CREATE TRIGGER watch BEFORE UPDATE ON watched FOR EACH ROW SET NEW.hits = NEW.hits + 1",
    "CREATE TABLE aged (id INT PRIMARY KEY, hits INT) ENGINE = InnoDB WITH SYSTEM VERSIONING",
    "INSERT INTO aged VALUES (1, 1)",
    "CREATE TABLE moments (at TIMESTAMP PRIMARY KEY, hits INT) ENGINE = InnoDB",
    "INSERT INTO moments VALUES ('2024-01-01 00:00:00', 1)",
    "CREATE TABLE customers (id INT PRIMARY KEY, email VARCHAR(100) UNIQUE, points INT) ENGINE = InnoDB",
    `INSERT INTO customers VALUES ${Array.from({ length: 40 }, (_, n) => `(${n + 1}, 'person${n}@mail.example.org', ${n})`).join(", ")}`,
    "CREATE TABLE members (email VARCHAR(100) PRIMARY KEY, points INT, phone VARCHAR(40) UNIQUE) ENGINE = InnoDB",
    "INSERT INTO members SELECT CONCAT('member', seq, '@mail.example.org'), seq, CONCAT('+49 30 555', 1000 + seq) FROM seq_1_to_40",
    "CREATE TABLE played (id INT PRIMARY KEY, t VARCHAR(60), l VARCHAR(20) CHARACTER SET latin1, n DECIMAL(30, 10), f DOUBLE, r FLOAT, b VARBINARY(20), at DATETIME(6), bits BIT(8), touched TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)) ENGINE = InnoDB",
    "INSERT INTO played (id) SELECT seq FROM seq_1_to_12",
    "CREATE PROCEDURE roll_back() BEGIN ROLLBACK; START TRANSACTION; END",
  ]);
});
afterAll(() => place?.close());

describe("undoing on MariaDB", () => {
  test("an UPDATE puts every kind of value back exactly", async () => {
    const before = await place.all("kinds");
    const made = await change(
      place,
      `UPDATE kinds AS k SET n = 7, big = 1, ubig = 1, padded = 1, f = 1, f2 = 1, d = 1, yes = 0, b = 1, y = 2000, day = '2000-01-01',
        at = NOW(), at0 = NOW(), t = '01:00', stamp = NOW(), c = 'c', v = 'v', l = 'l', u = 'u', txt = 't', bin = X'01', vb = X'01',
        bl = X'01', j = '1', e = 'a', s = 'y', g = NULL, ip = '::1' WHERE k.id > 0 -- all`,
    );
    expect(made).toMatchObject({ kind: "done", affected: 3, problem: null });
    expect(made.undo).toEqual({ kind: "offered", recordSeq: made.seq, rows: 3, table: "test.kinds" });
    expect(await place.all("kinds")).not.toEqual(before);
    expect(await undo(place, made.seq)).toMatchObject({ kind: "done", affected: 3, problem: null });
    expect(await place.all("kinds")).toEqual(before);
    expect(await problemTold(undo(place, made.seq))).toMatchObject({ code: "undone-already" });
  });

  test("a DELETE puts rows back, whatever their values and the session's time zone are", async () => {
    const before = await place.all("kinds");
    await change(place, "SET SESSION time_zone = '-03:30'", { session: "zoned" });
    const made = await change(place, "DELETE FROM kinds WHERE id > 0 ORDER BY part LIMIT 3", {
      session: "zoned",
    });
    expect(made.problem).toBeNull();
    expect(made.undo).toEqual({ kind: "offered", recordSeq: made.seq, rows: 3, table: "test.kinds" });
    expect(await place.all("kinds")).toEqual([]);
    expect(await undo(place, made.seq)).toMatchObject({ kind: "done", affected: 3, problem: null });
    expect(await place.all("kinds")).toEqual(before);
  });

  test.each([
    ["counters", "UPDATE counters SET hits = hits + 1 WHERE id <= 700 AND 'where returning' <> '--'", 700],
    ["counters", "UPDATE test.counters SET hits = id % 2 WHERE counters.id BETWEEN 1 AND 10", 10],
    ["counters", "UPDATE counters SET hits = 3 ORDER BY id DESC LIMIT 5", 5],
    [
      "counters",
      "DELETE FROM counters WHERE id IN (SELECT id FROM (SELECT 5 AS id UNION SELECT 6) AS few)",
      2,
    ],
    ["counters", "DELETE FROM counters WHERE id < 4 RETURNING id", 3],
    ["notes", "INSERT INTO notes (body) VALUES ('a'), (NULL) -- done", 2],
    ["notes", "INSERT INTO notes () VALUES ()", 1],
    ["notes", "INSERT INTO notes SET body = 'é ''q'' \"s\"'", 1],
    ["notes", "INSERT INTO notes (body) SELECT CONCAT('n ', id) FROM counters WHERE id <= 300", 300],
    ["notes", "INSERT INTO notes (body) VALUES ('r') RETURNING id, body", 1],
    ["pairs", "INSERT IGNORE INTO pairs VALUES (1, 'x', 1), (1, 'X', 5), (2, 'y', 2)", 1],
    ["ranks", "UPDATE ranks SET n = n + 1 WHERE n > 0 ORDER BY n DESC", 5],
    ["parents", "DELETE FROM parents WHERE id = 3", 1],
    ["parents", "UPDATE parents SET code = 31 WHERE id = 3", 1],
    ["parents", "UPDATE parents SET note = 'z' WHERE id = 1", 1],
  ])("the table is as before: %s: %s", async (table, text, rows) => {
    const before = await place.all(table);
    const made = await change(place, text);
    expect(made.problem).toBeNull();
    expect(made.undo).toEqual({ kind: "offered", recordSeq: made.seq, rows, table: `test.${table}` });
    expect(await place.all(table)).not.toEqual(before);
    expect(await undo(place, made.seq)).toMatchObject({ kind: "done", affected: rows, problem: null });
    expect(await place.all(table)).toEqual(before);
  });

  test("what an INSERT returns is as it would be without", async () => {
    const made = await change(place, "INSERT INTO pairs VALUES (50, 'r', 50)");
    expect(made).toMatchObject({ kind: "done", affected: 1 });
    await undo(place, made.seq);
  });

  test("a right that is not there refuses, and what was changed since", async () => {
    const made = await change(place, "UPDATE customers SET points = 900 WHERE id IN (1, 2, 3)");
    expect(made.undo).toMatchObject({ kind: "offered", rows: 3 });
    const agent = {
      kind: "ai_agent",
      agent: "helper",
      model: "unknown",
      host: "unknown",
      onBehalfOf: PERSON,
      asserted: true,
    } as const;
    expect(await problemTold(undo(place, made.seq, agent))).toMatchObject({ code: "undo-needs-a-person" });
    await place.client.query("UPDATE customers SET email = 'new@mail.example.org' WHERE id = 2");
    const refused = await undo(place, made.seq);
    expect(refused.problem).toBe(
      "changed-since: 1 of the 3 rows has changed since, so this change cannot be undone. Nothing was changed.",
    );
    const inserted = await change(place, "INSERT INTO parents VALUES (7, 70, 'x'), (8, 80, 'y')");
    await place.client.query("INSERT INTO children VALUES (7, 7, NULL)");
    expect((await undo(place, inserted.seq)).problem).toMatch(/^not-restored: /);
    await place.client.query("DELETE FROM children WHERE id = 7");
    expect((await undo(place, inserted.seq)).problem).toBeNull();
    const deleted = await change(place, "DELETE FROM counters WHERE id IN (30, 31)");
    await place.client.query("INSERT INTO counters VALUES (30, 30, 'x'), (31, 31, 'x')");
    expect((await undo(place, deleted.seq)).problem).toMatch(/^changed-since: All 2 rows have changed/);
    const altered = await change(place, "UPDATE bare SET hits = 1 WHERE id = 1");
    expect(altered.undo).toMatchObject({ kind: "none" });
  });
});

describe("a change that cannot be undone runs, and says why it cannot", () => {
  test.each([
    ["UPDATE bare SET hits = 2 WHERE id = 1", "test.bare has no primary key"],
    ["UPDATE watched SET hits = 5 WHERE id = 1", "test.watched has triggers, and what they do is not undone"],
    ["UPDATE aged SET hits = 5 WHERE id = 1", "test.aged keeps former versions of its rows"],
    [
      "UPDATE moments SET hits = 5 WHERE hits = 1",
      "the key of test.moments holds moments, which a session's time zone moves",
    ],
    ["UPDATE counters SET id = -1 WHERE id = 100", "it changes the primary key"],
    ["REPLACE INTO counters VALUES (101, 5, 'x')", "it may change rows that are there already"],
    [
      "INSERT INTO counters VALUES (102, 1, 'x') ON DUPLICATE KEY UPDATE hits = 9",
      "it may change rows that are there already",
    ],
    [
      "UPDATE counters, bare SET counters.hits = 9 WHERE counters.id = 103 AND bare.id = 1",
      "it uses more than one table",
    ],
    ["DELETE counters FROM counters JOIN bare ON bare.id = counters.id", "it uses more than one table"],
    [
      "UPDATE counters SET hits = 9 WHERE id = 104 AND RAND() >= 0",
      "its condition cannot be asked on its own",
    ],
    [
      "UPDATE counters SET hits = 9 WHERE id = 105 AND (@n := 1) = 1",
      "its condition cannot be asked on its own",
    ],
    ["DELETE FROM parents WHERE id = 1", "it moved rows, or changed rows of other tables"],
    ["UPDATE parents SET code = 21 WHERE id = 2", "it moved rows, or changed rows of other tables"],
    ["UPDATE many SET hits = 2 WHERE id > 0", "it changes more than 10,000 rows"],
  ])("%s", async (text, reason) => {
    const made = await change(place, text);
    expect(made).toMatchObject({ kind: "done", problem: null, undo: { kind: "none", reason } });
    expect(await problemTold(undo(place, made.seq))).toMatchObject({ code: "change-not-kept" });
  });
});

transactionsHold({ place: () => place, all: () => place.all("counters"), table: "counters" });

describe("a transaction of MariaDB", () => {
  test("that is committed by what follows offers its changes", async () => {
    const before = await place.all("counters");
    await change(place, "BEGIN");
    await change(place, "UPDATE counters SET hits = 1 WHERE id = 90");
    const { committed } = await change(place, "START TRANSACTION");
    expect(committed).toHaveLength(1);
    await change(place, "ROLLBACK");
    await undo(place, committed[0]?.recordSeq ?? -1);
    expect(await place.all("counters")).toEqual(before);
    await change(place, "BEGIN");
    await change(place, "UPDATE counters SET hits = 1 WHERE id = 90");
    const also = await change(place, "CREATE TABLE made_meanwhile (id INT)");
    expect(also.committed).toHaveLength(1);
    await undo(place, also.committed[0]?.recordSeq ?? -1);
    expect(await place.all("counters")).toEqual(before);
  });

  test("that was rolled back unseen offers nothing: a row that holds what was tried would tell of itself", async () => {
    const [[row]] = await place.client.query<mysql.RowDataPacket[]>(
      "SELECT email FROM customers WHERE id = 20",
    );
    const secret = Object.values(row ?? {})[0];
    await change(place, "BEGIN");
    const guess = await change(place, `UPDATE customers SET email = '${secret}' WHERE id = 20`);
    expect(guess.problem).toBeNull();
    expect((await change(place, "CALL roll_back()")).kind).toBe("blocked");
    expect((await change(place, "EXECUTE IMMEDIATE 'ROLLBACK'")).problem).toBeNull();
    expect((await change(place, "COMMIT")).committed).toEqual([]);
    const seq = guess.undo?.kind === "pending" ? guess.undo.recordSeq : -1;
    expect(await problemTold(undo(place, seq))).toMatchObject({ code: "change-not-kept" });
  });

  test("that a deadlock has rolled back offers nothing at COMMIT", async () => {
    await change(place, "BEGIN", { session: "dead" });
    const made = await change(place, "UPDATE counters SET hits = 1 WHERE id = 91", { session: "dead" });
    expect(made.undo).toMatchObject({ kind: "pending" });
    // It holds more locks, so that the other one is the victim.
    await place.client.query("START TRANSACTION");
    await place.client.query("UPDATE counters SET hits = 7 WHERE id BETWEEN 200 AND 900");
    const waiting = place.client.query("UPDATE counters SET hits = 7 WHERE id = 91");
    const failed = await change(place, "UPDATE counters SET hits = 2 WHERE id = 300", { session: "dead" });
    expect(failed.problem).toMatch(/^sql-40001/);
    await waiting;
    await place.client.query("ROLLBACK");
    expect((await change(place, "COMMIT", { session: "dead" })).committed).toEqual([]);
  });
});

/** Each run opens sessions of its own. */
const LONG = 180_000;

test(
  "random writes, undone from the last to the first, leave every byte as it was",
  async () => {
    const literals = {
      t: ["'it''s \\\\ é 👩‍💻 ?'", "''", "' '", "'\\0\\n'", "NULL"],
      l: ["'café'", "'x '", "NULL"],
      n: ["12345678901234567890.0123456789", "-0.5", "0", "NULL"],
      f: ["0.1e0 + 0.2e0", "-0e0", "1e300", "5e-324", "NULL"],
      r: ["0.1", "16777217", "-0e0", "NULL"],
      b: ["X'00ff'", "X''", "X'2700'", "NULL"],
      at: ["'2024-02-29 23:59:59.999999'", "'1000-01-01'", "NULL"],
      bits: ["b'10000001'", "0", "NULL"],
    };
    await undoneIsAsBefore(
      { place: () => place, table: "played", literals, all: () => place.all("played") },
      15,
    );
  },
  LONG,
);

describe("an attacker's look", () => {
  const MARKER = "marker-7f3a9c";

  test("a table whose key nobody may see can be put back by who may change it", async () => {
    const before = await place.all("members");
    const made = await change(
      place,
      "UPDATE members SET points = 1 WHERE email = 'member3@mail.example.org'",
    );
    expect(made).toMatchObject({ problem: null, undo: { kind: "offered", rows: 1 } });
    expect((await undo(place, made.seq)).problem).toBeNull();
    const gone = await change(place, "DELETE FROM members WHERE points = 4");
    expect((await undo(place, gone.seq)).problem).toBeNull();
    expect(await place.all("members")).toEqual(before);
  });

  test("what was kept is in no record, no error and no file", async () => {
    await place.client.query(`INSERT INTO members VALUES ('${MARKER}@mail.example.org', 900, '${MARKER}')`);
    const deleted = await change(place, "DELETE FROM members WHERE points = 900");
    expect(deleted.undo).toMatchObject({ kind: "offered", rows: 1 });
    // Another row holds the unique value now: the server's refusal quotes it.
    await place.client.query(`INSERT INTO members VALUES ('other@mail.example.org', 901, '${MARKER}')`);
    const refused = await undo(place, deleted.seq);
    expect(refused.kind).toBe("failed");
    await place.client.query("DELETE FROM members WHERE points = 901");
    const undone = await undo(place, deleted.seq);
    expect(undone.problem).toBeNull();
    await change(place, "BEGIN; DELETE FROM members WHERE points = 900");
    await change(place, "ROLLBACK");
    expect(JSON.stringify([deleted, refused, undone])).not.toContain(MARKER);
    const kept = Buffer.from(MARKER).toString("hex").toUpperCase();
    expect([...filesWith(place.home, MARKER), ...filesWith(place.home, kept)]).toEqual([]);
    expect(filesWith(place.home, `undo of record ${deleted.seq}`)).not.toEqual([]);
  });

  test("a write that waits for a row others hold keeps what it changed, not what it saw", async () => {
    await place.client.query("START TRANSACTION");
    await place.client.query("UPDATE counters SET hits = 55 WHERE id = 110");
    const waiting = change(place, "UPDATE counters SET hits = hits + 1 WHERE id = 110");
    const waits = "SELECT COUNT(*) AS n FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'";
    for (;;) {
      const [[row]] = await place.client.query<mysql.RowDataPacket[]>(waits);
      if (Number(row?.n) > 0) break;
      // The server makes this table anew only where nobody has asked for a tenth of a second.
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    await place.client.query("COMMIT");
    const made = await waiting;
    expect(made.undo).toMatchObject({ kind: "offered", rows: 1 });
    expect((await undo(place, made.seq)).problem).toBeNull();
    const [[row]] = await place.client.query<mysql.RowDataPacket[]>(
      "SELECT hits FROM counters WHERE id = 110",
    );
    expect(row?.hits).toBe(55);
  });

  test("rows that others take the place of between two looks are told from the write's own", async () => {
    const made = await change(place, "UPDATE customers SET points = 5 WHERE id = 30");
    await place.client.query("UPDATE customers SET points = 5, email = 'x30@mail.example.org' WHERE id = 30");
    expect((await undo(place, made.seq)).problem).toMatch(/^changed-since: /);
  });
});
