import { faker } from "@faker-js/faker";
import type Database from "better-sqlite3";
import { beforeAll, describe, expect, test } from "vitest";
import { columnKey, type StatementFacts, type Understanding } from "../../../agent/sql/facts.ts";
import { loadPostgresParser } from "../../../agent/sql/postgres/libpgQuery.ts";
import { splitSqlite } from "../../../agent/sql/sqlite/split.ts";
import { understandSqlite } from "../../../agent/sql/sqlite/understand.ts";
import type { Catalog } from "../../../protocol/catalog.ts";
import { anyQuery, QUERIES } from "./queries.ts";
import { COLUMNS, openShop, type ShopColumn, shopCatalog } from "./shop.ts";

let catalog: Catalog;
const understand = (text: string, of: Catalog = catalog): Understanding => {
  const split = splitSqlite(text);
  const [statement] = split.kind === "split" ? split.statements : [];
  if (statement === undefined) throw new Error(`no statement in ${text}`);
  return understandSqlite(statement, { catalog: of });
};
const factsOf = (text: string, of: Catalog = catalog): StatementFacts => {
  const understanding = understand(text, of);
  if (!("facts" in understanding)) throw new Error(`${text}: ${understanding.message}`);
  return understanding.facts;
};
const uses = (facts: StatementFacts) =>
  facts.reads.map(({ column, role }) => `${column.table}.${column.column} ${role}`);
const outputs = (facts: StatementFacts) =>
  facts.outputs.map(({ name, transform, sources }) => [
    name,
    transform,
    sources.map(({ table, column }) => `${table}.${column}`),
  ]);

beforeAll(async () => {
  await loadPostgresParser();
  catalog = await shopCatalog();
});

test.each([
  ["SELECT id FROM customers WHERE name LIKE '%son'", ["customers.Name"]],
  [
    "SELECT id FROM customers WHERE city GLOB '*[a-z]' AND Name GLOB '?x'",
    ["customers.city", "customers.Name"],
  ],
  ["SELECT id FROM customers WHERE name LIKE 'son%' AND city GLOB 'G*'", []],
])("what is searched for a pattern that may begin with anything: %s", (sql, expected) => {
  const { unanchoredSearches } = factsOf(sql);
  expect(unanchoredSearches.map(({ column }) => `${column.table}.${column.column}`)).toEqual(expected);
});

describe("non-interference: what changes a result is in the facts", () => {
  const SEEDS = [1, 2, 3];
  let shop: Database.Database;
  const others = new Map<ShopColumn, readonly Database.Database[]>();
  beforeAll(() => {
    shop = openShop();
    for (const column of COLUMNS)
      others.set(
        column,
        SEEDS.map((seed) => openShop({ column, seed })),
      );
  });
  type Rows = readonly (readonly unknown[])[];
  const run = (database: Database.Database, sql: string): Rows | null => {
    try {
      return database.prepare<[], unknown[]>(sql).raw(true).all();
    } catch {
      return null;
    }
  };

  const valuesAt = (rows: Rows, position: number, ordered: boolean): readonly unknown[] => {
    const values = rows.map((row) => row[position]);
    return ordered ? values : values.map(String).sort();
  };

  function holds(sql: string): number {
    const before = run(shop, sql);
    if (before === null) return 0;
    const facts = factsOf(sql);
    expect([sql, facts.effect, facts.unknowns]).toEqual([sql, "read", []]);
    const names = shop
      .prepare(sql)
      .columns()
      .map(({ name }) => name);
    expect([sql, facts.outputs.map(({ name }) => name)]).toEqual([sql, names]);
    let found = 0;
    for (const [column, databases] of others) {
      const key = columnKey({ schema: "main", table: column[0], column: column[1] });
      const shapes = facts.reads.some((use) => columnKey(use.column) === key && use.role !== "output");
      const shownBy = facts.outputs.map(({ sources }) => sources.some((source) => columnKey(source) === key));
      for (const database of databases) {
        const after = run(database, sql);
        if (JSON.stringify(after) === JSON.stringify(before)) continue;
        found += 1;
        if (shapes) continue;
        expect([sql, key, after?.length]).toEqual([sql, key, before.length]);
        // Without ORDER BY the planner chooses the order, and may do so by an index.
        const ordered = facts.hasOrderBy;
        for (const [position, shown] of shownBy.entries()) {
          if (shown) continue;
          expect([sql, key, position, valuesAt(after ?? [], position, ordered)]).toEqual([
            sql,
            key,
            position,
            valuesAt(before, position, ordered),
          ]);
        }
      }
    }
    for (const [position, { transform, sources }] of facts.outputs.entries()) {
      const [source] = sources;
      if (transform !== "direct" || source === undefined) continue;
      const stored = new Set(
        run(shop, `SELECT "${source.column}" FROM "${source.table}"`)?.map(([value]) => value),
      );
      const strange = before
        .map((row) => row[position])
        .filter((value) => value !== null && !stored.has(value));
      expect([sql, position, strange]).toEqual([sql, position, []]);
    }
    return found;
  }

  test.each(QUERIES.map((sql) => [sql]))("%s", (sql) => {
    holds(sql);
  });

  test("of 1,500 queries nobody wrote", () => {
    faker.seed(4);
    const queries = Array.from({ length: 1500 }, anyQuery);
    const found = queries.reduce((sum, sql) => sum + holds(sql), 0);
    expect(found).toBeGreaterThan(5_000);
  }, 120_000);
});

