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
      CREATE TABLE stays (id int, illness text, day date) PARTITION BY LIST (left(illness, 1));
      CREATE TABLE stays_a PARTITION OF stays FOR VALUES IN ('a') PARTITION BY RANGE (day);
      CREATE TABLE stays_a_now PARTITION OF stays_a DEFAULT;
      CREATE TABLE plain (id int, illness text);`),
  );
});

function factsOf(text: string) {
  const understanding = understandPostgres({ text, span: { start: 0, end: text.length } }, index);
  if (understanding.kind !== "understood") throw new Error(JSON.stringify(understanding));
  return understanding.facts;
}

const ILLNESS = "filter_other public.stays.illness";
const DAY = "filter_other public.stays.day";

it.each([
  ["SELECT id FROM stays", []],
  ["SELECT id FROM stays_a", [ILLNESS]],
  ["SELECT id FROM stays_a_now", [DAY, ILLNESS]],
  ["UPDATE stays_a SET id = 1", [ILLNESS]],
  ["DELETE FROM stays_a_now", [DAY, ILLNESS]],
  ["INSERT INTO stays_a_now VALUES (1, 'a', now())", []],
  ["SELECT id FROM plain", []],
])("naming a partition asks for its key: %s", (text, expected) => {
  const uses = factsOf(text).reads.map(({ column, role }) => `${role} ${columnKey(column)}`);
  expect(uses.filter((use) => use.startsWith("filter"))).toEqual(expected);
});

it.each([
  ["SELECT tableoid FROM stays", ["illness", "day"]],
  ["SELECT s.tableoid::regclass::text FROM stays s", ["illness", "day"]],
  ["SELECT ctid FROM stays_a", ["day"]],
  ["SELECT tableoid FROM stays_a_now", []],
  ["SELECT tableoid FROM plain", []],
  ["SELECT t FROM (SELECT tableoid AS t FROM stays) s", ["illness", "day"]],
])("where a row lies is its key: %s", (text, expected) => {
  const [output] = factsOf(text).outputs;
  expect(output?.sources.map(({ column }) => column)).toEqual(expected);
});
