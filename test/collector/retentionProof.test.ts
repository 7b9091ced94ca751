import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { verifyBundleFile, writeBundleFile } from "../../agent/audit/bundleFile.ts";
import { logSource, type WantedChains } from "../../agent/audit/bundleSource.ts";
import { openLedgerFile } from "../../agent/audit/ledgerFile.ts";
import { LogReader } from "../../agent/audit/logReader.ts";
import { verifyLog } from "../../agent/audit/verifyLog.ts";
import type { CollectorSettings } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import { bundleLines } from "../../protocol/log/bundleWriter.ts";
import type { LogTrust } from "../../protocol/log/logTrust.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent, outcome } from "../audit/records.ts";
import { verifyBundle } from "../log/secondVerifier.ts";
import { call, type TestDevice } from "./device.ts";
import { ownRecords } from "./ownRecords.ts";
import { signIn, startProvider } from "./people.ts";
import { askStore } from "./storeSql.ts";
import { enrolled, newFolder, onEachStore, settings, startCollector } from "./stores.ts";
import { infoOf } from "./verifyLog.ts";

const DAY = 86_400_000;
let provider: DemoProvider;
const tokens = { member: "", auditor: "", admin: "" };

beforeAll(async () => {
  provider = await startProvider();
  for (const who of ["member", "auditor", "admin"] as const) tokens[who] = await signIn(provider, who);
});
afterAll(() => provider.stop());

