import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { RunningCollector } from "../../collector/start.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { signIn, startProvider } from "./people.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";
import { checkpointOf, isProven, seqsOf, verifyWholeLog } from "./verifyLog.ts";

let provider: DemoProvider;
let token: string;

beforeAll(async () => {
  provider = await startProvider();
  token = await signIn(provider, "member");
});
afterAll(() => provider.stop());

onEachStore((store) => {
  let collector: RunningCollector;
  beforeEach(async () => {
    collector = await startCollector(settings(provider, await store.fresh()));
  });
  afterEach(() => collector.stop());

  test("records are taken, acknowledged and proven", async () => {
    const device = (await enrolled(collector, token)).work(5);
    const answer = await device.send(collector.url);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ seq: 11, hash: device.records.at(-1)?.hash });
    expect(await isProven(collector.url, device, answer.body)).toBe(true);
    const { leaves } = await verifyWholeLog(collector.url);
    expect(seqsOf(leaves, device.chain)).toEqual(Array.from({ length: 11 }, (_, place) => place + 1));
  });

  test("the log goes on from every checkpoint that was seen", async () => {
    const device = await enrolled(collector, token);
    let seen = await checkpointOf(collector.url);
    for (let round = 0; round < 40; round += 1) {
      const from = device.records.length + 1;
      device.work(1 + (round % 7));
      const answer = await device.send(collector.url, round === 0 ? 1 : from, undefined, seen.size);
      expect(await isProven(collector.url, device, answer.body, seen)).toBe(true);
      seen = await checkpointOf(collector.url, answer.body.checkpoint);
    }
    expect(seen.size).toBeGreaterThan(256);
    expect((await verifyWholeLog(collector.url)).size).toBe(seen.size);
  });
});
