import { expect, test } from "vitest";
import { splitMysql } from "../../../agent/sql/mysql/split.ts";
import { SETTINGS } from "./shop.ts";

const texts = (text: string, settings = SETTINGS): readonly string[] => {
  const split = splitMysql(text, settings);
  return split.kind === "split" ? split.statements.map((one) => one.text) : [split.message];
};

test.each([
  ["SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]],
  ["SELECT ';', \";\", `;`; -- ;\n# ;\nSELECT /* ; */ 2;", ["SELECT ';', \";\", `;`", "SELECT /* ; */ 2"]],
  [" ; ;SELECT 1;; ", ["SELECT 1"]],
  ["SELECT 5--1; SELECT 2 -- x; y", ["SELECT 5--1", "SELECT 2"]],
  ["/*!40101 SET NAMES utf8 */;\n/* c */ SELECT 1 /* d */", ["/*!40101 SET NAMES utf8 */", "SELECT 1"]],
  ["SELECT 'a\\'; b'; SELECT 2", ["SELECT 'a\\'; b'", "SELECT 2"]],
  [
    "DELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 1; SELECT '$$'; END$$\nDELIMITER ;\nSELECT 2;",
    ["CREATE PROCEDURE p() BEGIN SELECT 1; SELECT '$$'; END", "SELECT 2"],
  ],
  [
    "CREATE TRIGGER t BEFORE INSERT ON log FOR EACH ROW BEGIN IF 1 THEN SET NEW.id = CASE WHEN 1 THEN 2 END; END IF; END; SELECT 2",
    [
      "CREATE TRIGGER t BEFORE INSERT ON log FOR EACH ROW BEGIN IF 1 THEN SET NEW.id = CASE WHEN 1 THEN 2 END; END IF; END",
      "SELECT 2",
    ],
  ],
  [
    "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM log; SELECT 2",
    ["CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM log", "SELECT 2"],
  ],
  ["BEGIN; SELECT 1; COMMIT", ["BEGIN", "SELECT 1", "COMMIT"]],
  [
    "BEGIN NOT ATOMIC SELECT 1; SELECT 2; END; SELECT 3",
    ["BEGIN NOT ATOMIC SELECT 1; SELECT 2; END", "SELECT 3"],
  ],
  ["SELECT delimiter FROM t; DELIMITER", ["SELECT delimiter FROM t", "DELIMITER"]],
  ["", []],
  ["-- nothing", []],
])("%j", (text, expected) => {
  expect(texts(text)).toEqual(expected);
});

test("quotes mean what the session says", () => {
  const noEscapes = { ...SETTINGS, noBackslashEscapes: true };
  expect(texts("SELECT '\\'; SELECT 2", noEscapes)).toEqual(["SELECT '\\'", "SELECT 2"]);
  const ansi = { ...SETTINGS, ansiQuotes: true };
  expect(texts('SELECT "\\"; SELECT 2', ansi)).toEqual(['SELECT "\\"', "SELECT 2"]);
});

test("places are of the whole request", () => {
  const text = "SELECT 1;\n  SELECT 2 ;";
  const split = splitMysql(text, SETTINGS);
  if (split.kind !== "split") throw new Error(split.message);
  for (const { span, text: own } of split.statements) expect(text.slice(span.start, span.end)).toBe(own);
});

test("a delimiter is found in texts of any length, and never inside of a string or comment", () => {
  for (const hidden of ["'a;;b'", '"a;;b"', "`a;;b`", "/* ;; */", "-- ;;\n", "'it''s;;'", "'\\';;'"]) {
    for (let length = 16_360; length < 16_400; length++) {
      const first = `SELECT ${"x".repeat(length)} ${hidden} y`;
      expect(texts(`DELIMITER ;;\n${first};;SELECT 2;;`)).toEqual([first, "SELECT 2"]);
    }
  }
});
