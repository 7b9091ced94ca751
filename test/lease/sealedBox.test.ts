import { expect, test } from "vitest";
import { leaseContext } from "../../protocol/lease/lease.ts";
import { newSealingKey, sealTo } from "../../protocol/node/sealedBox.ts";

const TEXT = '{"user":"sluice","password":"a secret"}';

test("what is sealed to a key is opened by it, for the lease it is of", () => {
  const key = newSealingKey();
  const context = leaseContext("0".repeat(32), key.publicKey);
  const sealed = sealTo(key.publicKey, TEXT, context);
  expect(JSON.stringify(sealed)).not.toContain("a secret");
  expect(key.open(sealed, context)).toBe(TEXT);
  expect(sealTo(key.publicKey, TEXT, context).box).not.toBe(sealed.box);
});

test("nobody else opens it, nor for another lease, nor when a bit of it was changed", () => {
  const [key, other] = [newSealingKey(), newSealingKey()];
  const context = leaseContext("0".repeat(32), key.publicKey);
  const sealed = sealTo(key.publicKey, TEXT, context);
  expect(() => other.open(sealed, context)).toThrow();
  expect(() => key.open(sealed, leaseContext("1".repeat(32), key.publicKey))).toThrow();
  expect(() => key.open({ ...sealed, key: other.publicKey }, context)).toThrow();
  expect(() => key.open({ ...sealed, nonce: "" }, context)).toThrow();
  const box = Buffer.from(sealed.box, "base64");
  for (let place = 0; place < box.length; place += 1) {
    const changed = Buffer.from(box);
    changed[place] = (changed[place] ?? 0) ^ 1;
    expect(() => key.open({ ...sealed, box: changed.toString("base64") }, context)).toThrow();
  }
  expect(() => key.open({ ...sealed, box: box.subarray(0, -1).toString("base64") }, context)).toThrow();
});

test("a key that gives everybody the same secret is refused", () => {
  const zero = Buffer.alloc(32).toString("base64");
  expect(() => sealTo(zero, TEXT, "")).toThrow();
});
