import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { verifyBundleFile, writeBundleFile } from "../../agent/audit/bundleFile.ts";
import { logSource } from "../../agent/audit/bundleSource.ts";
import { LogReader } from "../../agent/audit/logReader.ts";
import { verifyLog } from "../../agent/audit/verifyLog.ts";
import type { RunningCollector } from "../../collector/start.ts";
import { RECORD_PAGE, type RecordPage } from "../../protocol/collector/records.ts";
import { bundleLines } from "../../protocol/log/bundleWriter.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent } from "../audit/records.ts";
import { verifyBundle } from "../log/secondVerifier.ts";
import { call, type TestDevice } from "./device.ts";
import { type Person, signIn, startProvider } from "./people.ts";
import { enrolled, newFolder, onEachStore, settings, startCollector } from "./stores.ts";
import { checkpointOf, infoOf } from "./verifyLog.ts";

let provider: DemoProvider;
const tokens = new Map<Person, string>();
const tokenOf = (who: Person): string => tokens.get(who) ?? "";

beforeAll(async () => {
  provider = await startProvider();
  for (const who of ["member", "other", "auditor"] as const) tokens.set(who, await signIn(provider, who));
});
afterAll(() => provider.stop());

onEachStore((store) => {
  let collector: RunningCollector;
  let device: TestDevice;
  beforeEach(async () => {
    collector = await startCollector(settings(provider, await store.fresh()));
    device = await enrolled(collector, tokenOf("member"));
  });
  afterEach(() => collector.stop());

  const page = async (from: number, limit = 500): Promise<RecordPage["records"]> => {
    const at = `${collector.url}/v1/devices/${device.chain}/records?from=${from}&limit=${limit}`;
    const { status, body } = await call("GET", at, tokenOf("member"));
    expect(status).toBe(200);
    return RECORD_PAGE.parse(body).records;
  };

  test("a chain's owner reads its records, page by page, as they were signed", async () => {
    await device.work(20).send(collector.url);
    const first = await page(1, 30);
    expect(first.map(({ seq, canonical, hash, signature }) => ({ seq, canonical, hash, signature }))).toEqual(
      device.records.slice(0, 30),
    );
    expect((await page(31)).map(({ seq }) => seq)).toEqual(device.records.slice(30).map(({ seq }) => seq));
    expect(await page(device.records.length + 1)).toEqual([]);
  });

  test("large records come a few at a time, and each one comes", async () => {
    for (let count = 0; count < 3; count += 1) {
      const from = device.records.length + (count === 0 ? 0 : 1);
      device.write(intent({ statement: `SELECT '${"x".repeat(3_000_000)}'` }));
      expect((await device.send(collector.url, Math.max(1, from))).status).toBe(200);
    }
    expect((await page(1)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect((await page(4)).map(({ seq }) => seq)).toEqual([4]);
  });

  test("nobody else reads them but an auditor, nor learns whether they are here", async () => {
    const ask = (who: Person, chain: string) =>
      call("GET", `${collector.url}/v1/devices/${chain}/records?from=1`, tokenOf(who));
    const refused = await ask("other", device.chain);
    expect(refused.status).toBe(403);
    expect(refused.body).toEqual((await ask("other", "0".repeat(64))).body);
    expect((await ask("auditor", device.chain)).status).toBe(200);
    expect((await ask("auditor", "0".repeat(64))).body).toEqual({ records: [] });
  });

  test("an auditor's bundle of everything verifies, also by a stranger's verifier, and so does the log", async () => {
    const second = await enrolled(collector, tokenOf("other"), "other");
    await device.work(200).send(collector.url);
    const older = await (await fetch(`${collector.url}/checkpoint`)).text();
    await second.work(90).send(collector.url);
    const reader = new LogReader({
      address: new URL(collector.url),
      token: tokenOf("auditor"),
      signal: new AbortController().signal,
    });
    const source = await logSource(reader, { kind: "all" }, { from: null, to: null }, older);
    const file = path.join(newFolder(), "bundle.ndjson");
    await writeBundleFile(file, bundleLines(source));
    const { logKey } = await infoOf(collector.url);
    const trust = { key: { kind: "given", key: logKey }, older } as const;
    const { size } = await checkpointOf(collector.url);
    expect(await verifyBundleFile(file, trust)).toMatchObject({
      kind: "intact",
      complete: true,
      records: size,
    });
    const lines = fs.readFileSync(file, "utf8").trimEnd().split("\n");
    expect(verifyBundle(lines, { key: logKey, older })).toEqual([]);
    expect(await verifyLog(reader, trust, null)).toMatchObject({ kind: "intact", entries: size, chains: 3 });
  });
});
