import { expect, test } from "vitest";
import { columnKey } from "../../../agent/sql/facts.ts";
import { MysqlDdlCatalog } from "../../../agent/sql/mysql/ddlCatalog.ts";
import { FRESH_SESSION } from "../../../agent/sql/mysql/session.ts";
import { understandMysql } from "../../../agent/sql/mysql/understand.ts";
import { SETTINGS } from "./shop.ts";

const index = new MysqlDdlCatalog(
  `CREATE DATABASE shop; USE shop;
   CREATE TABLE people (id INT PRIMARY KEY, Email VARCHAR(80) UNIQUE, salary INT, note VARCHAR(80));
   CREATE TABLE codes (code VARCHAR(80) PRIMARY KEY, title VARCHAR(80));
   CREATE TABLE visits (id INT, ward INT, code VARCHAR(80), record VARCHAR(80), pay INT, extra INT,
     UNIQUE KEY (ward, record), UNIQUE KEY beginning (note(3)), CHECK (pay > extra), note VARCHAR(80),
     FOREIGN KEY (code) REFERENCES codes (code));
   CREATE TABLE spelled (email VARCHAR(80), small VARCHAR(80) AS (LOWER(email)) STORED UNIQUE, other INT);
   CREATE TABLE numbers (n INT UNIQUE);
   CREATE TABLE pairs (a INT, b INT, UNIQUE (a, b));`,
  "mariadb",
).index();

/** What storing tells of: columns that are read for more than being stored. */
function told(text: string): readonly string[] {
  const statement = { text, span: { start: 0, end: text.length } };
  const understanding = understandMysql(statement, index, { settings: SETTINGS, memory: FRESH_SESSION });
  if (understanding.kind !== "understood") throw new Error(JSON.stringify(understanding));
  const telling = understanding.facts.reads.filter(({ role }) => role !== "output" && role !== "assignment");
  return [...new Set(telling.map(({ column, role }) => `${role} ${columnKey(column).slice(5)}`))].sort();
}

const email = "filter_equality people.Email";
const salary = "function_argument people.salary";
const equal = (column: string): string => `filter_equality visits.${column}`;
const other = (column: string): string => `filter_other visits.${column}`;

test.each([
  ["INSERT INTO people (email) VALUES ('guess')", [email]],
  ["INSERT IGNORE INTO people (email) VALUES ('guess')", [email]],
  ["REPLACE INTO people (email) VALUES ('guess')", [email]],
  ["INSERT INTO people (EMAIL) VALUES ('guess') ON DUPLICATE KEY UPDATE note = 'x'", [email]],
  ["UPDATE IGNORE people SET email = 'guess'", [email]],
  ["UPDATE people SET note = 'x'", []],
  ["INSERT INTO visits (ward, record) VALUES (1, 'guess')", [equal("record"), equal("ward")]],
  ["UPDATE visits SET ward = 2", [equal("ward"), "join_equality visits.record"]],
  ["UPDATE visits v JOIN numbers SET v.ward = 2", [equal("ward"), "join_equality visits.record"]],
  ["UPDATE visits SET pay = 2", [other("extra")]],
  ["INSERT INTO visits (note) VALUES ('abc')", [equal("note"), other("note")]],
  ["INSERT INTO visits (code) VALUES ('guess')", ["filter_equality codes.code"]],
  ["DELETE FROM codes WHERE title = 'x'", [equal("code"), "filter_equality codes.title"]],
  ["UPDATE codes SET code = 'x'", [equal("code"), "filter_equality codes.code"]],
  ["REPLACE INTO codes VALUES ('x', 'y')", [equal("code"), "filter_equality codes.code"]],
  ["UPDATE codes SET title = 'x'", []],
  ["INSERT INTO spelled (email) VALUES ('x')", ["filter_other spelled.email", "filter_other spelled.small"]],
  ["UPDATE spelled SET other = 1", []],
  ["INSERT INTO numbers SELECT salary FROM people", ["filter_equality numbers.n", salary]],
  [
    "INSERT INTO pairs SELECT 1, salary FROM people",
    ["filter_equality pairs.a", "filter_equality pairs.b", salary],
  ],
  ["INSERT INTO visits (pay, extra) SELECT salary, 5 FROM people", [salary]],
])("what storing tells: %s", (text, expected) => {
  expect(told(text)).toEqual([...expected].sort());
});
