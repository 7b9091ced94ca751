import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isCanonicalForm } from "../../protocol/audit/canonicalForm.ts";
import { canonicalJson } from "../../protocol/audit/seal.ts";

/** The slow way: make it and compare. */
function isCanonicalBySpelling(text: string, kept: unknown): boolean {
  try {
    return text.isWellFormed() && canonicalJson(kept) === text;
  } catch {
    return false;
  }
}

const KEYS = fc.constantFrom("a", "b", "B", "aa", "é", "€", "𝒳", "10", "9", "", "\n", '"', "\\");
const VALUES = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "binary" }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom("\ud800", "\udfffx", "\\ud800", "\\\\ud800", "\u0007", "</script>"),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(KEYS, tie("value"), { maxKeys: 5 }),
  ),
})).value;

describe("a text is canonical exactly where making the canonical form gives it", () => {
  test("as it is made, as it is written by hand, and with a character changed", () => {
    fc.assert(
      fc.property(VALUES, fc.nat(), fc.constantFrom(" ", "0", "e", "\\", '"', "A"), (value, at, other) => {
        const texts = [JSON.stringify(value)];
        try {
          texts.push(canonicalJson(value));
        } catch {
          // Half a surrogate has no canonical form.
        }
        for (const text of texts.slice()) {
          const place = at % (text.length + 1);
          texts.push(
            text.slice(0, place) + other + text.slice(place + 1),
            text.slice(0, place) + other + text.slice(place),
          );
        }
        for (const text of texts) {
          let raw: unknown;
          try {
            raw = JSON.parse(text);
          } catch {
            continue;
          }
          // Numeric keys come first in JavaScript: such a text may be refused, never wrongly taken.
          const [quick, slow] = [isCanonicalForm(text, raw, raw), isCanonicalBySpelling(text, raw)];
          if (/"(?:9|10)":/.test(text)) expect(quick && !slow).toBe(false);
          else expect(quick).toBe(slow);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test("not where reading it has left something out, or changed something", () => {
    const raw = { a: 1, b: [{ c: "x" }] };
    const text = canonicalJson(raw);
    expect(isCanonicalForm(text, raw, { a: 1, b: [{ c: "x" }] })).toBe(true);
    for (const kept of [
      { a: 1 },
      { a: 1, b: [{}] },
      { a: 1, b: [] },
      { a: 1, b: { 0: { c: "x" } } },
      { a: 2, b: [{ c: "x" }] },
      { a: 1, b: [{ c: "y" }] },
      { a: 1, b: [{ d: "x" }] },
    ])
      expect(isCanonicalForm(text, raw, kept)).toBe(false);
  });
});
