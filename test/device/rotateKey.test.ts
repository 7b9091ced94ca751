import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Ledger } from "../../agent/audit/ledger.ts";
import { readLedgerFile } from "../../agent/audit/ledgerFile.ts";
import { type LedgerKey, ledgerKeys } from "../../agent/audit/ledgerKeys.ts";
import { SignedRecords } from "../../agent/audit/signedRecords.ts";
import { verifyLedger } from "../../agent/audit/verifyLedger.ts";
import { DeviceKeys } from "../../agent/device/deviceKeys.ts";
import { openLedgerOf } from "../../agent/device/openLedgerOf.ts";
import { rotateKey } from "../../agent/device/rotateKey.ts";
import { type Home, openHome } from "../../agent/home.ts";
import { fileSecrets } from "../../agent/identity/fileSecrets.ts";
import type { RecordBody, SealedRecord } from "../../protocol/audit/record.ts";
import { type Signer, seal } from "../../protocol/audit/seal.ts";
import { nodeVerifier, signerFromPem } from "../../protocol/node/crypto.ts";
import { intent, ledgerFolder, newSigner, outcome } from "../audit/records.ts";

let home: Home;
let keys: DeviceKeys;
const open: Ledger[] = [];

beforeEach(() => {
  home = openHome(ledgerFolder());
  keys = new DeviceKeys(fileSecrets(home.secrets), home.secretsLock);
});
afterEach(async () => {
  for (const ledger of open.splice(0)) await ledger.close().catch(() => {});
  fs.rmSync(home.root, { recursive: true, force: true });
});

/** Each as a process of its own would have it: nothing is shared but files. */
async function opened(): Promise<Ledger> {
  const own = new DeviceKeys(fileSecrets(home.secrets), home.secretsLock);
  const ledger = await openLedgerOf(home, {
    signer: await own.current(),
    renewSigner: (isRevoked) => own.renewed(isRevoked),
    origin: "cli",
  });
  open.push(ledger);
  return ledger;
}

const secret = (name: string): string | null => {
  const file = path.join(home.secrets, `${name}.secret`);
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : null;
};
const standing = (): readonly LedgerKey[] =>
  ledgerKeys(home.ledger).filter(({ revoked }) => revoked === null);

function lastRecord(): SealedRecord & { readonly key: string } {
  const database = new Database(home.ledger, { readonly: true });
  const row = database
    .prepare<[], SealedRecord>(
      "SELECT seq, canonical, hash, signature FROM records ORDER BY seq DESC LIMIT 1",
    )
    .get();
  database.close();
  if (row === undefined) throw new Error("There is a record.");
  return { ...row, key: JSON.parse(row.canonical).key };
}

/** Writes into the file past Sluice, as malware with a stolen key would. */
function forge(signer: Signer, body: RecordBody): number {
  const { seq, hash } = lastRecord();
  const at = new Date().toISOString();
  const sealed = seal({ v: 1, seq: seq + 1, at, prev: hash, key: signer.keyId, body }, signer, nodeVerifier);
  const database = new Database(home.ledger);
  database
    .prepare("INSERT INTO records (seq, canonical, hash, signature) VALUES (?, ?, ?, ?)")
    .run(sealed.seq, sealed.canonical, sealed.hash, sealed.signature);
  database.close();
  return sealed.seq;
}

function run(...args: readonly string[]): Promise<{ readonly code: number | null; readonly out: string }> {
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, "rotatingProcess.ts"), home.root, ...args],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out })));
}

test("a new key signs, the one before is revoked on record and destroyed", async () => {
  const ledger = await opened();
  const before = secret("device-key");
  const { before: old, after } = await rotateKey({ home, keys, ledger }, "leaves the company");
  await ledger.append(intent());
  expect(lastRecord().key).toBe(after);
  expect(secret("device-key")).not.toBe(before);
  expect(secret("device-key-next")).toBeNull();
  expect(ledgerKeys(home.ledger)).toMatchObject([
    { key: old, revoked: { reason: "leaves the company" } },
    { key: after, revoked: null },
  ]);
  expect(await verifyLedger(home.ledger)).toMatchObject({ kind: "intact", keys: 2 });
});

test("another process takes the new key up at its next record, whichever way that is written", async () => {
  const [one, other] = [await opened(), await opened()];
  const { after } = await rotateKey({ home, keys, ledger: one }, "");
  const { seq } = await other.append(intent());
  expect(lastRecord().key).toBe(after);
  await rotateKey({ home, keys, ledger: one }, "");
  const soon = other.appendSoon(outcome(seq));
  const later = other.append(intent());
  await Promise.all([soon, later]);
  await rotateKey({ home, keys, ledger: one }, "");
  await other.appendIf({ grant: "g1" }, intent());
  await expect(other.appendIf({ grant: "g1" }, intent())).rejects.toThrow(/used already/);
  await rotateKey({ home, keys, ledger: other }, "");
  expect((await one.currentSigner()).keyId).toBe(standing()[0]?.key);
  await one.append(intent());
  expect(standing()).toHaveLength(1);
  expect(await verifyLedger(home.ledger)).toMatchObject({ kind: "intact", keys: 5 });
});