describe("two readings that agree give roles", () => {
  test.each([
    [
      "SELECT email FROM customers WHERE city = 'Oslo'",
      ["customers.city filter_equality", "customers.email output"],
    ],
    ["SELECT Name FROM customers ORDER BY spend", ["customers.spend sort", "customers.Name output"]],
    ["select NAME from CUSTOMERS group by City", ["customers.city group", "customers.Name output"]],
    ["SELECT `who` FROM buyers WHERE total == 5", ["customers.Name output", "orders.total filter_equality"]],
    ["SELECT group_concat(email) FROM customers", ["customers.email output"]],
  ])("%s", (sql, expected) => {
    expect(uses(factsOf(sql))).toEqual(expect.arrayContaining(expected));
    expect(uses(factsOf(sql)).some((use) => use.endsWith("filter_other"))).toBe(false);
  });

  test("in the catalog's spelling, under SQLite's names for results", () => {
    expect(outputs(factsOf("SELECT NAME, lower(EMAIL) FROM customers"))).toEqual([
      ["Name", "direct", ["customers.Name"]],
      ["lower(EMAIL)", "expression", ["customers.email"]],
    ]);
    expect(outputs(factsOf("SELECT City, count(*) FROM customers GROUP BY CITY"))).toEqual([
      ["city", "direct", ["customers.city"]],
      ["count(*)", "aggregate", []],
    ]);
  });

  test("at places in the text that was sent", () => {
    const text = "SELECT 1;  SELECT `email` FROM customers WHERE city == 'Oslo'";
    const split = splitSqlite(text);
    const second = split.kind === "split" ? split.statements[1] : undefined;
    if (second === undefined) throw new Error("not split");
    const understanding = understandSqlite(second, { catalog });
    const reads = "facts" in understanding ? understanding.facts.reads : [];
    expect(reads.map(({ span }) => text.slice(span.start, span.end)).sort()).toEqual(["`email`", "city"]);
  });

  test("strings that only one of the two takes for strings are not agreed upon", () => {
    const facts = factsOf("SELECT e, e'x' FROM (SELECT email AS e FROM customers)");
    expect(facts.outputs.map(({ sources }) => sources.map(({ column }) => column))).toEqual([
      ["email"],
      ["email"],
    ]);
  });
});

describe("one reading counts for everything", () => {
  test("columns of a query PostgreSQL would not take", () => {
    const facts = factsOf("SELECT email, lower(Name) FROM customers WHERE spend > 3 LIMIT 1, 2");
    expect(uses(facts)).toEqual(
      expect.arrayContaining([
        "customers.email filter_other",
        "customers.Name filter_other",
        "customers.spend filter_other",
      ]),
    );
    expect(outputs(facts)[0]).toEqual(["email", "direct", ["customers.email"]]);
    expect(outputs(facts)[1]?.[1]).toBe("expression");
  });

  test("what only the first arm of a UNION is named for is not called direct", () => {
    const facts = factsOf(
      "SELECT x FROM (SELECT city AS x FROM customers UNION SELECT email FROM customers LIMIT 0, 9)",
    );
    expect(outputs(facts)).toEqual([["x", "expression", expect.arrayContaining(["customers.email"])]]);
    const view = factsOf("SELECT t FROM texts LIMIT 0, 9");
    expect(outputs(view)).toEqual([
      ["t", "expression", expect.arrayContaining(["customers.city", "orders.note"])],
    ]);
  });

  test("a virtual table's hidden columns speak of all it holds", () => {
    const facts = factsOf("SELECT rowid FROM docs WHERE docs MATCH 'secret'");
    expect(uses(facts)).toEqual(
      expect.arrayContaining(["docs.title filter_other", "docs.body filter_other"]),
    );
  });
});

