import { describe, expect, test } from "vitest";
import { TextRow } from "../../agent/connect/incomingRow.ts";
import { compileRowMask } from "../../agent/mask/rowMask.ts";
import { REDACTOR } from "../../agent/redactor.ts";
import type { ColumnPlan } from "../../protocol/decision.ts";

/** What came into a column that was taken for ordinary. */

const watched: ColumnPlan = {
  name: "notes",
  label: null,
  mask: null,
  watched: true,
  sources: ["shop.t.notes"],
};
const shown = (...values: readonly string[]): readonly unknown[] => {
  const mask = compileRowMask([watched], { redactor: REDACTOR });
  return values.map((value) => mask(new TextRow([value]))[0]);
};

// Put together here, so that nobody takes them for secrets of this project.
const AWS = ["AKIA", "QYLPMN5HHHFPZAM2"].join("");
const GITHUB = ["ghp_", "x7Kq2mVb9RtY4LwZ8nPc3DfG6hJs1QaE5uTo"].join("");

test.each([
  [`deploy with ${AWS} please`, AWS],
  [GITHUB, GITHUB],
  ["card 4111 1111 1111 1111 exp 10/30", "4111"],
  ["write to ada@example.org", "ada@example.org"],
  ["ada@example.org", "ada@example.org"],
  ["IBAN DE89 3704 0044 0532 0130 00", "3704"],
  ["postgres://root:hunter22@db.internal/shop", "hunter22"],
])("%s is shown without it", (value, secret) => {
  expect(String(shown(value)[0])).not.toContain(secret);
});

test.each([
  "Winter tyres, 205/55 R16",
  "4111111111111111",
  "1200-4411-9981",
  "2024-05-06T07:08:09.123Z",
  "0190f6c2-7b2a-7cc1-9a5e-3f1d2c4b5a69",
  "d2d2d2cfdb0a4d0e9d3c1b8f8f2fe1e6c1cfae61f4e3d1c0b8a79f0de9f0a1b2",
  "https://example.org/a/b?c=d",
  "v18.2.0-rc.1+build.4471",
  "N/A",
])("%s is shown as it is", (value) => {
  expect(shown(value)).toEqual([value]);
});

describe("how long it is looked for", () => {
  const ordinary = Array.from({ length: 20_000 }, (_, row) => `parcel number ${row} of the month`);
  test("not beyond the first cells, where there was none", () => {
    expect(shown(...ordinary, "ada@example.org").at(-1)).toBe("ada@example.org");
  });
  test("to the end, where there was one", () => {
    expect(shown("ada@example.org", ...ordinary, "noor@example.org").at(-1)).not.toContain("noor@");
  });
});
