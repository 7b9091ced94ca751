import { expect, test } from "vitest";
import { nextLook } from "../../src/approvals/nextLook.ts";

test("the lists are read more rarely where nobody looks, and ever later where nobody answers", () => {
  expect(nextLook(0, true)).toBeLessThan(nextLook(0, false));
  const pauses = [1, 2, 3, 4].map((failures) => nextLook(failures, true));
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  expect(new Set(pauses).size).toBe(4);
  expect(nextLook(500, true)).toBe(300_000);
});