test("what waits while a key is taken up is written in its order, and once", async () => {
  const [one, other] = [await opened(), await opened()];
  await rotateKey({ home, keys, ledger: one }, "");
  const before = one.count();
  const refs = await Promise.all([1, 2, 3, 4].map((rows) => other.append(outcome(1, { rows }))));
  expect(refs.map(({ seq }) => seq - before)).toEqual([1, 2, 3, 4]);
  // The new key was introduced by the rotation, so nothing else was written.
  expect(one.count()).toBe(before + 4);
});

test("a process that keeps no key says what to do, and writes nothing", async () => {
  const { openLedger } = await import("../../agent/audit/ledger.ts");
  const ledger = await opened();
  const mute = await openLedger({ path: home.ledger, signer: await keys.current(), origin: "cli" });
  open.push(mute);
  await rotateKey({ home, keys, ledger }, "");
  const count = ledger.count();
  await expect(mute.append(intent())).rejects.toMatchObject({ problem: { code: "device-key-revoked" } });
  await expect(mute.appendIf({}, intent())).rejects.toMatchObject({
    problem: { code: "device-key-revoked" },
  });
  expect(ledger.count()).toBe(count);
});

test("a key that was stolen before it was rotated signs nothing that anybody believes", async () => {
  const ledger = await opened();
  const stolen = signerFromPem(secret("device-key") ?? "");
  await ledger.append(intent());
  const early = lastRecord().seq;
  await rotateKey({ home, keys, ledger }, "stolen");
  const seq = forge(stolen, intent());
  const database = readLedgerFile(home.ledger);
  const records = new SignedRecords(database);
  // Neither a decision nor an order that this machine rests on afterwards; what it signed before stays.
  expect(records.signedAt(seq)).toBeNull();
  expect(records.signedAt(early)).not.toBeNull();
  database.close();
  expect(await verifyLedger(home.ledger)).toMatchObject({
    kind: "broken",
    seq,
    what: expect.stringContaining("was revoked"),
  });
});

test("a stolen key does not come back by introducing itself, nor revoke the one that signs", async () => {
  const ledger = await opened();
  const stolen = signerFromPem(secret("device-key") ?? "");
  const { after } = await rotateKey({ home, keys, ledger }, "stolen");
  const seq = forge(stolen, { kind: "key_revoked", key: after, reason: "revenge" });
  expect(await verifyLedger(home.ledger)).toMatchObject({ kind: "broken", seq });
});

test("a key that another one revoked without handing over is replaced by a new one", async () => {
  const ledger = await opened();
  const editor = newSigner();
  const { openLedger } = await import("../../agent/audit/ledger.ts");
  const other = await openLedger({ path: home.ledger, signer: editor, origin: "editor" });
  open.push(other);
  await other.append({ kind: "key_revoked", key: ledger.signer.keyId, reason: "found in a backup" });
  await ledger.append(intent());
  expect(lastRecord().key).not.toBe(editor.keyId);
  expect(standing().map(({ origin }) => origin)).toEqual(["editor", "cli"]);
  expect(await verifyLedger(home.ledger)).toMatchObject({ kind: "intact", keys: 3 });
});

test("killed before any touch of a secret, the device goes on with one key and a ledger that verifies", async () => {
  await (await opened()).close();
  open.length = 0;
  const whole = await run("1");
  const touches = Number(/touched (\d+)/.exec(whole.out)?.[1]);
  expect(touches).toBeGreaterThan(4);
  for (let dieAt = 1; dieAt <= touches; dieAt += 1) {
    const { out } = await run("1", String(dieAt));
    expect({ dieAt, out }).toEqual({ dieAt, out: expect.not.stringContaining("touched") });
    const ledger = await opened();
    await ledger.append(intent());
    expect({ dieAt, standing: standing().map(({ key }) => key) }).toEqual({
      dieAt,
      standing: [lastRecord().key],
    });
    // What signs is what is kept, so that the next process has it too.
    expect((await keys.current()).keyId).toBe(lastRecord().key);
    await ledger.close();
    open.length = 0;
    expect(await verifyLedger(home.ledger)).toMatchObject({ kind: "intact" });
  }
}, 60_000);

test("several processes rotate at once while another one writes: one key stands, and nothing is lost", async () => {
  const ledger = await opened();
  const rotating = Promise.all([run("4"), run("4"), run("4")]);
  let over = false;
  void rotating.then(() => {
    over = true;
  });
  let written = 0;
  while (!over) {
    const { seq } = await ledger.append(intent());
    await ledger.append(outcome(seq));
    written += 2;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect((await rotating).map(({ code }) => code)).toEqual([0, 0, 0]);
  await ledger.append(intent());
  expect(standing()).toHaveLength(1);
  const report = await verifyLedger(home.ledger);
  expect(report).toMatchObject({ kind: "intact", keys: 13 });
  const kinds = ledger
    .sealedAfter(0, 1_000_000, Number.POSITIVE_INFINITY)
    .map(({ canonical }) => JSON.parse(canonical).body.kind);
  expect(kinds.filter((kind) => kind === "intent" || kind === "outcome")).toHaveLength(written + 1);
}, 60_000);
