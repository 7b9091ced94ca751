import fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { Span, Understanding } from "../../../agent/sql/facts.ts";
import { lex } from "../../../agent/sql/mysql/lexer/lexer.ts";
import { splitMysql } from "../../../agent/sql/mysql/split.ts";
import { corpus } from "../corpora.ts";
import { QueryGenerator } from "./generateQuery.ts";
import { MYSQL, SETTINGS, understand } from "./shop.ts";

/** Minutes of fuzzing with SLUICE_LONG=1; the short run belongs to every test run. */
const long = process.env.SLUICE_LONG === "1";
const runs = long ? 300_000 : 3_000;
vi.setConfig({ testTimeout: long ? 900_000 : 60_000 });

const OWN = [
  "SELECT c.*, (SELECT MAX(total) FROM orders o WHERE o.customer_id = c.id) m FROM customers c WHERE ssn IN ('a', 'b')",
  "INSERT INTO log (id, line) SELECT id, CONCAT(@a := ssn, 'x') FROM customers ON DUPLICATE KEY UPDATE line = VALUES(line)",
  "UPDATE orders o LEFT JOIN (customers c CROSS JOIN log l) ON c.id = o.customer_id SET o.note = c.ssn WHERE 1 ORDER BY 1",
  "WITH RECURSIVE w (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM w WHERE n < 5) SELECT * FROM w /*!100100 , orders */",
  "CREATE PROCEDURE p (IN a INT) BEGIN DECLARE b INT DEFAULT 1; IF a > b THEN SELECT ssn INTO b FROM customers; END IF; END",
  "ALTER TABLE customers ADD COLUMN x INT, DROP COLUMN name, CHANGE ssn tin TEXT, RENAME TO people",
  "DELETE o, c FROM orders AS o NATURAL JOIN customers c USING (id) WHERE o.note LIKE '%\\\\' -- x\n",
  "SET @x = 1, @@session.sql_mode := 'ANSI', NAMES utf8mb4; SHOW FULL COLUMNS FROM orders LIKE 'a%'",
  "EXPLAIN FORMAT=JSON SELECT SQL_CALC_FOUND_ROWS DISTINCT `a``b`, \"c\", x'41', _utf8'é' FROM orders GROUP BY 1 WITH ROLLUP",
];

const pieces = [
  ..."; ( ) ' \" ` /* */ /*! /*!50000 /*M! -- # \\ . * , := @ @@ ? { } END BEGIN SELECT UNION CASE DELIMITER".split(
    " ",
  ),
  "-- ",
  "\n",
  "DELIMITER //\n",
];

const mutation = fc.record({
  kind: fc.constantFrom("drop", "repeat", "swap", "insert", "nest", "join"),
  at: fc.nat(200),
  with: fc.oneof(
    fc.constantFrom(...pieces),
    fc.string({ unit: "grapheme", maxLength: 6 }),
    fc.string({ unit: "binary", maxLength: 6 }),
  ),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

function mutate(sql: string, { kind, at, with: what }: Mutation): string {
  const { tokens } = lex(sql, SETTINGS);
  const token = tokens[at % tokens.length];
  const other = tokens[(at * 7 + 3) % tokens.length];
  if (!token || !other) return what;
  const text = sql.slice(token.start, token.end);
  const [before, after] = [sql.slice(0, token.start), sql.slice(token.end)];
  switch (kind) {
    case "drop":
      return before + after;
    case "repeat":
      return `${before}${text} ${text}${after}`;
    case "swap":
      return `${before}${sql.slice(other.start, other.end)}${after}`;
    case "nest":
      return `${before}${"(".repeat(at)}${text}${")".repeat(at)}${after}`;
    case "join":
      return `${sql}; ${what} ${sql}`;
    default:
      return `${before}${what}${text}${after}`;
  }
}

function spansOf(understanding: Understanding): readonly Span[] {
  if (understanding.kind === "syntax_error" || understanding.kind === "unresolved")
    return [understanding.span];
  const { facts } = understanding;
  return [
    facts.span,
    ...[facts.reads, facts.writes, facts.outputs, facts.relations, facts.functions]
      .flat()
      .map((one) => one.span),
    ...[facts.targets, facts.actions, facts.settings, facts.literals, facts.unknowns]
      .flat()
      .map((one) => one.span),
  ];
}

/** It comes to an answer, whose places lie in the text; it never throws. */
function holds(sql: string): void {
  for (const settings of [SETTINGS, MYSQL]) {
    const split = splitMysql(sql, settings);
    if (split.kind !== "split") return;
    for (const statement of split.statements) {
      const found = understand(statement.text, settings);
      const { length } = statement.text;
      for (const { start, end } of spansOf(found)) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(Math.max(length, 1));
        expect(end).toBeGreaterThanOrEqual(start);
      }
    }
  }
}

const collected = corpus("mysql") ?? OWN;

test("statements changed at random come to an answer", () => {
  const statement = fc.oneof(fc.constantFrom(...OWN), fc.constantFrom(...collected));
  fc.assert(
    fc.property(statement, fc.array(mutation, { minLength: 1, maxLength: 4 }), (sql, changes) => {
      holds(changes.reduce(mutate, sql));
    }),
    { numRuns: runs },
  );
});

test("noise comes to an answer", () => {
  const noise = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc
      .array(fc.constantFrom(...pieces, "1", "a", " ", "FROM", "orders", "'x'"), { maxLength: 25 })
      .map((all) => all.join(" ")),
  );
  fc.assert(fc.property(noise, holds), { numRuns: runs });
});

test("queries made at random come to an answer", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => holds(new QueryGenerator(seed).query())),
    { numRuns: runs / 3 },
  );
});

test.each([
  ["parentheses", `SELECT ${"(".repeat(20_000)}1${")".repeat(20_000)}`],
  ["subqueries", `SELECT ${"(SELECT ".repeat(5_000)}1${")".repeat(5_000)}`],
  [
    "conditions",
    `SELECT 1 FROM orders WHERE ${Array.from({ length: 20_000 }, (_, index) => `id = ${index}`).join(" OR ")}`,
  ],
  ["sums", `SELECT ${Array.from({ length: 20_000 }, (_, index) => index).join(" + ")}`],
  [
    "rows",
    `INSERT INTO log VALUES ${Array.from({ length: 20_000 }, (_, index) => `(${index}, 'x')`).join(", ")}`,
  ],
  ["arms", Array.from({ length: 5_000 }, () => "SELECT 1").join(" UNION ALL ")],
  ["negations", `SELECT ${"NOT ".repeat(20_000)}1`],
  ["signs", `SELECT ${"- ".repeat(20_000)}1`],
  ["comments", `SELECT ${"/*!".repeat(20_000)} 1`],
  ["cases", `SELECT ${"CASE WHEN ".repeat(5_000)}1`],
  [
    "joins",
    `SELECT 1 FROM orders a0 ${Array.from({ length: 200 }, (_, index) => `JOIN orders a${index + 1} ON a${index + 1}.id = a${index}.id`).join(" ")}`,
  ],
  ["quotes", `SELECT ${"'".repeat(40_001)}`],
  ["blocks", `CREATE PROCEDURE p() ${"BEGIN ".repeat(5_000)}`],
])("thousands of %s come to an answer", (_, sql) => {
  holds(sql);
});
