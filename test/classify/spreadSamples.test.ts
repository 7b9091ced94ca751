import { afterAll, beforeAll, expect, test } from "vitest";
import { SqlitePlace } from "../undo/sqlitePlace.ts";

/** What lies far from the beginning of a large table is seen as well. */

let place: SqlitePlace;
beforeAll(async () => {
  const rows = (
    count: number,
  ) => `WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${count})
    SELECT n, CASE WHEN n < ${count / 3} THEN 'none' ELSE 'person' || n || '@example.org' END FROM n`;
  place = await SqlitePlace.open(
    `CREATE TABLE visits (id INTEGER PRIMARY KEY, remarx TEXT); INSERT INTO visits ${rows(60_000)};
     CREATE TABLE few (id INTEGER PRIMARY KEY, remarx TEXT); INSERT INTO few ${rows(3_000)}; ANALYZE`,
  );
});
afterAll(() => place.close());

test.each(["visits", "few"])("%s", (table) => {
  const label = place.engine.open
    .database(place.profile)
    .labelOf({ schema: "main", table, column: "remarx" });
  expect(label?.infoType).toBe("email");
});
