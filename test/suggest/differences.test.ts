import { beforeAll, expect, test } from "vitest";
import { type DdlDatabase, readDdlDatabase } from "../../agent/engines/ddlDatabase.ts";
import { NOTHING_REMEMBERED } from "../../agent/sql/postgres/sessionMemory.ts";
import { understandPostgres } from "../../agent/sql/postgres/understand.ts";
import { askedDifferences } from "../../agent/suggest/differences/askedDifferences.ts";
import { lookedAt } from "../../agent/suggest/differences/lookedAt.ts";
import { sqlTokens } from "../../agent/suggest/sqlTokens.ts";

const SCHEMA = `
CREATE SCHEMA shop;
CREATE TABLE shop.customers (id integer PRIMARY KEY, name text, country text, created_at timestamptz);
CREATE TABLE shop.orders (id integer PRIMARY KEY, customer_id integer REFERENCES shop.customers, status text, total numeric, placed_at timestamptz);
CREATE TABLE shop.products (id integer PRIMARY KEY, title text, price numeric);`;

let database: DdlDatabase;
beforeAll(async () => {
  database = await readDdlDatabase("postgres", SCHEMA);
});

function codes(question: string, text: string): readonly string[] {
  const index = database.index();
  const understanding = understandPostgres(
    { text, span: { start: 0, end: text.length } },
    index,
    NOTHING_REMEMBERED,
  );
  if (understanding.kind !== "understood") throw new Error(`${text}: ${JSON.stringify(understanding)}`);
  const { relations } = index.catalog;
  return askedDifferences({
    question,
    facts: understanding.facts,
    sql: sqlTokens(text)
      .map(({ start, end }) => text.slice(start, end).toLowerCase())
      .join(" "),
    typeOf: (id) =>
      relations
        .find(({ schema, name }) => schema === id.schema && name === id.table)
        ?.columns.find(({ name }) => name === id.column)?.type,
    tables: new Set(relations.map(({ name }) => name)),
  }).map(({ code }) => code);
}

test.each([
  [
    "how many orders since 2024",
    "SELECT count(*) FROM shop.orders WHERE placed_at >= '2020-01-01'",
    ["year-other"],
  ],
  ["how many orders since 2024", "SELECT count(*) FROM shop.orders WHERE placed_at > '2023-12-31'", []],
  [
    "the 10 orders with the lowest total",
    "SELECT id FROM shop.orders ORDER BY total DESC LIMIT 10",
    ["order-other"],
  ],
  ["the 10 orders with the lowest total", "SELECT id FROM shop.orders ORDER BY total, id DESC LIMIT 10", []],
  ["the newest order", "SELECT id FROM shop.orders ORDER BY placed_at LIMIT 1", ["order-other"]],
  ["the newest order", "SELECT id FROM shop.orders ORDER BY date_trunc('day', placed_at) DESC LIMIT 1", []],
  ["Orders of last week", "SELECT id FROM shop.orders", ["time-missing"]],
  ["total of orders in 2024", "SELECT sum(total) FROM shop.orders", ["time-missing"]],
  ["customers who signed up yesterday", "SELECT name FROM shop.customers", ["time-missing"]],
  ["orders placed in March", "SELECT id FROM shop.orders", ["time-missing"]],
  ["orders older than 30 days", "SELECT id FROM shop.orders", ["time-missing"]],
  ["all orders", "SELECT id FROM shop.orders WHERE placed_at > now() - interval '7 days'", ["time-unasked"]],
  ["the 10 newest orders", "SELECT id FROM shop.orders ORDER BY placed_at DESC", ["limit-missing"]],
  [
    "top five customers by total",
    "SELECT customer_id, sum(total) FROM shop.orders GROUP BY 1 ORDER BY 2 DESC LIMIT 10",
    ["limit-other"],
  ],
  [
    "the 10 customers who ordered most",
    "SELECT customer_id FROM shop.orders GROUP BY 1 ORDER BY count(*) DESC LIMIT 5",
    ["limit-other"],
  ],
  ["all products", "SELECT title FROM shop.products LIMIT 100", ["limit-unasked"]],
  ["how many orders are there", "SELECT id FROM shop.orders", ["aggregate-missing"]],
  ["average price of products", "SELECT price FROM shop.products", ["aggregate-missing"]],
  ["total per customer", "SELECT sum(total) FROM shop.orders", ["group-missing"]],
  ["orders, newest first", "SELECT id FROM shop.orders", ["order-missing"]],
  ["orders without a customer", "SELECT id FROM shop.orders", ["restriction-missing"]],
  ["only paid orders", "SELECT id, total, placed_at, status FROM shop.orders", ["restriction-missing"]],
  ["orders with status 'paid'", "SELECT id FROM shop.orders WHERE status = 'open'", ["value-missing"]],
  ["order 4711", "SELECT id FROM shop.orders WHERE id = 4712", ["value-missing"]],
  ["names of customers and their orders", "SELECT name FROM shop.customers", ["table-missing"]],
  ["show the open orders", "DELETE FROM shop.orders WHERE status = 'open'", ["writes-unasked"]],
  ["", "UPDATE shop.orders SET total = 0 WHERE id = 1", ["writes-unasked"]],
  [
    "delete the orders of customer 77",
    "SELECT id FROM shop.orders WHERE customer_id = 77",
    ["write-missing"],
  ],
])("%s | %s", (question, text, expected) => expect(codes(question, text)).toEqual(expected));

