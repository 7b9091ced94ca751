import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type CatalogIndex, indexCatalog } from "../../agent/sql/postgres/catalogIndex.ts";
import { completionScope } from "../../agent/sql/postgres/completionScope.ts";
import { catalogFromPostgresDdl } from "../../agent/sql/postgres/ddlCatalog.ts";
import { loadPostgresParser } from "../../agent/sql/postgres/libpgQuery.ts";

let index: CatalogIndex;

beforeAll(async () => {
  await loadPostgresParser();
  index = indexCatalog(
    catalogFromPostgresDdl(`
      CREATE SCHEMA shop;
      CREATE TABLE customers (id int, email text);
      CREATE TABLE orders (id int, customer_id int, total numeric);
      CREATE TABLE shop.items (sku text, "Odd Name" text);
      CREATE FUNCTION recent(days int) RETURNS TABLE (day date, n bigint) LANGUAGE sql AS $$ SELECT now()::date, 1 $$;`),
  );
});

/** What is offered at the `|` of a text, in one line. */
function at(text: string): string {
  const offset = text.indexOf("|");
  const { expected, qualifier, tables } = completionScope(text.replace("|", ""), offset, index);
  const shown = tables.map((one) => `${one.alias}(${one.columns.map((column) => column.name).join(" ")})`);
  return [expected, ...(qualifier === undefined ? [] : [`of ${qualifier}`]), ...shown].join(" ");
}

const CUSTOMERS = "customers(id email)";
const ORDERS = "orders(id customer_id total)";

