import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { maskValue } from "../../agent/mask/maskValue.ts";
import { pseudonymiser } from "../../agent/mask/pseudonym.ts";
import { PseudonymKeys } from "../../agent/pseudonymKeys.ts";
import { connectionId } from "../../protocol/ids.ts";

function memorySecrets(): {
  readonly kept: Map<string, string>;
  readonly store: ConstructorParameters<typeof PseudonymKeys>[0];
} {
  const kept = new Map<string, string>();
  return {
    kept,
    store: {
      get: async (key) => kept.get(key),
      store: async (key, value) => void kept.set(key, value),
      delete: async (key) => void kept.delete(key),
    },
  };
}

const lockFile = (): string => path.join(fs.mkdtempSync(path.join(os.tmpdir(), "sluice-keys-")), "lock");

test("the same value has the same name, and no other has it", () => {
  const name = pseudonymiser(randomBytes(32));
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(name(a)).toMatch(/^anon-[0-9a-hjkmnp-tv-z]{10}$/);
      expect(name(a) === name(b)).toBe(a === b);
    }),
  );
});

test("a name is kept over restarts, and is another on every connection", async () => {
  const { store, kept } = memorySecrets();
  const [shop, clinic] = [connectionId("shop"), connectionId("clinic")];
  const first = await new PseudonymKeys(store, lockFile()).of(shop);
  const again = await new PseudonymKeys(store, lockFile()).of(shop);
  const other = await new PseudonymKeys(store, lockFile()).of(clinic);
  expect(again("device-7")).toBe(first("device-7"));
  expect(other("device-7")).not.toBe(first("device-7"));
  expect([...kept.keys()]).toEqual(["pseudonym-key:shop", "pseudonym-key:clinic"]);
});

test("without a key a value is hidden whole, and NULL stays NULL", () => {
  expect(maskValue("pseudonym", "device-7")).toBe("••••••");
  expect(maskValue("pseudonym", null, pseudonymiser(randomBytes(32)))).toBeNull();
});
