import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Ledger, openLedger } from "../../agent/audit/ledger.ts";
import { CollectorClient } from "../../agent/audit/sync/collectorClient.ts";
import type { LedgerSync } from "../../agent/audit/sync/ledgerSync.ts";
import { DeviceKeys } from "../../agent/device/deviceKeys.ts";
import { openLedgerOf } from "../../agent/device/openLedgerOf.ts";
import { rotateKey } from "../../agent/device/rotateKey.ts";
import { type Home, openHome } from "../../agent/home.ts";
import { fileSecrets } from "../../agent/identity/fileSecrets.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { SyncState } from "../../protocol/sync.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent, ledgerFolder, newSigner } from "../audit/records.ts";
import { call, TestDevice } from "../collector/device.ts";
import { signIn, startProvider } from "../collector/people.ts";
import { settings, startCollector } from "../collector/stores.ts";
import { seqsOf, verifyWholeLog } from "../collector/verifyLog.ts";
import { syncTo } from "./syncing.ts";

let provider: DemoProvider;
let collector: RunningCollector;
let [token, auditor] = ["", ""];
let home: Home;
let keys: DeviceKeys;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  provider = await startProvider();
  collector = await startCollector(settings(provider));
  [token, auditor] = [await signIn(provider, "member"), await signIn(provider, "auditor")];
});
afterAll(async () => {
  await collector.stop();
  await provider.stop();
});
beforeEach(() => {
  home = openHome(ledgerFolder());
  keys = new DeviceKeys(fileSecrets(home.secrets), home.secretsLock);
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  fs.rmSync(home.root, { recursive: true, force: true });
});

async function opened(): Promise<Ledger> {
  const ledger = await openLedgerOf(home, {
    signer: await keys.current(),
    renewSigner: (isRevoked) => keys.renewed(isRevoked),
    origin: "cli",
  });
  open.push(ledger);
  return ledger;
}

function syncOf(ledger: Ledger, signedIn = true): LedgerSync {
  const sync = syncTo(collector.url, ledger, signedIn ? token : null);
  open.push({ close: () => sync.close(0) });
  return sync;
}

const chainOf = (ledger: Ledger): string => ledger.sealedAfter(0, 1, 1)[0]?.hash ?? "";
const told = (state: SyncState): string =>
  state.kind === "refused" || state.kind === "behind" ? (state.problem?.message ?? "") : state.kind;
const alerts = async (chain: string, kind: string): Promise<readonly { readonly what: string }[]> => {
  const { body } = await call<{ alerts: readonly { chain: string; kind: string; what: string }[] }>(
    "GET",
    `${collector.url}/v1/alerts`,
    auditor,
  );
  return body.alerts.filter((alert) => alert.chain === chain && alert.kind === kind);
};
interface Listed {
  readonly chain: string;
  readonly keys: readonly { readonly id: string; readonly revoked: number | null }[];
}
const keysThere = async (chain: string): Promise<readonly (readonly [string, boolean])[]> => {
  const { body } = await call<{ devices: readonly Listed[] }>("GET", `${collector.url}/v1/devices`, token);
  const found = body.devices.find((device) => device.chain === chain);
  return (found?.keys ?? []).map(({ id, revoked }) => [id, revoked !== null] as const);
};

test("the collector takes the new key, refuses the one before, and the device goes on", async () => {
  const ledger = await opened();
  const sync = syncOf(ledger);
  await sync.now();
  const rotation = await rotateKey({ home, keys, ledger, sync }, "");
  expect(rotation.sync.kind).toBe("synced");
  expect(Object.fromEntries(await keysThere(chainOf(ledger)))).toEqual({
    [rotation.before]: true,
    [rotation.after]: false,
  });
  await ledger.append(intent());
  expect((await sync.now()).kind).toBe("synced");
  const { leaves } = await verifyWholeLog(collector.url);
  expect(seqsOf(leaves, chainOf(ledger))).toHaveLength(ledger.count());
});

test("another process goes on sending with the new key, also where it is the one that has to enrol it", async () => {
  const [ledger, second] = [await opened(), await opened()];
  const other = syncOf(second);
  await other.now();
  // Whoever rotates is not signed in: nobody vouches for the key yet.
  const away = syncOf(ledger, false);
  const { sync, after } = await rotateKey({ home, keys, ledger, sync: away }, "");
  expect(told(sync)).toContain("nobody is signed in");
  expect((await keysThere(chainOf(ledger))).map(([id]) => id)).not.toContain(after);
  await second.append(intent());
  expect((await other.now()).kind).toBe("synced");
  expect((await keysThere(chainOf(ledger))).map(([id]) => id)).toContain(after);
});

test("a ledger whose first keys are gone is enrolled by the key that has their place", async () => {
  const ledger = await opened();
  for (let times = 0; times < 3; times += 1) await rotateKey({ home, keys, ledger }, "");
  const sync = syncOf(ledger);
  expect((await sync.now()).kind).toBe("synced");
  // Known by now; twice more while nothing is sent.
  for (let times = 0; times < 2; times += 1) await rotateKey({ home, keys, ledger }, "");
  expect((await sync.now()).kind).toBe("synced");
  const there = await keysThere(chainOf(ledger));
  expect(there).toHaveLength(6);
  const standing = there.filter(([, revoked]) => !revoked).map(([id]) => id);
  expect(standing).toEqual([(await keys.current()).keyId]);
});