test.each([
  [
    "orders of last week",
    "SELECT id FROM shop.orders WHERE placed_at >= date_trunc('week', now()) - interval '7 days'",
  ],
  ["orders per month", "SELECT date_trunc('month', placed_at), count(*) FROM shop.orders GROUP BY 1"],
  ["the 10 newest orders", "SELECT id FROM shop.orders ORDER BY placed_at DESC LIMIT 10"],
  ["the last 30 days of orders", "SELECT id FROM shop.orders WHERE placed_at > now() - interval '30 days'"],
  ["how many orders are there per status", "SELECT status, count(*) FROM shop.orders GROUP BY status"],
  [
    "customers without orders",
    "SELECT c.name FROM shop.customers c LEFT JOIN shop.orders o ON o.customer_id = c.id WHERE o.id IS NULL",
  ],
  [
    "customers who never ordered",
    "SELECT name FROM shop.customers c WHERE NOT EXISTS (SELECT 1 FROM shop.orders o WHERE o.customer_id = c.id)",
  ],
  ["only the names of customers", "SELECT name FROM shop.customers"],
  ["no more than 5 products", "SELECT title FROM shop.products LIMIT 5"],
  ["delete order 4711", "DELETE FROM shop.orders WHERE id = 4711"],
  ["mark order 12 as paid", "UPDATE shop.orders SET status = 'paid' WHERE id = 12"],
  ["orders not shipped", "SELECT id FROM shop.orders WHERE status <> 'shipped'"],
  [
    "average order total by country",
    "SELECT c.country, avg(o.total) FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id GROUP BY c.country",
  ],
  ["the most expensive product", "SELECT title FROM shop.products ORDER BY price DESC LIMIT 1"],
  ["", "SELECT id FROM shop.orders LIMIT 10"],
])("nothing differs: %s | %s", (question, text) => expect(codes(question, text)).toEqual([]));

test.each([
  ["how many orders since 2024", ["when", "counts and totals", "named values"]],
  ["the 10 orders with the lowest total", ["how many rows", "counts and totals", "order"]],
  ["alle Bestellungen der letzten Woche, nur bezahlte", []],
  ["toutes les commandes de la semaine", []],
  ["先週の注文", []],
  ["open orders with their customers", []],
])("what is looked at in: %s", (question, what) => {
  expect(lookedAt(question)).toEqual(what);
});
