import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { guardrailsPage } from "../../scripts/docs/guardrails.ts";

test("docs/guardrails.md says what the catalogue says (node scripts/generate-docs.ts writes it)", () => {
  const page = path.resolve(import.meta.dirname, "..", "..", "docs", "guardrails.md");
  expect(fs.readFileSync(page, "utf8")).toBe(guardrailsPage());
});
