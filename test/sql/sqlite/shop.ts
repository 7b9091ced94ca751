import { faker } from "@faker-js/faker";
import Database from "better-sqlite3";
import { loadSqliteCatalog } from "../../../agent/catalog/loadSqliteCatalog.ts";
import type { QueryRunner } from "../../../agent/catalog/queryRunner.ts";
import type { Catalog } from "../../../protocol/catalog.ts";

export const SCHEMA = `
  CREATE TABLE customers (id INTEGER PRIMARY KEY, Name TEXT, email TEXT UNIQUE, city TEXT, spend INT);
  CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INT REFERENCES customers, total INT, note TEXT);
  CREATE TABLE log (what);
  CREATE VIEW buyers AS SELECT c.Name AS who, c.email AS mail, o.total FROM customers c JOIN orders o ON o.customer = c.id;
  CREATE VIEW texts AS SELECT note AS t FROM orders UNION ALL SELECT city FROM customers;
  CREATE VIEW spenders(who, much) AS SELECT Name, spend FROM customers WHERE spend > 40;
  CREATE VIRTUAL TABLE docs USING fts5(title, body);
`;

export const COLUMNS = [
  ["customers", "Name"],
  ["customers", "email"],
  ["customers", "city"],
  ["customers", "spend"],
  ["orders", "customer"],
  ["orders", "total"],
  ["orders", "note"],
] as const;
export type ShopColumn = (typeof COLUMNS)[number];

/** The same shop for the same seed, but for the values of one column. */
export function openShop(other?: { readonly column: ShopColumn; readonly seed: number }): Database.Database {
  const database = new Database(":memory:");
  database.exec(SCHEMA);
  faker.seed(20);
  const rows = 9;
  const customers = Array.from({ length: rows }, (_, at) => [
    at + 1,
    faker.person.firstName(),
    `${at}${faker.internet.email()}`,
    faker.helpers.arrayElement(["Ghent", "Oslo", "Lima"]),
    faker.number.int({ min: 1, max: 99 }),
  ]);
  const orders = Array.from({ length: rows * 2 }, (_, at) => [
    at + 1,
    (at % rows) + 1,
    faker.number.int({ min: 1, max: 60 }),
    faker.helpers.arrayElement(["Ghent", "gift", "late", null]),
  ]);
  if (other !== undefined) {
    faker.seed(other.seed);
    const [table, column] = other.column;
    const list = table === "customers" ? customers : orders;
    const place = { Name: 1, email: 2, city: 3, spend: 4, customer: 1, total: 2, note: 3 }[column];
    for (const row of list) {
      const number = faker.number.int({ min: 1, max: column === "customer" ? rows : 99 });
      const text = faker.helpers.arrayElement(["Ghent", "gift", "Zed", "a", faker.word.noun()]);
      row[place] =
        column === "email"
          ? `${row[0]}${text}`
          : ["spend", "total", "customer"].includes(column)
            ? number
            : text;
    }
  }
  const customer = database.prepare("INSERT INTO customers VALUES (?, ?, ?, ?, ?)");
  for (const row of customers) customer.run(...row);
  const order = database.prepare("INSERT INTO orders VALUES (?, ?, ?, ?)");
  for (const row of orders) order.run(...row);
  return database;
}

export const runnerOf = (database: Database.Database): QueryRunner => ({
  rows: async (sql, values = []) =>
    database
      .prepare<unknown[], unknown[]>(sql)
      .raw(true)
      .all(...values)
      .map((row) => row.map((value) => (value === null ? null : String(value)))),
});

export const shopCatalog = (): Promise<Catalog> => loadSqliteCatalog(runnerOf(openShop()));
