import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { beforeAll, expect, test, vi } from "vitest";
import type { Span, Understanding } from "../../agent/sql/facts.ts";
import { type CatalogIndex, indexCatalog } from "../../agent/sql/postgres/catalogIndex.ts";
import { catalogFromPostgresDdl } from "../../agent/sql/postgres/ddlCatalog.ts";
import { tokens } from "../../agent/sql/postgres/lexer.ts";
import { loadPostgresParser } from "../../agent/sql/postgres/libpgQuery.ts";
import { splitWhileTyping } from "../../agent/sql/postgres/split.ts";
import { understandPostgres } from "../../agent/sql/postgres/understand.ts";
import { corpus } from "./corpora.ts";

/** Minutes of fuzzing with SLUICE_LONG=1; the short run belongs to every test run. */
const long = process.env.SLUICE_LONG === "1";
const runs = long ? 200_000 : 3_000;
vi.setConfig({ testTimeout: long ? 600_000 : 60_000 });

let index: CatalogIndex;
beforeAll(async () => {
  await loadPostgresParser();
  const ddl = fs.readFileSync(path.resolve(import.meta.dirname, "../../scripts/demo/schema.sql"), "utf8");
  index = indexCatalog(catalogFromPostgresDdl(ddl));
});

/** Statements over the demo's schema, so that names resolve and the machinery behind them is reached. */
const OWN = [
  "SELECT c.id, c.email, o.* FROM shop.customers c LEFT JOIN shop.orders o USING (id) WHERE c.email = 'x' ORDER BY 2",
  "WITH RECURSIVE t(n, e) AS (SELECT id, email FROM shop.customers UNION ALL SELECT n + 1, e FROM t WHERE n < 5) SELECT * FROM t",
  "INSERT INTO shop.products SELECT id, email, first_name, last_name, phone, 1, 2 FROM shop.customers ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING *",
  "UPDATE shop.customers c SET phone = k.card_number FROM shop.cards k WHERE k.customer_id = c.id RETURNING c.*",
  "MERGE INTO shop.products p USING shop.order_items i ON p.id = i.product_id WHEN MATCHED THEN DELETE",
  "SELECT row_to_json(p), (p).full_name, count(*) OVER (PARTITION BY sex ORDER BY birth_date) FROM clinic.patients p",
  "SELECT v.*, (SELECT max(salary) FROM people.salaries s WHERE s.employee_id = v.id) FROM shop.big_spenders v",
  "SELECT DISTINCT ON (a) a, b FROM (VALUES (1, 'x'), (2, 'y')) v(a, b), LATERAL unnest(ARRAY[a]) u(c)",
  "CREATE TABLE x AS SELECT ssn AS a FROM people.employees",
  "ALTER TABLE people.employees ALTER ssn TYPE int USING ssn::int, ADD CHECK (length(iban) > 3)",
  "EXPLAIN (ANALYZE, FORMAT JSON) DELETE FROM shop.orders WHERE total > 3",
  "DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM shop.cards LOOP RAISE NOTICE '%', r; END LOOP; END $$",
  "SELECT 'é', \"Ünï\".*, E'\\'', $tag$ ; $tag$ FROM shop.customers AS \"Ünï\" -- 😀",
];

const mutation = fc.record({
  kind: fc.constantFrom("drop", "repeat", "swap", "insert", "nest", "join"),
  at: fc.nat(200),
  with: fc.oneof(
    fc.constantFrom(
      ";",
      "(",
      ")",
      "'",
      '"',
      "$$",
      "/*",
      "*/",
      "--",
      "\\",
      ".",
      "*",
      ",",
      "::",
      "[",
      "]",
      "SELECT",
    ),
    fc.string({ unit: "grapheme", maxLength: 6 }),
    fc.string({ unit: "binary", maxLength: 6 }),
  ),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

function mutate(sql: string, { kind, at, with: what }: Mutation): string {
  const found = [...tokens(sql)];
  const token = found[at % Math.max(1, found.length)];
  const other = found[(at * 7 + 3) % Math.max(1, found.length)];
  if (token === undefined || other === undefined) return what;
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
    ...[facts.reads, facts.writes, facts.outputs, facts.relations, facts.functions, facts.targets].flatMap(
      (list) => list.map((one) => one.span),
    ),
    ...[facts.actions, facts.settings, facts.literals, facts.unknowns].flatMap((list) =>
      list.map((one) => one.span),
    ),
  ];
}

/** A defect of ours is told as a `cannot_tell` in production; here it is a failure. */
const failures = (understanding: Understanding): readonly string[] =>
  understanding.kind === "cannot_tell"
    ? understanding.facts.unknowns
        .map((one) => one.reason)
        .filter((reason) => reason === "following it failed")
    : [];

test("whatever the text, it is understood or refused, and every place lies in it", () => {
  const statements = [...OWN, ...(corpus("postgres") ?? [])];
  const kinds = new Map<string, number>();
  fc.assert(
    fc.property(fc.nat(), fc.array(mutation, { minLength: 1, maxLength: 4 }), (pick, mutations) => {
      const original = statements[pick % statements.length] ?? "";
      const text = mutations.reduce(mutate, original);
      if (!text.isWellFormed() || text.includes("\0")) return;
      for (const statement of splitWhileTyping(text)) {
        const understanding = understandPostgres(statement, index);
        expect(failures(understanding)).toEqual([]);
        kinds.set(understanding.kind, (kinds.get(understanding.kind) ?? 0) + 1);
        for (const { start, end } of spansOf(understanding)) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }
    }),
    { numRuns: runs },
  );
  // The run reaches every outcome, or it tests nothing.
  expect([...kinds.keys()].sort()).toEqual(["cannot_tell", "syntax_error", "understood", "unresolved"]);
});

test("noise is refused, not thrown at", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      if (!text.isWellFormed() || text.includes("\0")) return;
      for (const statement of splitWhileTyping(text)) understandPostgres(statement, index);
    }),
    { numRuns: runs },
  );
});
