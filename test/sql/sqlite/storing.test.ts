import Database from "better-sqlite3";
import { beforeAll, expect, test } from "vitest";
import { loadSqliteCatalog } from "../../../agent/catalog/loadSqliteCatalog.ts";
import { columnKey } from "../../../agent/sql/facts.ts";
import { loadPostgresParser } from "../../../agent/sql/postgres/libpgQuery.ts";
import { understandSqlite } from "../../../agent/sql/sqlite/understand.ts";
import type { Catalog } from "../../../protocol/catalog.ts";
import { runnerOf } from "./shop.ts";

let catalog: Catalog;

beforeAll(async () => {
  await loadPostgresParser();
  const database = new Database(":memory:");
  database.exec(`
    CREATE TABLE People (id INTEGER PRIMARY KEY, Email TEXT UNIQUE, salary INT, note TEXT);
    CREATE TABLE codes (code TEXT PRIMARY KEY, title TEXT);
    CREATE TABLE visits (id INT, ward INT, code TEXT REFERENCES codes, record TEXT, pay INT, extra INT /* check (id) */,
      low INT CHECK (low < 9), UNIQUE (ward, record), CONSTRAINT "check (" CHECK (pay > (extra) AND ')' <> '('));
    CREATE UNIQUE INDEX lowered ON visits (lower(code)) WHERE extra > 0;
    CREATE TABLE numbers (n INT UNIQUE);`);
  catalog = await loadSqliteCatalog(runnerOf(database));
});

/** What storing tells of: columns that are read for more than being stored. */
function told(text: string): readonly string[] {
  const understanding = understandSqlite({ text, span: { start: 0, end: text.length } }, { catalog });
  if (understanding.kind !== "understood") throw new Error(JSON.stringify(understanding));
  const telling = understanding.facts.reads.filter(({ role }) => role !== "output" && role !== "assignment");
  return [...new Set(telling.map(({ column, role }) => `${role} ${columnKey(column).slice(5)}`))].sort();
}

const id = "filter_equality People.id";
const email = "filter_equality People.Email";
const equal = (column: string): string => `filter_equality visits.${column}`;
const other = (column: string): string => `filter_other visits.${column}`;
/** Every key of visits, whose columns an INSERT all gives values. */
const inserted = [
  "filter_equality codes.code",
  "filter_other codes.code",
  equal("record"),
  equal("ward"),
  other("code"),
  other("extra"),
];

test.each([
  ["INSERT OR IGNORE INTO people (email) VALUES ('guess')", [email, id]],
  ["INSERT INTO people (email) VALUES ('guess')", [email]],
  ["REPLACE INTO people (email) VALUES ('guess')", [email, id]],
  ["INSERT INTO people (email) VALUES ('guess') ON CONFLICT DO NOTHING", [email]],
  ["UPDATE OR IGNORE people SET email = 'guess'", [email]],
  ["UPDATE people SET email = 'guess'", [email]],
  ["UPDATE people SET note = 'x'", []],
  ["UPDATE OR IGNORE people SET note = 'x'", []],
  ["DELETE FROM people", []],
  ["INSERT OR IGNORE INTO visits (id) VALUES (1)", inserted],
  ["UPDATE OR IGNORE visits SET ward = 2", [equal("ward"), "join_equality visits.record"]],
  ["UPDATE visits SET ward = 2", [equal("ward"), "join_equality visits.record"]],
  ["UPDATE OR IGNORE visits SET pay = 2", [other("extra")]],
  ["UPDATE visits SET pay = 2", [other("extra")]],
  ["UPDATE visits SET id = 2", []],
  ["DELETE FROM codes WHERE title = 'x'", [equal("code"), "filter_equality codes.title"]],
  ["UPDATE codes SET code = 'x'", [equal("code"), "filter_equality codes.code"]],
  ["UPDATE codes SET title = 'x'", []],
  ["INSERT INTO visits (low) SELECT salary FROM people", ["function_argument People.salary"]],
])("what storing tells: %s", (text, expected) => {
  expect(told(text)).toEqual([...expected].sort());
});

test.each([
  "INSERT INTO numbers SELECT salary FROM people",
  "INSERT INTO numbers SELECT salary FROM people WHERE true ON CONFLICT DO NOTHING",
  "INSERT OR IGNORE INTO numbers SELECT salary FROM people",
  "INSERT INTO visits (pay, extra) SELECT salary, 5 FROM people",
  "REPLACE INTO visits (ward, record) SELECT 1, salary FROM people",
])("what is stored under a key or a check shapes what comes of it: %s", (text) => {
  const shaping = told(text).filter((one) => one.endsWith("People.salary"));
  expect(shaping.some((one) => /^(?:function_argument|filter_other) /.test(one))).toBe(true);
});
