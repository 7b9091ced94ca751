import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { statedIntent } from "../../agent/behaviour/intent/statedIntent.ts";
import { classifyCatalog } from "../../agent/classify/classifyCatalog.ts";
import { columnKey } from "../../agent/sql/facts.ts";
import { indexCatalog } from "../../agent/sql/postgres/catalogIndex.ts";
import { catalogFromPostgresDdl } from "../../agent/sql/postgres/ddlCatalog.ts";
import { loadPostgresParser } from "../../agent/sql/postgres/libpgQuery.ts";
import { splitPostgres } from "../../agent/sql/postgres/split.ts";
import { understandPostgres } from "../../agent/sql/postgres/understand.ts";
import { deedOf, tableWords } from "../../agent/statementDeed.ts";
import { isSensitive } from "../../protocol/label.ts";
import { FITTING, UNFITTING } from "./purposes.ts";
import { FITTING_ELSEWHERE, UNFITTING_ELSEWHERE } from "./purposesElsewhere.ts";

let said: (purpose: string, sql: string) => string | null;

beforeAll(async () => {
  await loadPostgresParser();
  const ddl = fs.readFileSync(path.resolve(import.meta.dirname, "../../scripts/demo/schema.sql"), "utf8");
  const catalog = catalogFromPostgresDdl(ddl);
  const index = indexCatalog(catalog);
  const labels = classifyCatalog(catalog, new Map());
  const sensitive = new Set([...labels].filter(([, label]) => isSensitive(label)).map(([key]) => key));
  said = (purpose, sql) => {
    const split = splitPostgres(sql);
    const statement = split.kind === "split" ? split.statements[0] : undefined;
    if (statement === undefined) throw new Error(sql);
    const understanding = understandPostgres(statement, index);
    if (understanding.kind !== "understood") throw new Error(`${sql}: ${JSON.stringify(understanding)}`);
    const { facts } = understanding;
    const used = [...facts.reads, ...facts.writes].map(({ column }) => columnKey(column));
    const touched = new Set(used.filter((key) => sensitive.has(key)));
    return (
      statedIntent(purpose, deedOf(facts, touched), (word) => tableWords(catalog).has(word))?.words ?? null
    );
  };
});

describe("a purpose beside what is done", () => {
  test("is flagged in hardly any statement that does what it says", () => {
    const flagged = FITTING.flatMap(([purpose, sql]) => {
      const words = said(purpose, sql);
      return words === null ? [] : [`${purpose} | ${sql}: ${words}`];
    });
    console.log(`${flagged.length} of ${FITTING.length} fitting purposes were flagged.`);
    expect(flagged).toEqual([]);
  });

  test("is flagged in nearly every statement that does something else", () => {
    const missed = UNFITTING.filter(([purpose, sql]) => said(purpose, sql) === null);
    console.log(`${missed.length} of ${UNFITTING.length} unfitting purposes were not flagged.`);
    expect(missed).toEqual([]);
  });

  test("is read in other languages", () => {
    const flagged = FITTING_ELSEWHERE.filter(([purpose, sql]) => said(purpose, sql) !== null);
    expect(flagged).toEqual([]);
    const missed = UNFITTING_ELSEWHERE.filter(([purpose, sql]) => said(purpose, sql) === null);
    expect(missed).toEqual([]);
  });

  test("is flagged with a reason", () => {
    expect(said("count users", "SELECT email FROM shop.customers")).toBe(
      "the purpose is to count or sum up, and single rows of sensitive columns are read",
    );
    expect(said("list orders", "DELETE FROM shop.orders WHERE id = 1")).toBe(
      "the purpose is to read, and this is a DELETE",
    );
    expect(said("list products", "SELECT ssn FROM people.employees")).toBe(
      "the purpose speaks of product, and sensitive data of people.employees is used",
    );
  });

  test("says nothing where the purpose says nothing that is known", () => {
    for (const purpose of ["", "4711", "für die Buchhaltung", "因为需要"])
      expect(said(purpose, "SELECT email FROM shop.customers")).toBeNull();
  });
});