describe("completionScope", () => {
  it.each([
    ["|", "any"],
    ["SEL|", "any"],
    ["SELECT 1; |", "any"],
    ["SELECT |", "column"],
    ["SELECT * FROM |", "table"],
    ["SELECT * FROM cust|", "table"],
    ["SELECT * FROM shop.|", "table of shop"],
    ["SELECT * FROM customers, |", `table ${CUSTOMERS}`],
    ["SELECT * FROM customers JOIN |", `table ${CUSTOMERS}`],
    ["SELECT | FROM customers", `column ${CUSTOMERS}`],
    ["UPDATE |", "table"],
    ["UPDATE customers SET |", `column ${CUSTOMERS}`],
    ["INSERT INTO |", "table"],
    ["INSERT INTO orders (id, |", `column ${ORDERS}`],
    ["DELETE FROM orders WHERE |", `column ${ORDERS}`],
    ["DELETE FROM orders USING customers WHERE |", `column ${ORDERS} ${CUSTOMERS}`],
    ["MERGE INTO orders o USING customers c ON |", "column o(id customer_id total) c(id email)"],
    ["TRUNCATE |", "table"],
    ["TRUNCATE TABLE |", "table"],
    ["SELECT * FROM orders FOR UPDATE |", `column ${ORDERS}`],
  ])("knows what is wanted: %s", (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  it.each([
    ["SELECT c.| FROM customers c JOIN orders AS o ON true", "column of c c(id email)"],
    [
      "SELECT * FROM customers c JOIN orders o ON c.id = o.|\nORDER BY 1",
      "column of o o(id customer_id total)",
    ],
    ["SELECT shop.items.| FROM shop.items", "column of items items(sku Odd Name)"],
    ['SELECT "C".| FROM customers "C"', "column of C C(id email)"],
    ["SELECT x.| FROM customers c", "column of x"],
    ["SELECT c.em| FROM customers c", "column of c c(id email)"],
    ["SELECT C.| FROM customers c", "column of c c(id email)"],
    ["SELECT r.| FROM recent(3) AS r", "column of r r(day n)"],
    ["SELECT r.| FROM recent(3) AS r (d)", "column of r r(d n)"],
    ["SELECT g.| FROM generate_series(1, 3) g", "column of g g(g)"],
    [
      "INSERT INTO orders VALUES (1) ON CONFLICT (id) DO UPDATE SET total = excluded.|",
      "column of excluded excluded(id customer_id total)",
    ],
  ])("narrows to a qualifier: %s", (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  it.each([
    [
      "SELECT * FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE |",
      "column o(id customer_id total) c(id email)",
    ],
    ["SELECT (SELECT | FROM orders) FROM customers", `column ${ORDERS} ${CUSTOMERS}`],
    [
      "SELECT s.| FROM (SELECT o.*, c.email AS mail FROM orders o, customers c) s",
      "column of s s(id customer_id total mail)",
    ],
    ["SELECT * FROM customers c, (SELECT | FROM orders) s", `column ${ORDERS}`],
    ["SELECT * FROM customers c, LATERAL (SELECT | FROM orders) s", `column ${ORDERS} c(id email) s()`],
    ["SELECT | FROM (customers c JOIN orders o ON true)", "column c(id email) o(id customer_id total)"],
    ["SELECT id FROM customers UNION SELECT | FROM orders", `column ${ORDERS}`],
    ["SELECT | FROM customers UNION SELECT id FROM orders", `column ${CUSTOMERS}`],
    ["SELECT 1 FROM orders; SELECT | FROM customers; SELECT 2 FROM orders", `column ${CUSTOMERS}`],
    ["SELECT extract(year FROM |) FROM orders", `column ${ORDERS}`],
    ["SELECT * FROM orders WHERE id IS DISTINCT FROM |", `column ${ORDERS}`],
    ["SELECT * FROM orders WHERE total > ((((|", `column ${ORDERS}`],
  ])("sees inner queries first, then those around: %s", (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  it.each([
    [
      "WITH w AS (SELECT id, total * 2 AS twice, count(*), lower(x) low FROM orders) SELECT | FROM w",
      "column w(id twice count low)",
    ],
    ["WITH w (a, b) AS (SELECT id, email FROM customers) SELECT | FROM w", "column w(a b)"],
    ["WITH w AS (SELECT | FROM orders) SELECT 1 FROM w", `column ${ORDERS}`],
    [
      "WITH a AS (SELECT id FROM orders), b AS MATERIALIZED (SELECT * FROM a) SELECT | FROM b",
      "column b(id)",
    ],
    ["WITH RECURSIVE t AS (SELECT id FROM orders UNION ALL SELECT | FROM t) SELECT 1", "column t(id)"],
    ["WITH gone AS (DELETE FROM orders RETURNING id, total) SELECT | FROM gone", "column gone(id total)"],
    ["WITH customers AS (SELECT total FROM orders) SELECT | FROM customers", "column customers(total)"],
    ['SELECT orders.id::text, total AS "T" INTO x FROM orders ORDER BY |', `column ${ORDERS}`],
  ])("knows what WITH queries return: %s", (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  it.each([
    "SELECT 'FROM customers |' FROM orders",
    "SELECT 1 -- FROM |",
    "SELECT /* | */ 1 FROM orders",
    "SELECT 'open |",
  ])("offers nothing inside strings and comments: %s", (text) => {
    expect(at(text)).toBe("column");
  });

  it("tells types where they are known", () => {
    const text = "WITH w AS (SELECT o.total AS t, o.id + 1 AS n FROM orders o) SELECT  FROM w";
    const [table] = completionScope(text, text.indexOf("  FROM w") + 1, index).tables;
    expect(table?.columns).toEqual([
      { name: "t", type: "numeric" },
      { name: "n", type: "" },
    ]);
  });

  it("takes any text at any place, and offers only columns that exist", () => {
    const piece = fc.constantFrom(
      "SELECT",
      "FROM",
      "customers",
      "orders",
      "c",
      ".",
      ",",
      "(",
      ")",
      "WITH",
      "w",
      "AS",
      "JOIN",
      "ON",
      "UPDATE",
      "SET",
      "INSERT INTO",
      "VALUES",
      "UNION",
      "LATERAL",
      "*",
      "'",
      '"',
      ";",
      "--",
      "\n",
      "USING",
      "RETURNING",
      "id",
      "=",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), fc.nat(), (pieces, place) => {
        const text = pieces.join(" ");
        const { tables } = completionScope(text, place % (text.length + 1), index);
        for (const table of tables.filter((one) => one.schema === "public" && !pieces.includes("("))) {
          const known = index.catalog.relations.find((one) => one.name === table.name);
          expect(table.columns.map((one) => one.name)).toEqual(known?.columns.map((one) => one.name));
        }
      }),
      { numRuns: 3000, seed: 5 },
    );
  });
});
