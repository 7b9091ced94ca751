import mysql from "mysql2/promise";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseConnectionUrl } from "../../agent/connect/connectionUrl.ts";
import { sessionId } from "../../protocol/ids.ts";
import { startMariadb, type TestMariadb } from "../mariadb.ts";
import { type Desk, ElevatedWorld, until } from "./elevatedWorld.ts";

/** Rights for a while on a MariaDB: what rests on one ends with it on that server too. */

const SEEN = "person7@mail.test";
const EMAIL = { kind: "reveal", columns: ["test.people.email"] } as const;
const WRITE = { kind: "write" } as const;
/** Billions of pairs: it ends when it is stopped. */
const LONG = `SELECT email FROM people WHERE id = 7 AND (SELECT COUNT(*) FROM people AS a JOIN people AS b ON a.id <> b.id
  JOIN people AS c ON b.id <> c.id JOIN people AS d ON c.id <> d.id JOIN people AS e ON d.id <> e.id) > 0`;
const UPDATE = "UPDATE people SET note = CONCAT(note, '!') WHERE id < 100";

let world: ElevatedWorld;
let server: TestMariadb;
let client: mysql.Connection;
let ada: Desk;

beforeAll(async () => {
  [world, server] = await Promise.all([ElevatedWorld.open(), startMariadb()]);
  client = await mysql.createConnection({ uri: server.connectionString });
  await client.query(
    "CREATE TABLE people (id INT PRIMARY KEY, email VARCHAR(80) NOT NULL, note VARCHAR(80)) ENGINE = InnoDB",
  );
});
afterAll(async () => {
  await client.end();
  await server.stop();
  await world.close();
});
beforeEach(async () => {
  await client.query("DELETE FROM people");
  await client.query(
    "INSERT INTO people SELECT seq, CONCAT('person', seq, '@mail.test'), 'plain' FROM seq_1_to_300",
  );
  await world.begin();
  const { profile, password } = parseConnectionUrl(`${server.connectionString}?environment=production`);
  world.connection = profile;
  world.password = password ?? "";
  ada = await world.desk("ada", ["developers"]);
});
afterEach(() => world.end());

/** How many statements with this in them the server works on. */
async function atWork(part: string): Promise<number> {
  const [rows] = await client.query<mysql.RowDataPacket[]>(
    "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE ? AND id <> CONNECTION_ID()",
    [`%${part}%`],
  );
  return Number(rows[0]?.n);
}
async function changed(): Promise<number> {
  const [rows] = await client.query<mysql.RowDataPacket[]>(
    "SELECT COUNT(*) AS n FROM people WHERE note LIKE '%!'",
  );
  return Number(rows[0]?.n);
}

describe("ended by hand", () => {
  test("what is shown is hidden again, and a statement at work is stopped on the server", async () => {
    expect(await world.first(ada, "SELECT email FROM people WHERE id = 7")).not.toEqual([SEEN]);
    const id = await world.given(ada, EMAIL);
    expect(await world.first(ada, "SELECT email FROM people WHERE id = 7")).toEqual([SEEN]);
    const ended = world.run(ada, LONG, { sessionId: sessionId("long") });
    await until(async () => (await atWork("AS e ON")) === 1);
    await world.hand("dana").end(id);
    expect(await ended).toMatchObject({ kind: "failed", problem: { code: "elevation-ended" } });
    await until(async () => (await atWork("AS e ON")) === 0);
    expect(await world.first(ada, "SELECT email FROM people WHERE id = 7")).not.toEqual([SEEN]);
  });

  test("a write at work is rolled back", async () => {
    const id = await world.given(ada, WRITE);
    await client.query("START TRANSACTION");
    await client.query("UPDATE people SET note = note WHERE id = 99");
    const ended = world.run(ada, UPDATE);
    await until(async () => (await atWork("id < 100")) === 1);
    await world.hand("dana").end(id);
    expect(await ended).toMatchObject({ kind: "failed", problem: { code: "elevation-ended" } });
    await client.query("ROLLBACK");
    await until(async () => (await atWork("id < 100")) === 0);
    expect(await changed()).toBe(0);
    expect((await world.run(ada, "UPDATE people SET note = 'x!' WHERE id = 1")).kind).toBe("blocked");
  });

  test("an open transaction is lost with what was written in it", async () => {
    const id = await world.given(ada, WRITE);
    await world.run(ada, "BEGIN");
    expect(await world.run(ada, "UPDATE people SET note = 'x!' WHERE id = 1")).toMatchObject({
      kind: "done",
      affected: 1,
    });
    await world.hand("dana").end(id);
    await until(async () => {
      // What it tells of transactions it looks up anew only when it was not asked for a moment.
      await client.query("DO SLEEP(0.2)");
      const [rows] = await client.query<mysql.RowDataPacket[]>(
        "SELECT COUNT(*) AS n FROM information_schema.innodb_trx",
      );
      return Number(rows[0]?.n) === 0;
    });
    await world.run(ada, "COMMIT").catch(() => {});
    expect(await changed()).toBe(0);
  });
});
