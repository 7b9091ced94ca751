import { beforeAll, describe, expect, test } from "vitest";
import { CATALOGUE } from "../../agent/policy/guardrails/catalogue.ts";
import { type Rule, weigh } from "../../agent/policy/guardrails/rule.ts";
import type { Environment } from "../../protocol/connection.ts";
import type { Decision, Finding, Verdict } from "../../protocol/decision.ts";
import { type ExampleOptions, Shop } from "./judgeExample.ts";

const ENVIRONMENTS: readonly Environment[] = ["production", "staging", "development"];
const RULES: readonly Rule[] = Object.values(CATALOGUE).flat();

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});

const foundBy = (rule: string, decision: Decision): readonly Finding[] =>
  decision.findings.filter((finding) => finding.rule === rule);
const placeOf = ({ examplesIn }: Rule): ExampleOptions => {
  if (examplesIn === undefined) return {};
  if ("engine" in examplesIn) return examplesIn;
  const { rows } = examplesIn;
  return { plannedRows: rows, estimatedRows: () => rows };
};
const strict = (verdict: Verdict): number => ["allow", "approve", "deny"].indexOf(verdict);

describe("the catalogue", () => {
  test("has 60 rules or more, each with an id of its own in kebab-case", () => {
    const ids = RULES.map(({ id }) => id);
    expect(ids.length).toBeGreaterThanOrEqual(60);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  test("every rule says why and what to do, in sentences", () => {
    for (const { message, title } of RULES) {
      expect(message).toMatch(/^[A-Z{].{30,}\.$/s);
      expect(title.length).toBeGreaterThan(1);
    }
  });

  test("every rule has examples of both kinds", () => {
    const without = RULES.filter(({ triggers }) => triggers.length === 0);
    expect(without.map(({ id }) => id)).toEqual([]);
    expect(RULES.filter(({ lookalikes }) => lookalikes.length === 0).map(({ id }) => id)).toEqual([]);
  });
});

for (const [family, rules] of Object.entries(CATALOGUE)) {
  describe(family, () => {
    for (const rule of rules) {
      for (const sql of rule.triggers) {
        test(`${rule.id} finds: ${sql}`, () => {
          for (const environment of ENVIRONMENTS) {
            const decision = shop.decide(sql, { environment, ...placeOf(rule) });
            const findings = foundBy(rule.id, decision);
            expect(findings, environment).not.toEqual([]);
            const { verdict, severity } = weigh(rule.gravity, environment);
            for (const finding of findings) {
              expect(finding).toMatchObject({ verdict, severity });
              expect(finding.message).not.toContain("{what}");
              expect(finding.start).toBeGreaterThanOrEqual(0);
              expect(finding.end).toBeGreaterThan(finding.start);
              expect(finding.end).toBeLessThanOrEqual(sql.length);
            }
            // No other rule makes it milder.
            expect(strict(decision.verdict)).toBeGreaterThanOrEqual(strict(verdict));
          }
        });
      }
      for (const sql of rule.lookalikes) {
        test(`${rule.id} passes: ${sql}`, () => {
          const understood = shop.understand(sql, placeOf(rule).engine);
          expect(["understood", "cannot_tell"], JSON.stringify(understood)).toContain(understood.kind);
          for (const environment of ENVIRONMENTS)
            expect(foundBy(rule.id, shop.decide(sql, { environment, ...placeOf(rule) }))).toEqual([]);
        });
      }
    }
  });
}

describe("rules that hang on size", () => {
  const update = "UPDATE shop.orders SET status = 'new' WHERE customer_id > 3";

  test("blast-radius, where the planner expects more than may change", () => {
    const [finding] = foundBy("blast-radius", shop.decide(update, { plannedRows: 250_000 }));
    expect(finding).toMatchObject({ severity: "warning" });
    expect(finding?.message).toContain("250,000 rows to change, and 1,000 may");
    expect(foundBy("blast-radius", shop.decide(update, { plannedRows: 1_000 }))).toEqual([]);
    expect(
      foundBy("blast-radius", shop.decide(update, { plannedRows: 250_000, environment: "development" })),
    ).toEqual([]);
  });

  test("no-limit-large-table, where the table is large and the rows are not counted only", () => {
    const rows = (estimated: number) => ({ estimatedRows: () => estimated });
    const [finding] = foundBy("no-limit-large-table", shop.decide("SELECT id FROM shop.orders", rows(1e6)));
    expect(finding).toMatchObject({ severity: "info", verdict: "allow" });
    expect(finding?.fix?.edits[0]?.text).toBe("\nLIMIT 100");
    for (const [sql, estimated] of [
      ["SELECT id FROM shop.orders", 99_999],
      ["SELECT id FROM shop.orders LIMIT 10", 1e6],
      ["SELECT count(*) FROM shop.orders", 1e6],
    ] as const)
      expect(foundBy("no-limit-large-table", shop.decide(sql, rows(estimated)))).toEqual([]);
  });
});

describe("fixes make what they promise", () => {
  const fixed = (sql: string, rule: string): string => {
    const [finding] = foundBy(rule, shop.decide(sql));
    if (finding?.fix === undefined) throw new Error(`${rule} offers no fix for: ${sql}`);
    return [...finding.fix.edits]
      .sort((a, b) => b.start - a.start)
      .reduce((text, edit) => `${text.slice(0, edit.start)}${edit.text}${text.slice(edit.end)}`, sql);
  };

  test("a WHERE where one belongs", () => {
    expect(fixed("DELETE FROM shop.orders RETURNING id", "no-where-delete")).toBe(
      "DELETE FROM shop.orders WHERE /* condition */ RETURNING id",
    );
    expect(fixed("UPDATE shop.orders SET status = 'new'", "no-where-update")).toBe(
      "UPDATE shop.orders SET status = 'new' WHERE /* condition */",
    );
  });
  test("a LIMIT at the end", () => {
    const sql = "SELECT number FROM shop.cards ORDER BY id";
    expect(fixed(sql, "unbounded-restricted")).toBe(`${sql}\nLIMIT 100`);
  });
});

describe("what could be done beside others is offered that way", () => {
  const fixed = (sql: string, inTransaction: boolean): string | undefined => {
    const { findings } = shop.decide(sql, { inTransaction });
    const [edit] = findings.flatMap(({ fix }) => fix?.edits ?? []);
    return edit && `${sql.slice(0, edit.start)}${edit.text}${sql.slice(edit.end)}`;
  };
  test.each([
    ["CREATE INDEX ON shop.orders (status)", "CREATE INDEX CONCURRENTLY ON shop.orders (status)"],
    [
      "create /* INDEX */ unique\nindex i on shop.orders (status)",
      "create /* INDEX */ unique\nindex CONCURRENTLY i on shop.orders (status)",
    ],
    ["DROP INDEX IF EXISTS shop.orders_customer", "DROP INDEX CONCURRENTLY IF EXISTS shop.orders_customer"],
    ["REINDEX (VERBOSE) TABLE shop.orders", "REINDEX (VERBOSE) TABLE CONCURRENTLY shop.orders"],
    ["REFRESH MATERIALIZED VIEW shop.daily_sales", "REFRESH MATERIALIZED VIEW CONCURRENTLY shop.daily_sales"],
    [
      "ALTER TABLE shop.orders ADD CHECK (id > 0), ADD COLUMN note text",
      "ALTER TABLE shop.orders ADD CHECK (id > 0) NOT VALID, ADD COLUMN note text",
    ],
  ])("%s", (sql, expected) => {
    expect(fixed(sql, false)).toBe(expected);
    expect(shop.understand(expected).kind).toBe("understood");
  });
  test("but not where the word may not stand", () => {
    expect(fixed("CREATE INDEX ON shop.orders (status)", true)).toBeUndefined();
    expect(fixed("CREATE INDEX ON shop.visits (day)", false)).toBeUndefined();
    expect(fixed("DROP INDEX shop.a, shop.b", false)).toBeUndefined();
  });
});

test("what a body drops or empties is found, also where the rest of it is not understood", () => {
  for (const [sql, rule] of [
    ["DO $$ BEGIN DROP TABLE shop.orders; END $$", "drop-table"],
    ["DO $$ BEGIN IF true THEN TRUNCATE shop.orders; END IF; END $$", "truncate"],
    ["SELECT shop.dropper()", "drop-table"],
    ["CALL shop.purge()", "truncate"],
    ["SELECT shop.wipe()", "no-where-delete"],
    ["SELECT shop.wipe_sql() FROM shop.customers", "no-where-delete"],
    ["INSERT INTO shop.hooked VALUES (1)", "no-where-delete"],
  ] as const)
    expect(foundBy(rule, shop.decide(sql)), sql).not.toEqual([]);
});

test("a statement in disguise is found like the plain one", () => {
  for (const [sql, rule] of [
    ["EXPLAIN ANALYZE DELETE FROM shop.orders", "no-where-delete"],
    ["PREPARE p AS DELETE FROM shop.orders", "no-where-delete"],
    ["WITH gone AS (DELETE FROM shop.orders RETURNING *) SELECT count(*) FROM gone", "no-where-delete"],
    ["DELETE FROM shop.orders o USING shop.customers c", "no-where-delete"],
    ["DELETE FROM shop.orders WHERE id = 1 OR 1 = 1", "always-true-delete"],
    ["dElEtE/* x */FROM\nonly shop.orders", "no-where-delete"],
    ["COPY (SELECT * FROM shop.cards) TO PROGRAM 'sh'", "copy-program"],
    ["DO $$ BEGIN DELETE FROM shop.orders; END $$", "do-block"],
  ] as const)
    expect(foundBy(rule, shop.decide(sql)), sql).not.toEqual([]);
});
