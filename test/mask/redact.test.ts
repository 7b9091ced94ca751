import { fakerEN as faker } from "@faker-js/faker";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TextRow } from "../../agent/connect/incomingRow.ts";
import { compileRowMask, type RowMask } from "../../agent/mask/rowMask.ts";
import { REDACTOR } from "../../agent/redactor.ts";
import type { ColumnPlan } from "../../protocol/decision.ts";
import type { Label, Level, MaskKind } from "../../protocol/label.ts";
import * as demo from "../../scripts/demo/people.ts";

const HIDDEN = "••••••";

const plan = (infoType: string, mask: MaskKind | null, paths?: Label["paths"]): ColumnPlan => ({
  name: infoType,
  label: {
    infoType,
    category: "PII",
    level: "confidential",
    mask: mask ?? "full",
    confidence: 1,
    evidence: [],
    ...(paths === undefined ? {} : { paths }),
  },
  mask,
  ...(mask === "redact" ? {} : { soughtInTexts: true }),
  sources: [],
});

const shownBy = (mask: RowMask, row: readonly (string | null)[]) =>
  mask(new TextRow(row)).map((cell) => (typeof cell === "object" && cell !== null ? cell.preview : cell));

const text = plan("free_text", "redact");
const redacted = (value: string, ...others: readonly (readonly [infoType: string, value: string])[]) =>
  shownBy(
    compileRowMask([text, ...others.map(([infoType]) => plan(infoType, "full"))], { redactor: REDACTOR }),
    [value, ...others.map(([, other]) => other)],
  )[0];

/** What stands in the demo's tickets beside their wording. */
function plantedIn(message: string): readonly string[] {
  const found =
    /this is (.+?)\. My card (\S+) was charged twice\. Please write to (\S+)\.$/.exec(message) ??
    /back at (.+?) about my last order\. (.+)$/.exec(message) ??
    /moved to (.+), .+\. Can you change it\? Regards, (.+)$/.exec(message);
  return found?.slice(1) ?? [];
}

describe("a text", () => {
  test("of a support ticket is shown without cards, addresses, phones and names", () => {
    faker.seed(20_251_125);
    faker.setDefaultRefDate("2025-11-24T00:00:00Z");
    let planted = 0;
    for (let id = 1; id <= 1_200; id++) {
      const message = String(demo.ticket(id, 1).message);
      const shown = redacted(message) ?? "";
      expect(shown).toMatch(/card|call me|moved|parcel/);
      for (const value of plantedIn(message)) {
        planted += 1;
        expect(shown).not.toContain(value);
        for (const word of value.split(/\s+/).filter((one) => one.length > 3))
          expect(shown).not.toContain(word);
      }
    }
    expect(planted).toBe(300 * 3 + 300 * 2 + 300 * 2);
  });

  test("says what was taken out", () => {
    expect(redacted("My card 4111 1111 1111 1111 was charged twice. Write to ada@example.org.")).toBe(
      "My card ‹payment card› was charged twice. Write to ‹email›.",
    );
  });

  test("is shown without what is hidden elsewhere in its row, whatever its case", () => {
    expect(
      redacted(
        "then zork called, ZORK QUIX that is, from the fen",
        ["person_name", "Zork Quix"],
        ["city", "Fen"],
      ),
    ).toBe("then ‹person name› called, ‹person name› that is, from the ‹city›");
  });

  test("tells nothing of a column beside it that nobody may look values up in", () => {
    const { soughtInTexts: _, ...unsought } = plan("person_name", "full");
    const mask = compileRowMask([text, unsought], { redactor: REDACTOR });
    expect(shownBy(mask, ["zork and quix went for a walk", "zork"])).toEqual([
      "zork and quix went for a walk",
      HIDDEN,
    ]);
  });

  test("that finds leave in pieces is not put together again", () => {
    expect(redacted("we met ada@example.org@example.org there")).toBe("we met ‹email› there");
    expect(redacted("call 4111-1111-1111-1111-0000 tomorrow please")).toBe("call ‹number› tomorrow please");
  });

  test.each(["Smith", "ada lovelace", "Ada Lovelace", "x9$kl!", "María José Carreño", " Tanaka "])(
    "is hidden where it may be nothing but a name or a code: %s",
    (value) => expect(redacted(value)).toBe(HIDDEN),
  );

  test.each(["Charged twice", "Where is my order?", "opened on 2024-03-01 at noon", "2 of 3 parcels came"])(
    "that holds nothing is shown: %s",
    (value) => expect(redacted(value)).toBe(value),
  );

  test("is hidden where it is too long to be looked into, and NULL stays NULL", () => {
    expect(redacted("a b c d ".repeat(20_000))).toBe(HIDDEN);
    expect(shownBy(compileRowMask([text], { redactor: REDACTOR }), [null])).toEqual([null]);
  });

  test("is hidden where nobody can redact", () => {
    expect(shownBy(compileRowMask([text]), ["my card is lost somewhere"])).toEqual([HIDDEN]);
  });

  test("never takes long, whatever it is made of", () => {
    const pieces = [
      "a",
      "@",
      "1",
      "1 ",
      "-",
      "A ",
      "Aa.",
      "a@a.",
      "1-",
      "A1_",
      "‹",
      "://a:",
      "pass: ",
      "+1 ",
      "ß",
      '"',
    ];
    for (const one of pieces) {
      for (const other of pieces) {
        const value = `${one}${other}`.repeat(99_000 / (one.length + other.length));
        expect(redacted(value)?.length).toBeGreaterThan(0);
      }
    }
  }, 120_000);
});

