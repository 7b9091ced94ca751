import { expect, test } from "vitest";
import { ChainVerifier } from "../../protocol/audit/chain.ts";
import type { SealedRecord } from "../../protocol/audit/record.ts";
import { sha256 } from "../../protocol/ids.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import { TestDevice } from "../collector/device.ts";
import { intent, newSigner } from "./records.ts";

const fault = (records: readonly SealedRecord[]): string | null => {
  const chain = new ChainVerifier(nodeVerifier);
  for (const record of records) {
    const found = chain.next(record);
    if (found !== null) return found.what;
  }
  return null;
};

/** A chain whose first key was taken over by a second one. */
function rotated() {
  const [device, second] = [new TestDevice().work(2), newSigner()];
  device.write({ kind: "key_introduced", publicKey: second.publicKey, origin: "editor" }, second);
  device.write({ kind: "key_revoked", key: device.signer.keyId, reason: "rotated" }, second);
  device.write(intent(), second);
  return { device, second };
}

test("a key may revoke another and go on", () => expect(fault(rotated().device.records)).toBeNull());
test("a revoked key signs nothing more", () => {
  const { device } = rotated();
  device.write(intent());
  expect(fault(device.records)).toContain("was revoked");
});
test("a revoked key does not come back by introducing itself", () => {
  const { device } = rotated();
  device.write({ kind: "key_introduced", publicKey: device.signer.publicKey, origin: "cli" });
  expect(fault(device.records)).toContain("was revoked");
});
test("a revoked key revokes nobody", () => {
  const { device, second } = rotated();
  device.write({ kind: "key_revoked", key: second.keyId, reason: "revenge" });
  expect(fault(device.records)).toContain("was revoked");
});
test("a key does not revoke itself, nor one that nobody knows", () => {
  const own = new TestDevice();
  own.write({ kind: "key_revoked", key: own.signer.keyId, reason: "tired" });
  expect(fault(own.records)).toContain("revokes itself");
  const unknown = new TestDevice();
  unknown.write({ kind: "key_revoked", key: "0123456789abcdef", reason: "who" });
  expect(fault(unknown.records)).toContain("never introduced");
});
const CLOSING = {
  kind: "ledger_closed",
  actor: { kind: "local_user", account: "ada", host: "laptop" },
  reason: "another one goes on",
} as const;
test("a closing is the last record, whoever signs what comes after it", () => {
  const closed = () => {
    const { device, second } = rotated();
    device.write(CLOSING, second);
    return { device, second };
  };
  expect(fault(closed().device.records)).toBeNull();
  const [same, fresh] = [closed(), closed()];
  same.device.write(intent(), same.second);
  const key = newSigner();
  fresh.device.write({ kind: "key_introduced", publicKey: key.publicKey, origin: "cli" }, key);
  for (const { device } of [same, fresh]) expect(fault(device.records)).toContain("closed");
});
test("a key that is no base64 is a fault, not a crash", () => {
  const device = new TestDevice();
  device.write({ kind: "key_introduced", publicKey: "~~~", origin: "cli" });
  expect(fault(device.records)).toContain("another key's name");
});
test("half a surrogate, which would share its hash with others, is a fault", () => {
  const device = new TestDevice();
  device.write(intent({ purpose: "x" }));
  const [first, second] = device.records;
  if (first === undefined || second === undefined) throw new Error("There are two.");
  const canonical = second.canonical.replace('"purpose":"x"', '"purpose":"\ud800"');
  const hash = sha256(nodeVerifier.sha256(canonical));
  expect(fault([first, { ...second, canonical, hash }])).toContain("canonical form");
});
