import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningCollector } from "../../collector/start.ts";
import { completeLogin } from "../../scripts/demo/browserless.ts";
import { idTokenOf } from "../../scripts/demo/idToken.ts";
import { type DemoProvider, startDemoProvider } from "../../scripts/demo/provider.ts";
import { define, leasesOf, roleDefinition } from "../collector/lending.ts";
import { settings, startCollector } from "../collector/stores.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { newHome } from "../robustness/engine.ts";
import { objects, type SluiceOptions, sluice } from "./sluice.ts";

let server: TestPostgres;
let provider: DemoProvider;
let collector: RunningCollector;
let home: string;
let mira: string;

beforeAll(async () => {
  [server, provider] = await Promise.all([startPostgres(), startDemoProvider()]);
  const root = new pg.Client({ connectionString: server.connectionString });
  await root.connect();
  await root.query(
    `CREATE ROLE "shop reader"; CREATE TABLE people AS SELECT 1 AS id, 'ada@example.org' AS email;
     GRANT SELECT ON people TO "shop reader"`,
  );
  await root.end();
  collector = await startCollector(settings(provider));
  mira = await idTokenOf(provider, { login: "mira", password: "mira-demo" });
  const order = {
    after: 0,
    definition: roleDefinition(server),
    login: { user: server.user, password: server.password },
  };
  expect((await define(collector, mira, "shop", order)).status).toBe(200);
  home = newHome();
  const local = {
    ...{ id: "mine", name: "Mine", engine: "postgres", host: server.host, port: server.port },
    ...{ user: server.user, database: "postgres", environment: "development", tls: "disable" },
  };
  fs.writeFileSync(path.join(home, "config.json"), JSON.stringify({ collector: { url: collector.url } }));
  fs.writeFileSync(path.join(home, "connections.json"), JSON.stringify({ connections: [local] }));
});
afterAll(async () => {
  await collector.stop();
  await provider.stop();
  await server.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

const run = (...args: readonly string[]) => sluice({ home }, ...args);
const login = (who: string) => {
  const onUrl: SluiceOptions["onUrl"] = (url) =>
    void completeLogin(url, { login: who, password: `${who}-demo` });
  return sluice({ home, onUrl }, "login");
};

test("the collector's connections stand beside one's own, and a login is lent for the command", async () => {
  expect((await run("connections")).err).toContain("Nobody is signed in");
  expect((await login("ada")).code).toBe(0);
  const listed = await run("connections", "--json");
  expect(objects(listed)).toMatchObject([
    { id: "mine", from: "saved" },
    { id: "collector:shop", name: "Shop", environment: "production", from: "collector" },
  ]);
  expect((await run("connections")).out).toMatch(/Shop .*production +collector/);
  for (const name of ["shop", "collector:shop"]) {
    const asked = await run("query", "-c", name, "--json", "SELECT current_user AS lent, email FROM people");
    expect(asked.code).toBe(0);
    expect(JSON.stringify(objects(asked))).toMatch(/sluice_[0-9a-f]{8}_[0-9a-f]{16}/);
    expect(asked.out).not.toContain("ada@example.org");
  }
  const leases = await leasesOf(collector, mira);
  expect(leases.map(({ state, how }) => `${state} ${how}`)).toEqual(["ended returned", "ended returned"]);
  expect((await run("logout")).code).toBe(0);
}, 180_000);

test("who is in none of the groups has no such connection", async () => {
  expect((await login("priya")).code).toBe(0);
  expect(objects(await run("connections", "--json"))).toHaveLength(1);
  const { code, err } = await run("query", "-c", "Shop", "SELECT 1");
  expect(code).toBe(1);
  expect(err).toContain('There is no connection called "Shop".');
}, 180_000);
