import fs from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { CollectorSettings } from "../../collector/options.ts";
import { cosignaturesBy, readWitnessKey } from "../../protocol/log/cosignature.ts";
import { sha256Bytes, verifyBytes } from "../../protocol/node/crypto.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { signIn, startProvider } from "./people.ts";
import { enrolled, newFolder, settings, startCollector } from "./stores.ts";
import { checkpointOf, infoOf } from "./verifyLog.ts";
import { TestWitness } from "./witness.ts";

let provider: DemoProvider;
let token: string;
let one: TestWitness;
let two: TestWitness;
let given: CollectorSettings;

beforeAll(async () => {
  provider = await startProvider();
  token = await signIn(provider, "member");
});
afterAll(() => provider.stop());
beforeEach(async () => {
  [one, two] = await Promise.all([TestWitness.start("one.test"), TestWitness.start("two.test")]);
  given = settings(provider, { witnesses: [one.settings, two.settings], witnessSeconds: 0.02 });
});
afterEach(() => Promise.all([one.stop(), two.stop()]));

const witnessed = async (url: string): Promise<string> =>
  (await fetch(`${url}/v1/checkpoint/witnessed`)).text();

test("every witness signs what goes on from what it signed before", async () => {
  const collector = await startCollector(given);
  one.logKey = (await infoOf(collector.url)).logKey;
  const device = await enrolled(collector, token);
  for (let round = 0; round < 3; round += 1) {
    const from = device.records.length + (round === 0 ? 0 : 1);
    await device.work(3).send(collector.url, from);
    const { size } = await checkpointOf(collector.url);
    await vi.waitFor(
      async () => expect((await checkpointOf(collector.url, await witnessed(collector.url))).size).toBe(size),
      30_000,
    );
  }
  const note = await witnessed(collector.url);
  const body = note.slice(0, note.indexOf("\n\n") + 1);
  for (const witness of [one, two]) {
    const key = readWitnessKey(sha256Bytes, witness.settings.key);
    expect(cosignaturesBy(sha256Bytes, verifyBytes, note, key, body)).toHaveLength(1);
    expect(cosignaturesBy(sha256Bytes, verifyBytes, note, key, body.replace("\n", "\n1"))).toHaveLength(0);
  }
  expect(one.head.size).toBe(two.head.size);
  await collector.stop();
});

test("a collector whose whole folder was set back is caught by a witness", async () => {
  const first = await startCollector(given);
  const device = await enrolled(first, token);
  await first.stop();
  const yesterday = newFolder();
  fs.cpSync(given.data, yesterday, { recursive: true });
  const second = await startCollector(given);
  await device.work(3).send(second.url);
  const { size } = await checkpointOf(second.url);
  await vi.waitFor(() => expect(one.head.size).toBe(size), 30_000);
  await second.stop();
  await expect(startCollector({ ...given, data: yesterday })).rejects.toMatchObject({ code: "store-behind" });
  // Away at the start, it is asked again: from then on nothing is signed.
  for (const witness of [one, two]) witness.away = true;
  const lonely = await startCollector({ ...given, data: yesterday });
  expect((await fetch(`${lonely.url}/ready`)).status).toBe(200);
  for (const witness of [one, two]) witness.away = false;
  await vi.waitFor(async () => expect((await fetch(`${lonely.url}/ready`)).status).toBe(503), 30_000);
  expect((await fetch(`${lonely.url}/checkpoint`)).status).toBe(503);
  expect(await device.send(lonely.url)).toMatchObject({ status: 503, body: { code: "unavailable" } });
  await lonely.stop();
});

test("a witness that is away delays nothing but its own word", async () => {
  await two.stop();
  const collector = await startCollector(given);
  const device = await enrolled(collector, token);
  expect((await device.send(collector.url)).status).toBe(200);
  expect((await fetch(`${collector.url}/v1/checkpoint/witnessed`)).status).toBe(404);
  await collector.stop();
  two = await TestWitness.start("two.test");
});

test("a witness's key with a mistake is told at the start", async () => {
  const key = one.settings.key.replace(/\+[0-9a-f]{8}\+/, "+00000000+");
  const wrong = { ...given, data: newFolder(), witnesses: [{ ...one.settings, key }] };
  await expect(startCollector(wrong)).rejects.toMatchObject({ code: "settings-invalid" });
});
