import { expect, test } from "vitest";
import { classifyCatalog } from "../../agent/classify/classifyCatalog.ts";
import { gatherEvidence } from "../../agent/classify/values/gatherEvidence.ts";
import type { Label } from "../../protocol/label.ts";
import { catalogOf, tableOf } from "./catalogs.ts";

/** A sample of few values that repeat: of one person's rows, or written by somebody to make a secret look like a kind. */

const CARDS = ["4111111111111111", "5500005555555559", "340000000000009", "4012888888881881"];

function labelOf(column: string, values: readonly string[], table = "records"): Label | undefined {
  const relation = tableOf(`public.${table}`, ["id integer", `${column} text`]);
  const cells = Array.from({ length: 400 }, (_, row) => values[row % values.length] ?? null);
  const samples = new Map([
    [`public.${table}.${column}`, gatherEvidence({ cells, document: false, array: false })],
  ]);
  return classifyCatalog(catalogOf({}, { relations: [relation] }), samples).get(`public.${table}.${column}`);
}

test.each([
  ["card_number", CARDS, "restricted"],
  ["card_number", ["4111111111111111"], "restricted"],
  ["card_number", ["9999999999999999", "1234123412341234"], "restricted"],
  ["reference", CARDS, "restricted"],
  ["ssn", ["078-05-1120", "219-09-9999"], "restricted"],
  ["passport_number", ["C01X00T47", "X1234567"], "restricted"],
  ["patient_mrn", ["MRN-0012345", "MRN-0098765"], "restricted"],
  ["password", ["hunter2"], "restricted"],
  ["password", ["correct horse", "tr0ub4dor"], "restricted"],
  ["api_key", ["k-77125-aa", "k-99120-bc"], "restricted"],
  ["email", ["ada@example.org", "noor@example.org"], "confidential"],
  ["owner", ["ada@example.org", "noor@example.org"], "confidential"],
  ["customer_name", ["Ada Lovelace", "Noor Inayat Khan"], "confidential"],
] as const)("%s of %j is what it says", (column, values, level) => {
  expect(labelOf(column, values)?.level).toBe(level);
});

test.each([
  ["card_number", ["VISA", "MASTERCARD", "AMEX"]],
  ["password", ["enabled", "disabled"]],
  ["token", ["IDENT", "NUMBER", "STRING"]],
  ["phone", ["mobile", "home", "work"]],
  ["email", ["daily", "weekly", "never"]],
  ["status_code", ["10001", "10002", "90210"]],
  ["state", ["open", "closed"]],
])("%s of %j are kinds", (column, values) => {
  expect(labelOf(column, values)?.level).toMatch(/^(?:public|internal)$/);
});
