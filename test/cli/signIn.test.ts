import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { completeLogin } from "../../scripts/demo/browserless.ts";
import { type DemoProvider, startDemoProvider } from "../../scripts/demo/provider.ts";
import { enterDeviceCode } from "../identity/browser.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { newHome } from "../robustness/engine.ts";
import { type SluiceOptions, sluice } from "./sluice.ts";

const ADA = { login: "ada", password: "ada-demo" };

let server: TestPostgres;
let provider: DemoProvider;
let home: string;
let url: string;

beforeAll(async () => {
  [server, provider] = await Promise.all([startPostgres(), startDemoProvider()]);
  url = `${server.connectionString}?environment=production`;
});
afterAll(async () => {
  await provider.stop();
  await server.stop();
});
beforeEach(() => {
  home = newHome();
  const { issuer, clientId } = provider;
  fs.writeFileSync(path.join(home, "config.json"), JSON.stringify({ identity: { issuer, clientId } }));
  return () => fs.rmSync(home, { recursive: true, force: true });
});

const run = (...args: readonly string[]) => sluice({ home }, ...args);
const login = (onUrl: SluiceOptions["onUrl"], ...args: readonly string[]) =>
  sluice({ home, ...(onUrl === undefined ? {} : { onUrl }) }, "login", ...args);

test("sign in, work, sign out: before and after, nothing runs", async () => {
  const early = await run("query", "-c", url, "SELECT 1 AS one");
  expect(early).toMatchObject({ code: 1, out: "" });
  expect(early.err).toContain("Nobody is signed in, so nothing runs.\nSign in first (`sluice login`).");
  const signedIn = await login((address) => void completeLogin(address, ADA));
  expect(signedIn).toMatchObject({
    code: 0,
    out: "Signed in as ada@northwind-demo.example; groups: developers\n",
  });
  expect(await run("whoami")).toMatchObject({
    code: 0,
    out: "ada@northwind-demo.example; groups: developers\n",
  });
  expect((await run("query", "-c", url, "SELECT 1 AS one")).code).toBe(0);
  expect(await run("logout")).toMatchObject({ code: 0, out: "Signed out.\n" });
  expect((await run("whoami")).code).toBe(1);
  expect((await run("query", "-c", url, "SELECT 1 AS one")).code).toBe(1);
});

test("sign in with a code on another device", async () => {
  const signedIn = await login((address) => void enterDeviceCode(address, ADA), "--device");
  expect(signedIn.err).toMatch(/Open http\S+ on any device and enter [A-Z]{4}-[A-Z]{4}/);
  expect(signedIn.code).toBe(0);
});

test("a provider that is down", async () => {
  const identity = { issuer: "http://127.0.0.1:1", clientId: "sluice" };
  fs.writeFileSync(path.join(home, "config.json"), JSON.stringify({ identity }));
  const { code, err } = await login(undefined);
  expect(code).toBe(1);
  expect(err).toContain("The sign-in provider http://127.0.0.1:1 does not answer.");
  expect(err).toContain("Check the network or VPN and try again; nothing runs without a session.");
});

describe("as a program", () => {
  test("a service reads under its own name, and changes nothing", async () => {
    const env = {
      SLUICE_SERVICE_ID: provider.service.clientId,
      SLUICE_SERVICE_SECRET: provider.service.clientSecret,
    };
    const as = (text: string) =>
      sluice({ home, env }, "query", "-c", url, "--as", "service", "--purpose", "report", text);
    expect((await as("SELECT 1 AS one")).code).toBe(0);
    const changed = await as("CREATE TABLE x (id int)");
    expect(changed.code).toBe(3);
    expect(changed.err).toContain("Services may read, and change nothing.");
    const { out } = await run("audit", "list");
    expect(out).toContain(provider.service.clientId);
  });

  test("an agent acts for a person who is signed in, or not at all", async () => {
    const asAgent = () => run("query", "-c", url, "--as", "agent", "--purpose", "a look", "SELECT 1 AS one");
    expect((await asAgent()).code).toBe(1);
    await login((address) => void completeLogin(address, ADA));
    expect((await asAgent()).code).toBe(0);
    expect((await run("audit", "list")).out).toContain("cli-agent for ada@northwind-demo.example");
  });
});
