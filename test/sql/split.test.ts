import { beforeAll, expect, test } from "vitest";
import { loadPostgresParser } from "../../agent/sql/postgres/libpgQuery.ts";
import { splitPostgres, splitWhileTyping } from "../../agent/sql/postgres/split.ts";

beforeAll(() => loadPostgresParser());

const texts = (sql: string): readonly string[] => splitWhileTyping(sql).map((statement) => statement.text);

test("a text the grammar takes is split by the grammar", () => {
  const sql = "-- first\nSELECT ';' AS a; ; SELECT $$;$$;\n/* end; */";
  expect(texts(sql)).toEqual(["SELECT ';' AS a", "SELECT $$;$$"]);
  const split = splitPostgres(sql);
  expect(split.kind === "split" && split.statements.map((one) => one.text)).toEqual(texts(sql));
});

test("a broken statement hides none of the others, and each knows its place", () => {
  const sql = "SELECT 1;\nSELEC ';' 2;\n\n-- note;\nDELETE FROM t";
  expect(texts(sql)).toEqual(["SELECT 1", "SELEC ';' 2", "DELETE FROM t"]);
  for (const { text, span } of splitWhileTyping(sql)) expect(sql.slice(span.start, span.end)).toBe(text);
});

test("what is not closed goes to the end of the text", () => {
  expect(texts("SELECT 1; SELECT 'open; DELETE FROM t")).toEqual(["SELECT 1", "SELECT 'open; DELETE FROM t"]);
  expect(texts("SELECT 1; /* open; DELETE FROM t")).toEqual(["SELECT 1"]);
});