test("a key nobody handed over to has to prove itself, whoever enrols beside it", async () => {
  const ledger = await opened();
  const editor = await openLedger({ path: home.ledger, signer: newSigner(), origin: "editor" });
  open.push(editor);
  await rotateKey({ home, keys, ledger }, "");
  const sync = syncOf(ledger);
  expect(told(await sync.now())).toMatch(`Key ${editor.signer.keyId} of this chain was never enrolled`);
  await syncOf(editor).now();
  expect((await sync.now()).kind).toBe("synced");
});

test("a device whose enrolment was undone is not enrolled by a key that its records have revoked", async () => {
  const ledger = await opened();
  const sync = syncOf(ledger);
  const stolen = await keys.current();
  await sync.now();
  await rotateKey({ home, keys, ledger, sync }, "stolen");
  const chain = chainOf(ledger);
  const [admin, thief] = [await signIn(provider, "admin"), newSigner()];
  const state = { state: "released", reason: "whose is it" };
  expect((await call("POST", `${collector.url}/v1/devices/${chain}/state`, admin, state)).status).toBe(200);
  const copy = new TestDevice(stolen);
  copy.records.splice(0, 1, ...ledger.sealedAfter(0, 1_000, Number.POSITIVE_INFINITY));
  const { log } = (await call<{ log: string }>("GET", `${collector.url}/v1/info`)).body;
  const { canonical, signature } = copy.write(
    { kind: "key_succeeded", chain, publicKey: thief.publicKey },
    stolen,
  );
  for (const [signer, successions] of [
    [stolen, []],
    [thief, [{ canonical, signature }]],
  ] as const) {
    const body = { ...copy.enrolment(log, "other", [signer]), successions };
    expect(
      await call("PUT", `${collector.url}/v1/devices/${chain}`, await signIn(provider, "other"), body),
    ).toMatchObject({ status: 403, body: { code: "forbidden" } });
  }
  expect((await sync.now()).kind).toBe("synced");
});

test("a succession that the first key has not signed, or for another chain, enrols nobody", async () => {
  const [victim, thief] = [new TestDevice(), newSigner()];
  const info = await call<{ log: string }>("GET", `${collector.url}/v1/info`);
  const enrol = (successions: readonly { canonical: string; signature: string }[]) => {
    const { keys: proofs, ...enrolment } = victim.enrolment(info.body.log, "member", [thief]);
    const body = { ...enrolment, keys: proofs, successions };
    return call("PUT", `${collector.url}/v1/devices/${victim.chain}`, token, body);
  };
  const said = (by: typeof thief, chain: string, from: TestDevice) => {
    const copy = from.forkAt(1);
    const { canonical, signature } = copy.write(
      { kind: "key_succeeded", chain, publicKey: thief.publicKey },
      by,
    );
    return { canonical, signature };
  };
  const elsewhere = new TestDevice(victim.signer).work(1);
  for (const successions of [
    [],
    // By the thief's own word.
    [said(thief, victim.chain, victim)],
    // By the victim's key, which handed over in another ledger it signs.
    [said(victim.signer, elsewhere.chain, elsewhere)],
    // What is no succession.
    victim.work(1).batch(2, 2).records,
  ])
    expect(await enrol(successions)).toMatchObject({ status: 403, body: { code: "forbidden" } });
  // The very same, signed by who may.
  expect((await enrol([said(victim.signer, victim.chain, victim)])).status).toBe(200);
});

test("a record by a revoked key is refused and told, also where a thief sends it", async () => {
  const ledger = await opened();
  const sync = syncOf(ledger);
  const stolen = await keys.current();
  await sync.now();
  await rotateKey({ home, keys, ledger, sync }, "stolen");
  const chain = chainOf(ledger);
  const thief = new TestDevice(stolen);
  thief.records.splice(0, 1, ...ledger.sealedAfter(0, 1_000, Number.POSITIVE_INFINITY));
  thief.write(intent());
  const last = thief.records.length;
  const answer = await thief.send(collector.url, last, last);
  expect(answer).toMatchObject({
    body: { code: "bad-record", message: expect.stringContaining("was revoked") },
  });
  expect(await alerts(chain, "bad-record")).toMatchObject([{ what: expect.stringContaining("was revoked") }]);
  await ledger.append(intent());
  expect((await sync.now()).kind).toBe("synced");
});

test("what a device shows against the collector is kept as an alert, and nobody else shows it", async () => {
  const ledger = await opened();
  await syncOf(ledger).now();
  const chain = chainOf(ledger);
  const client = new CollectorClient(collector.url);
  const dispute = {
    what: "shows two histories",
    evidence: JSON.stringify({ signedBefore: "a", signedNow: "b" }),
  };
  await expect(client.dispute(chain, dispute, newSigner())).rejects.toThrow(/never enrolled/);
  const unsigned = await call("POST", `${collector.url}/v1/devices/${chain}/dispute`, token, dispute);
  expect(unsigned.status).toBe(400);
  expect(await alerts(chain, "dispute")).toEqual([]);
  await client.dispute(chain, dispute, await keys.current());
  expect(await alerts(chain, "dispute")).toMatchObject([
    { what: "an agent says that this collector shows two histories", evidence: dispute.evidence },
  ]);
});

test("the secret of the key before is nowhere in the home any more", async () => {
  const ledger = await opened();
  const file = path.join(home.secrets, "device-key.secret");
  const before = fs.readFileSync(file, "utf8").split("\n")[1] ?? "none";
  await rotateKey({ home, keys, ledger }, "");
  for (const name of fs.readdirSync(home.root, { recursive: true, encoding: "utf8" })) {
    const found = path.join(home.root, name);
    if (fs.statSync(found).isFile())
      expect({ name, has: fs.readFileSync(found, "latin1").includes(before) }).toEqual({ name, has: false });
  }
});
