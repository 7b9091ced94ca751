import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningCollector } from "../../collector/start.ts";
import { completeLogin } from "../../scripts/demo/browserless.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import type { TestDevice } from "../collector/device.ts";
import { type Person, signIn, startProvider } from "../collector/people.ts";
import { enrolled, settings, startCollector } from "../collector/stores.ts";
import { newHome } from "../robustness/engine.ts";
import { objects, type SluiceOptions, sluice } from "./sluice.ts";

let provider: DemoProvider;
let collector: RunningCollector;
let device: TestDevice;
const homes = new Map<Person, string>();

beforeAll(async () => {
  provider = await startProvider();
  collector = await startCollector(settings(provider));
  device = await enrolled(collector, await signIn(provider, "other"), "other");
  expect((await device.send(collector.url)).status).toBe(200);
  for (const login of ["member", "auditor", "admin"] as const) {
    const home = newHome();
    homes.set(login, home);
    fs.writeFileSync(path.join(home, "config.json"), JSON.stringify({ collector: { url: collector.url } }));
    const onUrl: SluiceOptions["onUrl"] = (address) =>
      void completeLogin(address, { login, password: `${login}-test` });
    expect((await sluice({ home, onUrl }, "login")).code).toBe(0);
  }
});
afterAll(async () => {
  await collector.stop();
  await provider.stop();
  for (const home of homes.values()) fs.rmSync(home, { recursive: true, force: true });
});

const as = (who: Person, ...args: readonly string[]) =>
  sluice({ home: homes.get(who) ?? "" }, "collector", "devices", ...args);
const stateOf = async (): Promise<unknown> =>
  objects(await as("auditor", "--json")).find(({ chain }) => chain === device.chain)?.state;

test("a wrong line asks nobody", async () => {
  for (const [args, words] of [
    [["lost", device.chain], "Say why: --reason TEXT."],
    [["lost", device.chain, "--reason", " "], "Say why: --reason TEXT."],
    [["lost", "abc", "--reason", "x"], "takes the id of one device"],
    [["lost", device.chain, device.chain, "--reason", "x"], "takes the id of one device"],
    [["list", "--reason", "x"], "--reason is for lost, revoke, activate and release"],
    [["burn", device.chain, "--reason", "x"], "takes list, lost, revoke, activate or release"],
  ] as const) {
    const { code, err } = await as("admin", ...args);
    expect({ args, code, err }).toMatchObject({ args, code: 2, err: expect.stringContaining(words) });
  }
});

test("only an administrator in person marks a device", async () => {
  for (const who of ["auditor", "member"] as const) {
    const { code, out, err } = await as(who, "list");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    // A member is shown their own, and here has none.
    expect(out.includes(device.chain.slice(0, 16))).toBe(who === "auditor");
  }
  const auditor = await as("auditor", "lost", device.chain, "--reason", "mine");
  expect({ code: auditor.code, err: auditor.err }).toEqual({
    code: 1,
    err: expect.stringMatching(/with the role admin/),
  });
  const home = homes.get("admin") ?? "";
  const order = ["collector", "devices", "lost", device.chain, "--reason", "x"];
  expect((await sluice({ home, env: { SLUICE_AGENT: "copilot" } }, ...order)).code).toBe(3);
  const none = await as("admin", "lost", "0".repeat(64), "--reason", "x");
  expect(none).toMatchObject({ code: 1, err: expect.stringContaining("No device has this id.") });
  expect(await stateOf()).toBe("active");
});

test("a device is marked lost, what follows is told and true, and it is trusted again", async () => {
  const lost = await as("admin", "lost", device.chain.slice(0, 10), "--reason", "left on a train");
  expect(lost).toMatchObject({ code: 0, out: `${device.chain}\n` });
  expect(lost.err).toMatch(
    /^laptop of other of the test is lost\.\nFrom now on the collector takes no records/,
  );
  expect(await stateOf()).toBe("lost");
  device.work(1);
  expect(await device.send(collector.url, 2)).toMatchObject({
    status: 403,
    body: { code: "device-refused" },
  });
  const again = await as("admin", "activate", device.chain, "--reason", "found", "--json");
  expect(objects(again)).toEqual([{ chain: device.chain, state: "active" }]);
  expect((await device.send(collector.url, 2)).status).toBe(200);
  const shown = await as("auditor");
  expect(shown.out).toMatch(
    new RegExp(`^${device.chain.slice(0, 16)} +active +laptop +other of the test +3 records`, "m"),
  );
});
