import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningCollector } from "../../collector/start.ts";
import { completeLogin } from "../../scripts/demo/browserless.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { call } from "../collector/device.ts";
import { signIn, startProvider } from "../collector/people.ts";
import { settings, startCollector } from "../collector/stores.ts";
import { newHome } from "../robustness/engine.ts";
import { objects, sluice } from "./sluice.ts";

let provider: DemoProvider;
let collector: RunningCollector;
/** Where the agent thinks the collector is: what answers there can be changed. */
let front: http.Server;
let behind = "";
let home = "";

beforeAll(async () => {
  provider = await startProvider();
  collector = await startCollector(settings(provider, { log: "collector.test/sluice" }));
  behind = collector.url;
  front = http.createServer((request, response) => {
    const { method, headers } = request;
    const onward = http.request(`${behind}${request.url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  home = newHome();
  fs.writeFileSync(path.join(home, "config.json"), JSON.stringify({ collector: { url } }));
  const onUrl = (address: string) =>
    void completeLogin(address, { login: "member", password: "member-test" });
  expect((await sluice({ home, onUrl }, "login")).code).toBe(0);
  expect((await sluice({ home }, "audit", "sync")).code).toBe(0);
});
afterAll(async () => {
  front.closeAllConnections();
  front.close();
  await collector.stop();
  await provider.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

const device = (...args: readonly string[]) => sluice({ home }, "device", ...args);
const recorded = async (): Promise<readonly Record<string, unknown>[]> =>
  objects(await sluice({ home }, "audit", "export", "--format", "jsonl"));

test("a wrong line changes nothing", async () => {
  const before = objects(await device("--json"))[0];
  for (const [args, words] of [
    [["burn"], "sluice device takes show, rotate-key"],
    [["begin-ledger"], "Say why"],
    [["begin-ledger", "--reason", "  "], "Say why"],
    [["trust"], "Say why"],
    [["rotate-key", "--now"], "--now"],
  ] as const) {
    const { code, err } = await device(...args);
    expect({ args, code, err }).toMatchObject({ args, code: 2, err: expect.stringContaining(words) });
  }
  expect((await device("trust", "--reason", "why not")).err).toContain(
    "Nothing speaks against the collector",
  );
  expect((await device("evidence")).code).toBe(1);
  expect(objects(await device("--json"))[0]).toMatchObject({ chain: before?.chain, keys: before?.keys });
});

test("a program's terminal changes no key, no ledger and no trust", async () => {
  for (const args of [
    ["rotate-key"],
    ["begin-ledger", "--reason", "x"],
    ["trust", "--reason", "x"],
  ] as const) {
    const { code, err } = await sluice({ home, env: { SLUICE_AGENT: "copilot" } }, "device", ...args);
    expect({ args, code, err }).toMatchObject({
      args,
      code: 3,
      err: expect.stringContaining("A person does it"),
    });
  }
  expect((await sluice({ home, env: { SLUICE_AGENT: "copilot" } }, "device")).code).toBe(0);
});

test("rotates the key, and shows both with what became of them", async () => {
  const done = await device("rotate-key", "--reason", "yearly");
  expect(done).toMatchObject({ code: 0, err: expect.stringContaining("The collector has the new key") });
  const after = done.out.trim();
  const [shown] = objects(await device("--json"));
  expect(shown).toMatchObject({ keys: [{ revoked: { reason: "yearly" } }, { key: after, revoked: null }] });
  expect((await device()).out).toMatch(/revoked at record \d+.*yearly/);
  expect((await sluice({ home }, "audit", "verify")).out).toContain("2 keys");
});

test("a collector with another key is shown as evidence, not believed again by itself, and trusted on record", async () => {
  const impostor = await startCollector(settings(provider, { log: "collector.test/sluice" }));
  behind = impostor.url;
  const refused = await sluice({ home }, "audit", "sync");
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("sluice device evidence") });
  // The real one is back: who lied once, or stood in between, is not believed by itself.
  behind = collector.url;
  const still = await sluice({ home }, "audit", "sync");
  expect(still).toMatchObject({ code: 1, err: expect.stringContaining("signs its log with another key") });
  expect((await device()).out).toContain("not believed since");
  const out = path.join(home, "evidence.json");
  expect((await device("evidence", "--out", out)).code).toBe(0);
  const { logKey } = (await call<{ logKey: string }>("GET", `${impostor.url}/v1/info`)).body;
  expect(fs.readFileSync(out, "utf8")).toContain(JSON.stringify(logKey));
  // What is there is not written over.
  expect((await device("evidence", "--out", out)).code).toBe(2);
  const trusted = await device("trust", "--reason", "the proxy was set up wrongly");
  expect(trusted).toMatchObject({ code: 0, out: expect.stringContaining("trusted again") });
  expect((await sluice({ home }, "audit", "sync")).code).toBe(0);
  const act = (await recorded())
    .map((line) => JSON.stringify(line))
    .find((line) => line.includes("collector_trusted"));
  expect(act).toContain("the proxy was set up wrongly");
  const { alerts } = (
    await call<{ alerts: readonly { kind: string; what: string }[] }>(
      "GET",
      `${impostor.url}/v1/alerts`,
      await signIn(provider, "auditor"),
    )
  ).body;
  // The impostor knows no such device: nothing can be raised there.
  expect(alerts).toEqual([]);
  await impostor.stop();
});

test("no ledger is closed while the collector lacks some of it: from a closed one it would never come", async () => {
  const [before] = objects(await device("--json"));
  const there = behind;
  behind = "http://127.0.0.1:9";
  const refused = await device("begin-ledger", "--reason", "to be rid of it");
  behind = there;
  expect(refused).toMatchObject({
    code: 1,
    out: "",
    err: expect.stringMatching(/has not got \d+ of this ledger's records/),
  });
  expect(objects(await device("--json"))[0]).toMatchObject({ chain: before?.chain, ledger: before?.ledger });
});

test("no ledger is begun in the place of one whose device is trusted no more", async () => {
  const [before] = objects(await device("--json"));
  const admin = await signIn(provider, "admin");
  const marked = (state: string) =>
    call("POST", `${collector.url}/v1/devices/${before?.chain}/state`, admin, { state, reason: "a test" });
  expect((await marked("lost")).status).toBe(200);
  const refused = await device("begin-ledger", "--reason", "found it");
  expect((await marked("active")).status).toBe(200);
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("holds this device for lost") });
  expect(objects(await device("--json"))[0]).toMatchObject({ chain: before?.chain });
});

test("begins a new ledger beside the old, which is kept and verifies", async () => {
  const [before] = objects(await device("--json"));
  const done = await device("begin-ledger", "--reason", "restored from a backup", "--json");
  expect(done).toMatchObject({ code: 0 });
  const [begun] = objects(done);
  expect(begun).toMatchObject({ before: before?.ledger, sync: { kind: "synced" } });
  const [after] = objects(await device("--json"));
  expect(after).toMatchObject({ chain: begun?.chain, ledger: begun?.ledger });
  expect(after?.chain).not.toBe(before?.chain);
  const verified = await sluice({ home }, "audit", "verify", "--ledger", String(before?.ledger), "--json");
  expect(verified.code).toBe(0);
  // Everything of it has come, its closing too.
  const { body: head } = await call<{ seq: number; hash: string }>(
    "GET",
    `${collector.url}/v1/devices/${before?.chain}/head`,
  );
  const auditor = await signIn(provider, "auditor");
  const last = await call<{ body: { kind: string } }>(
    "GET",
    `${collector.url}/v1/records/${before?.chain}/${head.seq}`,
    auditor,
  );
  expect(JSON.stringify(last.body)).toContain("ledger_closed");
  expect((await sluice({ home }, "audit", "verify")).code).toBe(0);
  expect((await sluice({ home }, "whoami")).out).toContain("member@test.example");
});
