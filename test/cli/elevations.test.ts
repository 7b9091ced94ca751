import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningCollector } from "../../collector/start.ts";
import { ELEVATION } from "../../protocol/approval/elevation.ts";
import { completeLogin } from "../../scripts/demo/browserless.ts";
import { type DemoProvider, startDemoProvider } from "../../scripts/demo/provider.ts";
import { settings, startCollector } from "../collector/stores.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { newHome } from "../robustness/engine.ts";
import { objects, type SluiceOptions, sluice } from "./sluice.ts";

/** A right for a while from the terminal: each command is a process of its own. */
let server: TestPostgres;
let provider: DemoProvider;
let collector: RunningCollector;
let url: string;
const homes = new Map<string, string>();

beforeAll(async () => {
  [server, provider] = await Promise.all([startPostgres(), startDemoProvider()]);
  collector = await startCollector(settings(provider));
  url = `${server.connectionString}?environment=production`;
  const client = new pg.Client({ connectionString: server.connectionString });
  await client.connect();
  await client.query("CREATE TABLE people AS SELECT 1 AS id, 'ada@mail.test' AS email, 'x' AS note");
  await client.end();
  await Promise.all(["ada", "dana"].map(signIn));
});
afterAll(async () => {
  await collector.stop();
  await provider.stop();
  await server.stop();
  for (const home of homes.values()) fs.rmSync(home, { recursive: true, force: true });
});

async function signIn(login: string): Promise<void> {
  const home = newHome();
  homes.set(login, home);
  fs.writeFileSync(path.join(home, "config.json"), JSON.stringify({ collector: { url: collector.url } }));
  const account = { login, password: `${login}-demo` };
  const onUrl: SluiceOptions["onUrl"] = (address) => void completeLogin(address, account);
  expect((await sluice({ home, onUrl }, "login")).code).toBe(0);
}

const as = (who: string, ...args: readonly string[]) => sluice({ home: homes.get(who) ?? "" }, ...args);
const ask = (...right: readonly string[]) =>
  as("ada", "elevations", "ask", "-c", url, ...right, "--purpose", "Ticket 4711");
test("asked for, given, used by the next command, and ended", { timeout: 180_000 }, async () => {
  const select = () => as("ada", "query", "-c", url, "--json", "SELECT email FROM people");
  expect((await select()).out).not.toContain("ada@mail.test");
  const asked = await ask("--see", "public.people.email");
  expect(asked).toMatchObject({ code: 4, err: expect.stringContaining("Waiting for sluice-dba") });
  const id = asked.out.trim();
  expect((await select()).out).not.toContain("ada@mail.test");
  const own = await as("ada", "elevations", "approve", id);
  expect(own).toMatchObject({ code: 3, err: expect.stringContaining("nobody approves what they asked for") });
  const waiting = objects(await as("dana", "elevations", "list", "--json"));
  expect(waiting).toMatchObject([{ box: "decide", id, order: { purpose: "Ticket 4711" } }]);
  const approved = await as("dana", "elevations", "approve", id, "--json");
  expect(ELEVATION.parse(objects(approved)[0])).toMatchObject({ state: "granted" });
  expect((await select()).out).toContain("ada@mail.test");
  const asAgent = await as("ada", "query", "-c", url, "--as", "agent", "--json", "SELECT email FROM people");
  expect(asAgent.out).not.toContain("ada@mail.test");
  expect((await as("dana", "elevations", "end", id)).code).toBe(0);
  expect((await select()).out).not.toContain("ada@mail.test");
  expect((await as("ada", "audit", "verify")).code).toBe(0);
});

test("--wait answers when others have", async () => {
  const waiting = ask("--write", "--wait");
  let id = "";
  while (id === "") {
    const found = objects(await as("dana", "elevations", "list", "--json")).find(
      ({ box }) => box === "decide",
    );
    id = String(found?.id ?? "");
  }
  expect((await as("dana", "elevations", "deny", id)).code).toBe(2);
  expect((await as("dana", "elevations", "deny", id, "--reason", "Not today")).code).toBe(0);
  expect(await waiting).toMatchObject({
    code: 3,
    err: expect.stringContaining("Denied by Dana Okafor: Not today"),
  });
});

test.each([
  ["nothing", [], 2],
  ["both at once", ["--see", "public.people.email", "--write"], 2],
  ["for no time", ["--write", "--minutes", "0"], 2],
  ["for longer than anybody gets", ["--write", "--minutes", "100000"], 1],
  ["a column that is not there", ["--see", "public.people.nothing"], 1],
])("asked in vain: %s", async (_what, right, code) => {
  expect((await ask(...right)).code).toBe(code);
});
