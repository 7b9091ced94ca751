import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Ledger, openLedger } from "../../agent/audit/ledger.ts";
import { LedgerSync } from "../../agent/audit/sync/ledgerSync.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { SyncState } from "../../protocol/sync.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent, ledgerFolder, newSigner, outcome } from "../audit/records.ts";
import { call } from "./device.ts";
import { signIn, startProvider } from "./people.ts";
import { newFolder, settings, startCollector } from "./stores.ts";
import { seqsOf, verifyWholeLog } from "./verifyLog.ts";

/** An agent's ledger on its way to a real collector, and what an agent makes of a collector that is not honest. */

const DELAYS = { soon: 5, first: 10, longest: 50 };

let provider: DemoProvider;
let token: string;
let data: string;
let collector: RunningCollector;
/** Where agents think the collector is: what answers there can be changed. */
let front: http.Server;
let url: string;
let behind: string | null = null;
let folder: string;
let ledger: Ledger;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  provider = await startProvider();
  token = await signIn(provider, "member");
});
afterAll(() => provider.stop());

const start = (from = data): Promise<RunningCollector> =>
  startCollector(settings(provider, { data: from, log: "collector.test/sluice" }));

beforeEach(async () => {
  data = newFolder();
  collector = await start();
  front = http.createServer((request, response) => {
    if (behind === null) {
      request.socket.destroy();
      return;
    }
    const { method, headers } = request;
    const onward = http.request(`${behind}${request.url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  behind = collector.url;
  folder = ledgerFolder();
  ledger = await openAt(folder);
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  front.closeAllConnections();
  front.close();
  await collector.stop();
});

const signers = new Map<string, ReturnType<typeof newSigner>>();
async function openAt(where: string): Promise<Ledger> {
  const signer = signers.get(where) ?? newSigner();
  signers.set(where, signer);
  const opened = await openLedger({ path: path.join(where, "ledger.db"), signer, origin: "cli" });
  open.push(opened);
  return opened;
}

function syncOf(of: Ledger, signedIn = true): LedgerSync & { readonly states: SyncState[] } {
  const states: SyncState[] = [];
  const sync = new LedgerSync({
    url,
    ledger: of,
    owner: () => (signedIn ? { subject: "member", idToken: token } : null),
    deviceName: "laptop",
    onState: (state) => states.push(state),
    delays: DELAYS,
  });
  open.push({ close: () => sync.close(0) });
  return Object.assign(sync, { states });
}

async function work(on: Ledger, statements: number): Promise<void> {
  for (let count = 0; count < statements; count += 1) {
    const { seq } = await on.append(intent());
    await on.append(outcome(seq));
  }
}

async function until(sync: LedgerSync, met: (state: SyncState) => boolean): Promise<SyncState> {
  while (!met(sync.state)) await new Promise((resolve) => setTimeout(resolve, 10));
  return sync.state;
}

const chainOf = (of: Ledger): string => of.sealedAfter(0, 1, 1)[0]?.hash ?? "";
const held = async (of: Ledger): Promise<readonly number[]> => {
  const { leaves } = await verifyWholeLog(collector.url);
  return seqsOf(leaves, chainOf(of));
};
const all = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);
const synced = (state: SyncState): boolean => state.kind === "synced";
const refused = (state: SyncState): boolean => state.kind === "refused";
const told = (state: SyncState): string =>
  state.kind === "refused" || state.kind === "behind" ? (state.problem?.message ?? "") : state.kind;

describe("a ledger", () => {
  test("is enrolled at sign-in and sent whole, and again what comes later", async () => {
    await work(ledger, 700);
    const sync = syncOf(ledger);
    await until(sync, synced);
    expect(await held(ledger)).toEqual(all(ledger.count()));
    await work(ledger, 3);
    expect(sync.state.kind).toBe("behind");
    await until(sync, synced);
    expect(await held(ledger)).toEqual(all(ledger.count()));
    expect(sync.states.filter(({ kind }) => kind === "refused")).toEqual([]);
  });

  test("waits for a person to vouch for it", async () => {
    const sync = syncOf(ledger, false);
    const state = await until(sync, ({ kind, ...rest }) => kind === "behind" && "problem" in rest);
    expect(told(state)).toContain("nobody is signed in");
    await syncOf(ledger).now();
    expect(synced(await sync.now())).toBe(true);
  });

  test("waits while the collector is away or cuts the line, and loses and doubles nothing", async () => {
    behind = null;
    const sync = syncOf(ledger);
    await work(ledger, 20);
    const away = await until(sync, (state) => told(state).includes("does not answer"));
    expect(away).toMatchObject({ kind: "behind", records: ledger.count() });
    behind = collector.url;
    for (let round = 0; round < 30; round += 1) {
      await work(ledger, 5);
      if (round % 3 === 0) front.closeAllConnections();
    }
    await until(sync, synced);
    expect(await held(ledger)).toEqual(all(ledger.count()));
  });

  test("is sent by any number of processes at once", async () => {
    const second = await openAt(folder);
    const [one, other] = [syncOf(ledger), syncOf(second)];
    await Promise.all([work(ledger, 60), work(second, 60)]);
    await until(one, synced);
    await until(other, synced);
    await one.now();
    expect(await held(ledger)).toEqual(all(ledger.count()));
    expect([...one.states, ...other.states].filter(refused)).toEqual([]);
  });

  test("is known again by a new process, which goes on where the last one was", async () => {
    await work(ledger, 4);
    await syncOf(ledger).now();
    await open.pop()?.close();
    await work(ledger, 2);
    const sync = syncOf(ledger);
    expect(sync.state).toMatchObject({ kind: "behind", records: 4 });
    expect(synced(await sync.now())).toBe(true);
  });
});

describe("an agent does not believe", () => {
  test("that its ledger is another one than it has", async () => {
    await work(ledger, 5);
    await syncOf(ledger).now();
    const setBack = ledgerFolder();
    const old = fs.mkdtempSync(path.join(folder, "old-"));
    signers.set(old, signers.get(folder) ?? newSigner());
    // A machine that was restored from an image of last week, and worked on.
    await work(ledger, 5);
    await open.pop()?.close();
    await copyLedger(folder, old, 6);
    const restored = await openAt(old);
    const behindNow = await syncOf(restored).now();
    expect(refused(behindNow)).toBe(true);
    expect(told(behindNow)).toMatch(/set back|rewritten/);
    fs.rmSync(setBack, { recursive: true });
  });

  test("a log that does not go on from what it had signed", async () => {
    await work(ledger, 5);
    const sync = syncOf(ledger);
    await until(sync, synced);
    // Somebody keeps a second log under the same key, in which other things happened.
    await collector.stop();
    const forged = newFolder();
    fs.cpSync(data, forged, { recursive: true });
    collector = await start();
    behind = collector.url;
    await work(ledger, 5);
    await until(sync, synced);
    const other = await start(forged);
    const stranger = await openAt(ledgerFolder());
    behind = other.url;
    await work(stranger, 30);
    await syncOf(stranger).now();
    await work(ledger, 1);
    const state = await until(sync, refused);
    expect(told(state)).toMatch(/does not go on from|does not prove|rewritten/);
    expect(refused(await sync.now())).toBe(true);
    await other.stop();
  });

  test("another key than the one it met", async () => {
    await work(ledger, 2);
    const sync = syncOf(ledger);
    await until(sync, synced);
    const impostor = await startCollector(settings(provider, { log: "collector.test/sluice" }));
    behind = impostor.url;
    await work(ledger, 1);
    // Until it asks anew who answers there, it sends; whatever comes back is not signed by the key it knows.
    const state = await until(sync, refused);
    expect(told(state)).toMatch(/another key|refused|rewritten/);
    await impostor.stop();
  });
});

test("a device that was revoked is told so, and sends nothing more", async () => {
  await work(ledger, 2);
  const sync = syncOf(ledger);
  await until(sync, synced);
  const admin = await signIn(provider, "admin");
  const answer = await call("POST", `${collector.url}/v1/devices/${chainOf(ledger)}/state`, admin, {
    state: "lost",
    reason: "left on a train",
  });
  expect(answer.status).toBe(200);
  const before = (await held(ledger)).length;
  await work(ledger, 2);
  expect(told(await until(sync, refused))).toMatch(/lost/);
  expect(await held(ledger)).toHaveLength(before);
});

/** The ledger as it was after `records` records. */
async function copyLedger(from: string, to: string, records: number): Promise<void> {
  const { default: Database } = await import("better-sqlite3");
  const source = new Database(path.join(from, "ledger.db"), { readonly: true });
  source.exec(`VACUUM INTO '${path.join(to, "ledger.db")}'`);
  source.close();
  const copy = new Database(path.join(to, "ledger.db"));
  copy.exec(`DELETE FROM records WHERE seq > ${records}; DELETE FROM statements WHERE seq > ${records};
    DELETE FROM open_intents; DELETE FROM writers; DELETE FROM collectors`);
  copy.close();
}
