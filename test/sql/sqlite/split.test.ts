import { describe, expect, test } from "vitest";
import { splitSqlite } from "../../../agent/sql/sqlite/split.ts";
import { corpus } from "../corpora.ts";

const texts = (text: string): readonly string[] => {
  const split = splitSqlite(text);
  if (split.kind !== "split") throw new Error(split.message);
  for (const statement of split.statements) {
    expect(text.slice(statement.span.start, statement.span.end)).toBe(statement.text);
  }
  return split.statements.map((statement) => statement.text);
};

describe("statements end at semicolons of their own", () => {
  test.each([
    ["", []],
    [" ; -- nothing\n;;", []],
    ["SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]],
    [
      "/* a; */ SELECT ';' -- b;\n, \";\", `;`, [;] ; SELECT 'it''s;'",
      ["SELECT ';' -- b;\n, \";\", `;`, [;]", "SELECT 'it''s;'"],
    ],
    ["SELECT 1 -- the end", ["SELECT 1"]],
    ["SELECT 1; /* open", ["SELECT 1"]],
    [
      "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM b; END; SELECT 3",
      [
        "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM b; END",
        "SELECT 3",
      ],
    ],
    [
      "EXPLAIN CREATE TRIGGER t INSERT ON a BEGIN SELECT 1; END; BEGIN; END",
      ["EXPLAIN CREATE TRIGGER t INSERT ON a BEGIN SELECT 1; END", "BEGIN", "END"],
    ],
    ['CREATE TABLE "trigger" (a); SELECT 1', ['CREATE TABLE "trigger" (a)', "SELECT 1"]],
    ["\ufeffSELECT 1", ["SELECT 1"]],
  ])("%s", (text, expected) => {
    expect(texts(text)).toEqual(expected);
  });

  test.each([["SELECT 'open"], ['SELECT "open'], ["SELECT 'it''"], ["SELECT [open"], ["SELECT 1\0"]])(
    "what has no end is a mistake: %s",
    (text) => {
      expect(splitSqlite(text).kind).toBe("syntax_error");
    },
  );

  test("each statement of the corpus is one", ({ skip }) => {
    const statements = corpus("sqlite");
    if (statements === null) return skip("the folder of corpora is not here");
    for (const sql of statements) {
      const onlyComments = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))*$/.test(sql);
      expect(texts(sql)).toHaveLength(onlyComments ? 0 : 1);
    }
  });
});
