import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { RECORD_BODY } from "../../protocol/audit/record.ts";
import { BODIES } from "./secondVerifier.ts";

test("the page lists every kind of body with its fields", () => {
  const ours = RECORD_BODY.options.map(({ shape }) => {
    const { kind, ...fields } = shape;
    const names = Object.entries<z.ZodType>(fields).map(
      ([name, field]) =>
        `${name}${field.safeParse(undefined).success || field instanceof z.ZodExactOptional ? "?" : ""}`,
    );
    return [kind.value, names] as const;
  });
  expect(BODIES).toEqual(new Map(ours));
});

test("the page names every fault of a bundle", () => {
  const page = fs.readFileSync(path.join(import.meta.dirname, "../../docs/audit-format.md"), "utf8");
  const cases = fs.readFileSync(path.join(import.meta.dirname, "secondVerifier.ts"), "utf8");
  const faults = new Set([...cases.matchAll(/new Fault\("([a-z-]+)"\)/g)].map(([, name = ""]) => name));
  expect(faults.size).toBeGreaterThan(5);
  for (const fault of faults) expect(page).toContain(`\`${fault}\``);
});