onEachStore((store) => {
  let told: CollectorSettings;
  let collector: RunningCollector;
  let device: TestDevice;
  let ledger: string;
  let days = 0;
  const now = () => new Date(Date.now() + days * DAY);

  beforeEach(async () => {
    days = 0;
    told = settings(provider, { ...(await store.fresh()), retention: { days: 30 } });
    collector = await startCollector(told, { now, retentionEveryMs: 150 });
    device = await enrolled(collector, tokens.member);
    device.clock = now;
    device.work(150);
    device.write({ kind: "session_opened", writer: "w", origin: "cli" });
    await device.send(collector.url);
    ledger = ledgerOf(device);
  });
  afterEach(() => collector.stop());

  const drops = async () => (await ownRecords(told)).filter(({ kind }) => kind === "bodies_dropped");
  const untilDropped = async (count: number) => {
    await vi.waitFor(
      async () => {
        const [state] = await askStore<{ dropped: number }>(told, "SELECT dropped FROM retention");
        expect(Number(state?.dropped)).toBe(count);
      },
      { timeout: 40_000, interval: 100 },
    );
  };
  const trust = async (): Promise<LogTrust> => ({
    key: { kind: "given", key: (await infoOf(collector.url)).logKey },
    older: null,
  });
  const readerOf = (token: string | null) =>
    new LogReader({ address: new URL(collector.url), token, signal: new AbortController().signal });
  const verify = async (token: string | null) => verifyLog(readerOf(token), await trust(), ledger);
  const bundle = async (token: string, wanted: WantedChains) => {
    const file = path.join(newFolder(), "bundle.ndjson");
    const source = await logSource(readerOf(token), wanted, { from: null, to: null }, null);
    await writeBundleFile(file, bundleLines(source));
    const trusted = await trust();
    const report = await verifyBundleFile(file, trusted);
    const lines = fs.readFileSync(file, "utf8").trimEnd().split("\n");
    const key = trusted.key.kind === "given" ? trusted.key.key : "unknown";
    expect(verifyBundle(lines, { key, older: null })).toEqual(
      report.faults.map(({ line, kind }) => ({ line, kind })),
    );
    return report;
  };
  const own = (): WantedChains => ({ kind: "these", chains: [device.chain] });

  test("what was dropped is told, counted and proven to its owner, to auditors, and to a stranger's verifier", async () => {
    days = 40;
    await untilDropped(300);
    const said = (await drops()).length;
    expect(said).toBeGreaterThanOrEqual(1);
    const mine = await verify(tokens.member);
    expect(mine).toMatchObject({
      kind: "intact",
      dropped: { records: 300 },
      notices: [{ kind: "open-session" }],
    });
    expect(mine.ledger?.dropped.at(0)?.from).toBe(2);
    expect(mine.ledger?.dropped.at(-1)?.to).toBe(301);
    expect(await verify(tokens.auditor)).toMatchObject({ kind: "intact", dropped: { records: 300 } });
    // Without a token the log itself is proven, and nothing is said of texts.
    expect(await verify(null)).toMatchObject({ kind: "intact", dropped: null });
    const part = await bundle(tokens.member, own());
    expect(part).toMatchObject({ kind: "intact", dropped: 300, complete: false });
    expect(part.notices.map(({ kind }) => kind)).toContain("holds-not-shown");
    const all = await bundle(tokens.auditor, { kind: "all" });
    expect(all).toMatchObject({ kind: "intact", dropped: 300, complete: true });
    expect(all.notices.map(({ kind }) => kind)).toEqual(["open-session"]);
  });

  test("a collector that lost a text and pretends to have dropped it is found out, with the place", async () => {
    days = 40;
    await untilDropped(300);
    const young = device.write(intent());
    device.write(outcome(young.seq));
    await device.send(collector.url, young.seq);
    ledger = ledgerOf(device);
    expect((await verify(tokens.member)).kind).toBe("intact");
    const place = `(SELECT d.id FROM devices d WHERE d.chain = '${device.chain}')`;
    await askStore(
      told,
      `UPDATE records SET canonical = NULL WHERE device = ${place} AND seq = ${young.seq}`,
    );
    const fault = { kind: "not-dropped", chain: device.chain, seq: young.seq };
    expect((await verify(tokens.member)).faults).toMatchObject([fault]);
    expect((await bundle(tokens.member, own())).faults).toMatchObject([fault]);
    expect((await bundle(tokens.auditor, { kind: "all" })).faults).toMatchObject([fault]);
  });

  test("one that shows another text is found out by the ledger's owner", async () => {
    const place = `(SELECT d.id FROM devices d WHERE d.chain = '${device.chain}')`;
    await askStore(
      told,
      `UPDATE records SET canonical = replace(canonical, 'Allowed', 'Refused') WHERE device = ${place} AND seq = 2`,
    );
    expect((await verify(tokens.member)).faults).toMatchObject([{ kind: "differs", seq: 2 }]);
  });

  test("one that forgets a hold is found out by auditors", async () => {
    await hold({ actor: "user|https://id.example|u1" });
    days = 40;
    await askStore(told, "DELETE FROM holds");
    await untilDropped(300);
    expect((await verify(tokens.auditor)).faults[0]).toMatchObject({ kind: "held" });
    expect((await bundle(tokens.auditor, { kind: "all" })).faults[0]).toMatchObject({ kind: "held" });
  });

  test("one that names a hold and drops what it covers is found out where the texts still are", async () => {
    await hold({ actor: "user|https://id.example|u1" });
    days = 40;
    await askStore(told, "UPDATE holds SET body = replace(body, '|u1', '|u2')");
    await untilDropped(300);
    expect((await verify(tokens.auditor)).faults).toMatchObject([{ kind: "held", seq: 2 }]);
    // Whose hold it is, the owner is not told.
    expect((await verify(tokens.member)).kind).toBe("intact");
  });

  test("many ranges about a hold on times never touch it", async () => {
    const held = now();
    days = 2;
    device.work(3);
    await device.send(collector.url, 303);
    ledger = ledgerOf(device);
    await hold({
      from: new Date(held.getTime() + DAY).toISOString(),
      to: new Date(held.getTime() + 3 * DAY).toISOString(),
    });
    days = 4;
    device.work(3);
    await device.send(collector.url, 309);
    ledger = ledgerOf(device);
    days = 50;
    await untilDropped(306);
    expect((await verify(tokens.auditor)).kind).toBe("intact");
    const all = await bundle(tokens.auditor, { kind: "all" });
    expect(all).toMatchObject({ kind: "intact", dropped: 306 });
  });

  const hold = async (scope: object): Promise<void> => {
    const order = { ...scope, reason: "case 1" };
    const { status } = await call("POST", `${collector.url}/v1/retention/holds`, tokens.admin, order);
    expect(status).toBe(200);
  };
});

/** The device's records as its own machine keeps them. */
function ledgerOf({ records }: TestDevice): string {
  const file = path.join(newFolder(), "ledger.db");
  const database = openLedgerFile(file);
  const insert = database.prepare(
    "INSERT INTO records (seq, canonical, hash, signature) VALUES (?, ?, ?, ?)",
  );
  for (const { seq, canonical, hash, signature } of records) insert.run(seq, canonical, hash, signature);
  database.close();
  return file;
}
