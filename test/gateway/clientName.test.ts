import { expect, test } from "vitest";
import { claimedModel } from "../../agent/gateway/mcp/claimedModel.ts";
import { shownName } from "../../agent/gateway/mcp/clientName.ts";

const claimed = (model: unknown) => claimedModel({ "x-codex-turn-metadata": { model } });

test("a name that is cut ends with a whole character, so that a record can hold it", () => {
  for (const before of [78, 79, 80]) {
    const name = `${"a".repeat(before)}\u{1f600}\u{1f600}`;
    for (const shown of [shownName(name), claimed(name) ?? ""]) {
      expect(shown.isWellFormed()).toBe(true);
      expect(shown.length).toBeLessThanOrEqual(80);
      expect(name.startsWith(shown)).toBe(true);
    }
  }
});

test("a model that is claimed is one visible name, or none", () => {
  expect(claimed("gpt\u202e-5\nand more")).toBe("gpt[U+202E]-5 and more");
  expect(claimed("\ud83d")).toBe("[U+D83D]");
  for (const none of [" ", "", 7, null, ["m"], { model: "m" }])
    expect(claimed(none) ?? "unknown").toBe("unknown");
  expect(claimedModel({ "x-codex-turn-metadata": "{" })).toBeNull();
  expect(claimedModel(undefined)).toBeNull();
});