const PATHS: Record<string, Level> = {
  newsletter: "internal",
  theme: "public",
  "emergency_contact.name": "confidential",
  "emergency_contact.phone": "confidential",
  secondary_email: "confidential",
  "orders[].total": "internal",
  "orders[].note": "internal",
  "limits.*": "internal",
  "inner.kind": "internal",
  "inner.ssn": "restricted",
  "*": "internal",
};
const document = (value: string, paths: Record<string, Level> = PATHS, known = "Ada Lovelace") =>
  shownBy(
    compileRowMask([plan("personal_json", "redact", paths), plan("person_name", "initials")], {
      redactor: REDACTOR,
    }),
    [value, known],
  )[0];

describe("a document", () => {
  test("keeps its form, what is harmless, and the keys of what is not", () => {
    const value =
      '{"theme": "dark", "newsletter": true, "secondary_email": "ada@example.org", "emergency_contact": {"name": "Grace", "phone": null}}';
    expect(document(value)).toBe(
      '{"theme": "dark", "newsletter": true, "secondary_email": "••••••", "emergency_contact": {"name": "••••••", "phone": null}}',
    );
  });

  test("is redacted also under harmless paths, and keeps its numbers as they are", () => {
    expect(
      document('{"orders":[{"total":12345678901234567890.10,"note":"for ada lovelace, 4111111111111111"}]}'),
    ).toBe('{"orders":[{"total":12345678901234567890.10,"note":"for ‹person name›, ‹payment card›"}]}');
  });

  test("shows neither keys nor values that no sample had", () => {
    expect(document('{"ada@example.org": 1, "theme": {"deep": "x"}, "other": {"theme": [2, false]}}')).toBe(
      '{"‹key›": "••••••", "theme": {"‹key›": "••••••"}, "‹key›": {"‹key›": ["••••••", "••••••"]}}',
    );
    expect(document('{"limits": {"2024": 5, "grace@example.org": 7}}')).toBe(
      '{"limits": {"2024": 5, "‹email›": 7}}',
    );
  });

  test("inside of a string is one too", () => {
    expect(document('{"inner": "{\\"kind\\": \\"a\\", \\"ssn\\": \\"123-45-6789\\"}"}')).toBe(
      '{"inner": "{\\"kind\\": \\"a\\", \\"ssn\\": \\"••••••\\"}"}',
    );
  });

  test("repeats its keys as it did", () => {
    expect(document('{"theme": "a", "theme": "b", "secondary_email": 1, "secondary_email": 2}')).toBe(
      '{"theme": "a", "theme": "b", "secondary_email": "••••••", "secondary_email": "••••••"}',
    );
  });

  test.each(["{", "not json", '"k"=>"v"', "{'a': 1}", "", `["${"x".repeat(100_000)}"]`])(
    "that is none, or too long, is hidden: %#",
    (value) => expect(document(value)).toBe(HIDDEN),
  );

  test("of which nothing is known shows its form alone", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 1), (value, indent) => {
        const shown = document(JSON.stringify(value, null, indent), {}) ?? "";
        expect(shapeOf(JSON.parse(shown))).toEqual(shapeOf(value));
        const left = new Set(shown.match(/[\p{L}\p{N}]+/gu));
        expect([...left].filter((word) => word !== "key" && word !== "null")).toEqual([]);
      }),
    );
  });

  test("named like what objects have of themselves is no other than others", () => {
    expect(document('{"__proto__": {"theme": "x"}, "constructor": "y", "toString": 1}')).toBe(
      '{"‹key›": {"‹key›": "••••••"}, "‹key›": "••••••", "‹key›": "••••••"}',
    );
  });

  test("of any depth is read", () => {
    const deep = `${"[".repeat(40_000)}${"]".repeat(40_000)}`;
    expect(document(deep)).toBe(deep);
  });
});

/** Lists and their lengths, NULLs, and everything else: keys are all alike once hidden. */
function shapeOf(value: unknown): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(shapeOf);
  return typeof value === "object" ? "object" : "value";
}
