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
      CREATE TABLE spread (pay int) PARTITION BY RANGE (pay);
      CREATE TABLE codes (code text PRIMARY KEY, title text);
      CREATE TABLE visits (id int, ward int, code text REFERENCES codes (code), record text, pay int, extra int,
        UNIQUE (ward, record), CHECK (pay > extra), EXCLUDE USING btree (pay WITH =));
      CREATE UNIQUE INDEX ON visits (lower(code)) WHERE extra > 0;
      CREATE TABLE parted (id int, email text) PARTITION BY LIST (id);
      CREATE TABLE parted_one PARTITION OF parted FOR VALUES IN (1);
      CREATE UNIQUE INDEX ON parted_one (email);
      CREATE TABLE spelled (email text, small text GENERATED ALWAYS AS (lower(email)) STORED UNIQUE, note text);
      CREATE TABLE numbers (n int PRIMARY KEY);
      CREATE TABLE pairs (a int, b int, UNIQUE (a, b));`),
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

const equal = (column: string, table = "visits"): string => `filter_equality public.${table}.${column}`;
const other = (column: string, table = "visits"): string => `filter_other public.${table}.${column}`;

it.each([
  ["INSERT INTO people (email) VALUES ('guess') ON CONFLICT DO NOTHING", [EMAIL]],
  ["UPDATE people SET email = 'guess'", [EMAIL, equal("email", "kept")]],
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
  ["INSERT INTO visits (ward, record) VALUES (1, 'guess')", [equal("ward"), equal("record")]],
  ["INSERT INTO visits (id, ward) VALUES (1, 1)", [equal("ward"), equal("record")]],
  ["UPDATE visits SET ward = 2", [equal("ward"), "join_equality public.visits.record"]],
  ["UPDATE visits SET id = 2", []],
  ["UPDATE visits SET ward = ward, record = record", []],
  ["UPDATE visits SET extra = 5", [other("code"), other("extra"), other("pay")]],
  ["UPDATE visits SET pay = 5", [other("extra"), other("pay")]],
  ["INSERT INTO visits (pay) VALUES (5)", [other("pay")]],
  ["INSERT INTO visits (code) VALUES ('guess')", [equal("code", "codes"), other("code"), other("extra")]],
  ["DELETE FROM codes WHERE title = 'x'", [equal("code"), equal("title", "codes")]],
  ["UPDATE codes SET code = 'x'", [equal("code"), equal("code", "codes")]],
  ["UPDATE codes SET title = 'x'", []],
  [
    "MERGE INTO codes USING numbers ON n = 1 WHEN MATCHED THEN DELETE",
    [equal("code"), equal("n", "numbers")],
  ],
  ["INSERT INTO parted VALUES (1, 'guess')", [equal("email", "parted")]],
  ["INSERT INTO spelled (email) VALUES ('guess')", [other("email", "spelled"), other("small", "spelled")]],
  ["UPDATE spelled SET note = 'x'", []],
  ["INSERT INTO numbers SELECT salary FROM people ON CONFLICT DO NOTHING", [equal("n", "numbers"), SALARY]],
  ["INSERT INTO pairs SELECT 1, salary FROM people", [equal("a", "pairs"), equal("b", "pairs"), SALARY]],
])("what storing tells: %s", (text, expected) => {
  expect(told(text)).toEqual([...expected].sort());
});
