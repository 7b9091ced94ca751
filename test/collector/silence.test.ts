import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Silence } from "../../collector/operations/silence.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { intent, outcome } from "../audit/records.ts";
import { call } from "./device.ts";
import { signIn, startProvider } from "./people.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let provider: DemoProvider;
let token: string;
let auditor: string;

beforeAll(async () => {
  provider = await startProvider();
  [token, auditor] = await Promise.all([signIn(provider, "member"), signIn(provider, "auditor")]);
});
afterAll(() => provider.stop());

onEachStore((store) => {
  let collector: RunningCollector;
  let ahead = 0;

  beforeEach(async () => {
    ahead = 0;
    const now = (): Date => new Date(Date.now() + ahead);
    collector = await startCollector(settings(provider, await store.fresh()), { now });
  });
  afterEach(() => collector.stop());

  const silence = async (): Promise<Silence> =>
    (await call<Silence>("GET", `${collector.url}/v1/silence`, auditor)).body;

  test("devices that stopped, sessions without an end and statements without an outcome are told", async () => {
    const device = await enrolled(collector, token);
    device.write({ kind: "session_opened", writer: "w1", origin: "editor" });
    const done = device.write(intent());
    device.write(outcome(done.seq));
    const lost = device.write(intent());
    await device.send(collector.url);
    expect(await silence()).toEqual({ devices: [], sessions: [], statements: [] });

    ahead = 20 * MINUTE;
    expect(await silence()).toMatchObject({
      devices: [],
      sessions: [],
      statements: [{ chain: device.chain, seq: lost.seq }],
    });
    ahead = 2 * HOUR;
    expect((await silence()).devices).toMatchObject([{ chain: device.chain, name: "laptop" }]);

    // It reports again; the session goes on.
    const from = device.records.length + 1;
    device.write(outcome(lost.seq, { outcome: "unknown" }));
    await device.send(collector.url, from);
    expect(await silence()).toEqual({ devices: [], sessions: [], statements: [] });
    ahead = 26 * HOUR;
    expect((await silence()).sessions).toMatchObject([{ chain: device.chain, seq: 2 }]);

    const end = device.write({ kind: "session_closed", writer: "w1", how: "crashed" });
    await device.send(collector.url, end.seq);
    expect(await silence()).toEqual({ devices: [], sessions: [], statements: [] });
  });

  test("a device without an open session may be silent", async () => {
    const device = (await enrolled(collector, token)).work(1);
    await device.send(collector.url);
    ahead = 1_000 * HOUR;
    expect((await silence()).devices).toEqual([]);
  });
});
