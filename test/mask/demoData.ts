import pg from "pg";
import type { Database } from "../../agent/database.ts";
import { isSensitive } from "../../protocol/label.ts";
import { RawValues } from "./rawValues.ts";

/** Schemas of the demo that hold its data. */
export const SCHEMAS = ["shop", "people", "clinic"];

/** Beside the demo: columns of types it does not have, and stored copies of what is hidden. */
export const MORE = `
CREATE TYPE people.home AS (street text, city text);
CREATE DOMAIN people.contact_email AS text CHECK (VALUE ~ '@');
CREATE TABLE people.visitors (
  id integer PRIMARY KEY,
  emails text[],
  contact_email people.contact_email,
  home_address people.home,
  birth_date date,
  phones text[][],
  ip_address inet,
  photo bytea,
  passport_number char(12),
  salary numeric(20, 2),
  visited daterange NOT NULL,
  tags text[] NOT NULL,
  "Full Name" varchar(80),
  last_login timestamptz
);
INSERT INTO people.visitors
SELECT e.id,
  CASE WHEN e.id % 5 > 0 THEN ARRAY[e.work_email, 'second.' || e.work_email] END,
  e.work_email,
  CASE WHEN e.id % 3 > 0 THEN ROW('1 ' || e.full_name || ' Street', 'Ghent')::people.home ELSE ROW(NULL, NULL)::people.home END,
  DATE '1760-01-03' + e.id * 37,
  ARRAY[ARRAY['+4420794' || 60000 + e.id], ARRAY[NULL]],
  CASE e.id % 3 WHEN 0 THEN NULL WHEN 1 THEN inet '172.31.0.9' + e.id ELSE inet '2001:db8:77:1::9' + e.id END,
  decode(md5(e.full_name), 'hex'),
  'X' || lpad((e.id * 7919)::text, 8, '7'),
  73100000123.45 + e.id * 777,
  daterange(DATE '2024-01-01' + e.id, DATE '2024-01-09' + e.id),
  ARRAY['badge', 'a "quoted" tag'],
  CASE WHEN e.id % 4 > 0 THEN e.full_name END,
  TIMESTAMPTZ '2025-05-05 12:00:00+00' + e.id * INTERVAL '61 minutes'
FROM people.employees e;
CREATE MATERIALIZED VIEW people.staff AS SELECT id, full_name AS who, work_email AS reach, hired_on FROM people.employees;
CREATE VIEW people.everything AS SELECT v.*, v AS whole FROM people.visitors v;
-- No value that is hidden may be one that is shown elsewhere, or nobody could tell them apart.
UPDATE people.salaries SET salary = 730000011 + salary, bonus = 910000013 + bonus;
UPDATE shop.cards SET expires = replace(expires, '/', '/77');
UPDATE shop.addresses SET postal_code = 'ZZ' || postal_code;
UPDATE shop.customers SET date_of_birth = date_of_birth - INTERVAL '200 years';
UPDATE clinic.patients SET birth_date = birth_date - INTERVAL '230 years';
UPDATE clinic.diagnoses SET diagnosed_on = diagnosed_on - INTERVAL '250 years';
UPDATE clinic.appointments SET starts_at = starts_at - INTERVAL '150 years';
ANALYZE;
`;

/** What is hidden and not also shown, from the server itself. */
export async function rawValues(client: pg.Client, database: Database): Promise<RawValues> {
  const hidden: string[] = [];
  const shown: string[] = [];
  for (const relation of (await database.catalog()).relations) {
    if (!SCHEMAS.includes(relation.schema) || !["table", "partitioned_table"].includes(relation.kind))
      continue;
    for (const { name, type } of relation.columns) {
      const label = database.labelOf({ schema: relation.schema, table: relation.name, column: name });
      const column = pg.escapeIdentifier(name);
      const elements = type.endsWith("[]") ? `unnest(${column})` : column;
      const { rows } = await client.query<[string]>({
        text: `SELECT DISTINCT ${elements}::text FROM ${relation.schema}.${relation.name} WHERE ${column} IS NOT NULL`,
        rowMode: "array",
      });
      const values = rows.flatMap(([value]) => value ?? []);
      if (label !== undefined && !isSensitive(label)) shown.push(...values);
      else hidden.push(...values, ...values.flatMap(partsOf));
    }
  }
  return new RawValues(hidden, shown);
}

/** A document and a composite hold values of their own. */
function partsOf(value: string): readonly string[] {
  if (value.startsWith("{"))
    return [...value.matchAll(/"([^"]+@[^"]+|\+[\d ()-]+)"/g)].map(([, part = ""]) => part);
  return value.startsWith("(")
    ? value
        .slice(1, -1)
        .split(",")
        .map((part) => part.replaceAll('"', ""))
    : [];
}
