import { expect, test } from "vitest";
import { parseMysql } from "../../../agent/sql/mysql/parser/parse.ts";
import { tableReadOtherwise } from "../../../agent/sql/mysql/secondReading.ts";
import type { MysqlSettings } from "../../../agent/sql/mysql/settings.ts";
import { corpus } from "../corpora.ts";

const settings: MysqlSettings = {
  ansiQuotes: false,
  noBackslashEscapes: false,
  pipesAsConcat: false,
  lowerCaseTableNames: 0,
  serverVersion: 101_100,
  variant: "mariadb",
  database: "test",
};

function doubt(text: string, read = text): string | undefined {
  const parsed = parseMysql(read, settings);
  if (parsed.kind !== "parsed") throw new Error(parsed.message);
  return tableReadOtherwise(text, parsed.statement, settings);
}

test("two readings that find the same tables leave no doubt", () => {
  expect(
    doubt("SELECT a.x FROM t1 a JOIN (SELECT * FROM t2) b USING (id) WHERE x IN (SELECT y FROM t3)"),
  ).toBeUndefined();
  expect(doubt("WITH c AS (SELECT 1 AS n) SELECT * FROM c")).toBeUndefined();
  expect(doubt("UPDATE IGNORE t1 SET a = 1")).toBeUndefined();
});

test("a table that only the other finds is told", () => {
  expect(doubt("SELECT * FROM t1, secrets", "SELECT * FROM t1")).toBe(
    "another reading finds the table secrets in it",
  );
});

const statements = corpus("mysql");
test.skipIf(statements === null)("what MySQL and MariaDB users wrote is hardly ever doubted", () => {
  let read = 0;
  const doubted: string[] = [];
  for (const text of statements ?? []) {
    const parsed = parseMysql(text, settings);
    if (parsed.kind !== "parsed") continue;
    read += 1;
    if (tableReadOtherwise(text, parsed.statement, settings) !== undefined) doubted.push(text);
  }
  expect(read).toBeGreaterThan(10_000);
  expect(doubted).toEqual([]);
});
