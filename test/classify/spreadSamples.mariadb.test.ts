import { afterAll, beforeAll, expect, test } from "vitest";
import { MariadbPlace } from "../undo/mariadbPlace.ts";

/** What lies far from the beginning of a large table is seen as well. */

let place: MariadbPlace;
beforeAll(async () => {
  place = await MariadbPlace.open([
    "CREATE TABLE visits (id BIGINT PRIMARY KEY, remarx VARCHAR(80))",
    "INSERT INTO visits SELECT seq, IF(seq < 20000, 'none', CONCAT('person', seq, '@example.org')) FROM seq_1_to_60000",
    "ANALYZE TABLE visits",
    "CREATE TABLE few (id INT PRIMARY KEY, remarx VARCHAR(80))",
    "INSERT INTO few SELECT seq, IF(seq < 1000, 'none', CONCAT('person', seq, '@example.org')) FROM seq_1_to_3000",
    "ANALYZE TABLE few",
  ]);
});
afterAll(() => place.close());

test.each(["visits", "few"])("%s", (table) => {
  const label = place.engine.open
    .database(place.profile)
    .labelOf({ schema: "test", table, column: "remarx" });
  expect(label?.infoType).toBe("email");
});