describe("writes", () => {
  test.each([
    ["DELETE FROM orders", "delete", "none"],
    ["DELETE FROM orders WHERE 1 = 1", "delete", "always_true"],
    ["DELETE FROM orders WHERE id = 7", "delete", "some"],
    ["UPDATE customers SET city = 'x'", "update", "none"],
    ["UPDATE OR IGNORE customers SET city = 'x' WHERE id = 1", "update", "some"],
    ["INSERT INTO log SELECT email FROM customers", "insert", "not_applicable"],
    ["REPLACE INTO customers VALUES (1, 'a', 'b', 'c', 1)", "insert", "not_applicable"],
  ])("%s", (sql, operation, predicate) => {
    const facts = factsOf(sql);
    expect(facts.effect).toBe("write");
    expect(facts.unknowns).toEqual([]);
    expect(facts.targets).toMatchObject([{ operation, predicate }]);
  });

  test("labels flow along", () => {
    expect(factsOf("INSERT INTO log SELECT email FROM customers").flows).toMatchObject([
      { target: { table: "log", column: "what" }, sources: [{ column: "email" }], unchanged: true },
    ]);
    expect(factsOf("CREATE TABLE copy AS SELECT EMAIL, spend * 2 AS d FROM customers").flows).toMatchObject([
      { target: { table: "copy", column: "email" }, sources: [{ column: "email" }], unchanged: true },
      { target: { table: "copy", column: "d" }, sources: [{ column: "spend" }], unchanged: false },
    ]);
    expect(factsOf("ALTER TABLE customers RENAME COLUMN email TO contact").flows).toMatchObject([
      { target: { table: "customers", column: "contact" }, sources: [{ column: "email" }], unchanged: true },
    ]);
    expect(factsOf("ALTER TABLE log RENAME TO journal").flows).toMatchObject([
      { target: { table: "journal", column: "what" }, sources: [{ table: "log", column: "what" }] },
    ]);
  });

  test("what triggers read and write is part of it", async () => {
    const database = openShop();
    database.exec(
      "CREATE TRIGGER t AFTER INSERT ON log BEGIN UPDATE customers SET city = (SELECT max(note) FROM orders); END",
    );
    const { loadSqliteCatalog } = await import("../../../agent/catalog/loadSqliteCatalog.ts");
    const { runnerOf } = await import("./shop.ts");
    const facts = factsOf("INSERT INTO log VALUES (1)", await loadSqliteCatalog(runnerOf(database)));
    expect(facts.targets.map(({ operation, table }) => `${operation} ${table}`).sort()).toEqual([
      "insert log",
      "update customers",
    ]);
    expect(uses(facts)).toContain("orders.note filter_other");
  });

  test("RETURNING shows columns as they are", () => {
    expect(outputs(factsOf("DELETE FROM customers WHERE id = 1 RETURNING email"))).toEqual([
      ["email", "direct", ["customers.email"]],
    ]);
  });
});

describe("kinds and effects", () => {
  test.each([
    ["BEGIN IMMEDIATE", "session", "begin"],
    ["END", "session", "commit"],
    ["ROLLBACK TO a", "session", "rollback_to"],
    ["RELEASE a", "session", "release"],
    ["CREATE TABLE x (a)", "ddl", "create_table"],
    ["CREATE TABLE IF NOT EXISTS customers (a)", "ddl", "create_table"],
    ["DROP VIEW buyers", "ddl", "drop_view"],
    ["ALTER TABLE customers DROP COLUMN spend", "ddl", "alter_table"],
    ["CREATE TRIGGER t AFTER DELETE ON orders BEGIN DELETE FROM log; SELECT 1; END", "ddl", "create_trigger"],
    ["VACUUM", "admin", "vacuum"],
    ["EXPLAIN QUERY PLAN SELECT email FROM customers", "read", "explain"],
    ["PRAGMA table_info(customers)", "read", "pragma"],
    ["PRAGMA foreign_keys = ON", "session", "set"],
    ["ANALYZE", "ddl", "analyze"],
  ])("%s", (sql, effect, kind) => {
    const understanding = understand(sql);
    expect(understanding).toMatchObject({ kind: "understood", facts: { effect, kind, dialect: "sqlite" } });
  });

  test.each([
    ["ATTACH 'x.db' AS x"],
    ["DETACH x"],
    ["VACUUM INTO 'x.db'"],
    ["PRAGMA writable_schema = ON"],
    ["PRAGMA journal_mode = DELETE"],
    ["SELECT * FROM pragma_integrity_check"],
    ["SELECT * FROM dbstat"],
  ])("cannot be told: %s", (sql) => {
    expect(["cannot_tell", "unresolved"]).toContain(understand(sql).kind);
  });

  test("loading code is a hazard", () => {
    expect(factsOf("SELECT load_extension('x')").functions).toMatchObject([{ hazards: ["server_files"] }]);
  });

  test("mistakes have their place", () => {
    expect(understand("SELECT nope FROM customers")).toMatchObject({
      kind: "unresolved",
      span: { start: 7, end: 11 },
    });
    expect(understand("SELECT 1 FORM x")).toMatchObject({ kind: "syntax_error" });
    expect(understand("SELECT * FROM nowhere")).toMatchObject({ kind: "unresolved" });
  });
});
