import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { afterChange, rangesWithin, withRange } from "../../src/suggestions/trackedRanges.ts";

const one = (start: number, end: number) => [{ start, end, suggestion: "s" }];

describe("a range follows what happens around it and in it", () => {
  test.each([
    ["written before it", { start: 0, end: 0, length: 5 }, [15, 25]],
    ["written at its beginning", { start: 10, end: 10, length: 5 }, [15, 25]],
    ["written behind it", { start: 20, end: 20, length: 5 }, [10, 20]],
    ["written inside", { start: 12, end: 12, length: 5 }, [10, 25]],
    ["removed inside", { start: 12, end: 15, length: 0 }, [10, 17]],
    ["replaced over its beginning", { start: 5, end: 12, length: 1 }, [6, 14]],
    ["replaced over its end", { start: 18, end: 30, length: 4 }, [10, 18]],
  ] as const)("%s", (_what, change, [start, end]) => {
    expect(afterChange(one(10, 20), change)).toEqual(one(start, end));
  });

  test("replaced whole, nothing is left of it", () => {
    expect(afterChange(one(10, 20), { start: 10, end: 20, length: 7 })).toEqual([]);
    expect(afterChange(one(10, 20), { start: 0, end: 40, length: 0 })).toEqual([]);
  });

  test("whatever is typed, ranges stay inside the text, in order, and are of letters that were there", () => {
    const change = fc.record({ at: fc.nat(60), removed: fc.nat(20), added: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        // A letter is a model's where it is an `x`: what a person types is not.
        let text = `${"p".repeat(20)}${"x".repeat(20)}${"p".repeat(20)}`;
        let ranges = [{ start: 20, end: 40, suggestion: "s" }] as ReturnType<typeof afterChange>;
        for (const { at, removed, added } of changes) {
          const start = Math.min(at, text.length);
          const end = Math.min(start + removed, text.length);
          text = `${text.slice(0, start)}${"p".repeat(added)}${text.slice(end)}`;
          ranges = afterChange(ranges, { start, end, length: added });
        }
        const covered = ranges.map((range) => text.slice(range.start, range.end)).join("");
        const outside = text.length - covered.length;
        expect(ranges.every(({ start, end }) => 0 <= start && start < end && end <= text.length)).toBe(true);
        // No letter of the model's is ever outside.
        expect([...covered].filter((letter) => letter === "x").length).toBe(
          [...text].filter((letter) => letter === "x").length,
        );
        expect(outside).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

test("a new one takes over what it covers", () => {
  const ranges = withRange(one(10, 30), { start: 15, end: 20, suggestion: "t" });
  expect(ranges).toEqual([
    { start: 10, end: 15, suggestion: "s" },
    { start: 15, end: 20, suggestion: "t" },
    { start: 20, end: 30, suggestion: "s" },
  ]);
  expect(rangesWithin(ranges, 12, 18)).toEqual([
    { start: 0, end: 3, suggestion: "s" },
    { start: 3, end: 6, suggestion: "t" },
  ]);
});
