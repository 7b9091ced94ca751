import type mysql from "mysql2/promise";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MariadbPlace } from "../undo/mariadbPlace.ts";
import { countingOf, expectExactCounts, expectNoCounts } from "./countedWrites.ts";

let place: MariadbPlace;

beforeAll(async () => {
  place = await MariadbPlace.open([
    "CREATE TABLE goods (id INT PRIMARY KEY, title VARCHAR(50), price DECIMAL(8,2), `where` TEXT)",
    "INSERT INTO goods SELECT seq, CONCAT('Title ', seq), seq % 10, IF(seq % 3 = 0, 'here', NULL) FROM seq_1_to_300",
    "CREATE TABLE keyless (n INT)",
    "INSERT INTO keyless SELECT seq % 7 FROM seq_1_to_100",
    "CREATE VIEW cheap AS SELECT * FROM goods WHERE price < 3",
  ]);
});
afterAll(() => place.close());

const counted = async (read: string): Promise<number> => {
  const [rows] = await place.client.query<mysql.RowDataPacket[]>(read);
  return Number(rows[0]?.matching);
};

/** Rows found, as the agent's own sessions count them: those that hold the new value already are among them. */
const affected = async (write: string): Promise<number> => {
  await place.client.query("START TRANSACTION");
  const [done] = await place.client.query<mysql.ResultSetHeader>(write);
  await place.client.query("ROLLBACK");
  return done.affectedRows;
};

test("a count is what the server then changes", async () => {
  await expectExactCounts(
    place,
    [
      "UPDATE goods SET title = 'x' WHERE id <= 7",
      "UPDATE goods SET title = CONCAT(title, '!')",
      "update goods as g set g.title = 'y' where g.price between 2 and 4 and g.`where` is not null",
      "UPDATE goods SET title = 'x' WHERE price > 3 ORDER BY id DESC LIMIT 5",
      "DELETE FROM goods WHERE price = 4 LIMIT 1000",
      "DELETE FROM goods WHERE id IN (SELECT n FROM keyless WHERE n > 2)",
      "DELETE FROM goods /* WHERE id = 1 */ WHERE title LIKE '%7' -- ; \n",
      "DELETE FROM keyless WHERE n = 3",
      "DELETE FROM goods # WHERE id = 1",
    ],
    counted,
    affected,
  );
});

test("it stops at a limit", async () => {
  expect(await counted((await countingOf(place, "DELETE FROM goods", 100)) ?? "")).toBe(101);
});

test("nothing is counted where a read cannot tell", async () => {
  await expectNoCounts(place, [
    "DELETE goods FROM goods JOIN keyless ON keyless.n = goods.id",
    "UPDATE goods, keyless SET goods.title = 'x' WHERE keyless.n = goods.id",
    "DELETE FROM cheap",
    "DELETE FROM goods WHERE RAND() < 0.5",
    "INSERT INTO keyless VALUES (1)",
    "REPLACE INTO goods VALUES (1, 'x', 1, 'y')",
  ]);
});
