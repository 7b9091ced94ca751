import { beforeAll, expect, it } from "vitest";
import { columnKey } from "../../agent/sql/facts.ts";
import { type CatalogIndex, indexCatalog } from "../../agent/sql/postgres/catalogIndex.ts";
import { catalogFromPostgresDdl } from "../../agent/sql/postgres/ddlCatalog.ts";
import { loadPostgresParser } from "../../agent/sql/postgres/libpgQuery.ts";
import { understandPostgres } from "../../agent/sql/postgres/understand.ts";

let index: CatalogIndex;

beforeAll(async () => {
  await loadPostgresParser();
  index = indexCatalog(
    catalogFromPostgresDdl(`
      CREATE TABLE people (id int PRIMARY KEY, email text UNIQUE, salary int, note text);
      CREATE VIEW contacts AS SELECT id, email AS address FROM people;
      CREATE TABLE kept (email text REFERENCES people (email), pay int, small smallint, less int CHECK (less < 9));
      CREATE TABLE spread (pay int) PARTITION BY RANGE (pay);`),
  );
});

/** What storing tells of: columns that are read for more than being stored. */
function told(text: string): readonly string[] {
  const understanding = understandPostgres({ text, span: { start: 0, end: text.length } }, index);
  if (understanding.kind !== "understood") throw new Error(understanding.kind);
  const telling = understanding.facts.reads.filter(({ role }) => role !== "output" && role !== "assignment");
  return [...new Set(telling.map(({ column, role }) => `${role} ${columnKey(column)}`))].sort();
}

const EMAIL = "filter_equality public.people.email";
const SALARY = "function_argument public.people.salary";

it.each([
  ["INSERT INTO people (email) VALUES ('guess') ON CONFLICT DO NOTHING", [EMAIL]],
  ["UPDATE people SET email = 'guess'", [EMAIL]],
  ["INSERT INTO contacts (address) VALUES ('guess')", [EMAIL]],
  ["INSERT INTO kept (email) VALUES ('guess')", [EMAIL]],
  ["UPDATE people SET salary = salary / (salary - 7)", [SALARY]],
  ["UPDATE people SET salary = salary", []],
  ["UPDATE people SET note = 'seen', salary = 7", []],
  ["INSERT INTO kept (pay) SELECT salary FROM people", []],
  ["INSERT INTO kept (pay) SELECT 1 / (salary - 7) FROM people", [SALARY]],
  ["INSERT INTO kept (small) SELECT salary FROM people", [SALARY]],
  ["INSERT INTO kept (less) SELECT salary FROM people", [SALARY]],
  ["INSERT INTO spread SELECT salary FROM people", [SALARY]],
])("what storing tells: %s", (text, expected) => {
  expect(told(text)).toEqual(expected);
});
