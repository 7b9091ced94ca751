import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { TOOLS } from "../../agent/gateway/tools/tools.ts";

const manifest = JSON.parse(fs.readFileSync(path.resolve(import.meta.dirname, "../../package.json"), "utf8"));

test("chat is told of the same tools, in the same words, with the same inputs", () => {
  const told: readonly Record<string, unknown>[] = manifest.contributes.languageModelTools;
  expect(told.map(({ name }) => name)).toEqual(TOOLS.map(({ name }) => `sluice_${name}`));
  for (const [position, { title, description, input }] of TOOLS.entries()) {
    const {
      $schema: _dialect,
      additionalProperties: _more,
      ...inputSchema
    } = z.toJSONSchema(input, { io: "input" });
    expect(told[position]).toMatchObject({ displayName: title, modelDescription: description, inputSchema });
  }
});
