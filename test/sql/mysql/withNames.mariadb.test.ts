import { afterAll, beforeAll, expect, test } from "vitest";
import { loadMysqlCatalog } from "../../../agent/catalog/loadMysqlCatalog.ts";
import { FRESH_SESSION } from "../../../agent/sql/mysql/session.ts";
import { understandMysql } from "../../../agent/sql/mysql/understand.ts";
import { type CatalogIndex, indexCatalog } from "../../../agent/sql/postgres/catalogIndex.ts";
import { startMariadb, type TestMariadb } from "../../mariadb.ts";
import { resolvedNames } from "./resolvedNames.ts";
import { Asker } from "./server.ts";
import { SETTINGS } from "./shop.ts";

let server: TestMariadb;
let asker: Asker;
let index: CatalogIndex;

beforeAll(async () => {
  server = await startMariadb();
  asker = await Asker.open(server);
  await asker.run(
    "CREATE DATABASE shop",
    "USE shop",
    "CREATE TABLE kept (v INT)",
    "INSERT INTO kept VALUES (1), (2)",
  );
  index = indexCatalog(await loadMysqlCatalog(asker));
});
afterAll(async () => {
  await asker?.close();
  await server?.stop();
});

/** Random ones are left out: over many such queries the server crashes or plans for minutes. */
test.each([
  ["understood", "SELECT * FROM kept x"],
  ["understood", "SELECT * FROM (SELECT * FROM kept) x"],
  ["understood", "SELECT * FROM (WITH b AS (SELECT 1) SELECT * FROM kept) x"],
  ["understood", "SELECT * FROM shop.kept x"],
  ["understood", "SELECT (SELECT MAX(v) FROM kept) AS v"],
  ["cannot_tell", "SELECT * FROM (WITH b AS (SELECT * FROM kept) SELECT * FROM b) x"],
  ["cannot_tell", "SELECT * FROM (WITH b AS (SELECT * FROM (SELECT * FROM kept) e) SELECT * FROM b) x"],
  ["cannot_tell", "SELECT * FROM (WITH b AS (SELECT (SELECT MAX(v) FROM kept) AS v) SELECT * FROM b) x"],
  ["cannot_tell", "SELECT * FROM (SELECT * FROM (WITH b AS (SELECT * FROM kept) SELECT * FROM b) d) x"],
  ["cannot_tell", "SELECT (WITH b AS (SELECT * FROM kept) SELECT MAX(v) FROM b) AS v"],
  ["cannot_tell", "SELECT 1 AS v FROM dual WHERE EXISTS (WITH b AS (SELECT * FROM kept) SELECT * FROM b)"],
  [
    "cannot_tell",
    "SELECT * FROM kept UNION ALL SELECT * FROM (WITH b AS (SELECT * FROM kept) SELECT * FROM b) x",
  ],
])("%s: WITH kept AS (…) %s", async (kind, query) => {
  const sql = `WITH kept AS (SELECT 7 AS v) ${query}`;
  const found = understandMysql({ text: sql, span: { start: 0, end: sql.length } }, index, {
    settings: { ...SETTINGS, database: "shop" },
    memory: FRESH_SESSION,
  });
  expect(found.kind).toBe(kind);
  if (found.kind !== "understood") return;
  await asker.rows(`EXPLAIN EXTENDED ${sql}`);
  const note = (await asker.rows("SHOW WARNINGS")).find(([, code]) => code === "1003")?.[2] ?? "";
  const ours = found.facts.relations.map(({ schema, name }) => `${schema}.${name}`);
  expect(ours).toEqual([...resolvedNames(note, new Set(["shop"])).tables]);
});
