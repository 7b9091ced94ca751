import fs from "node:fs";
import mysql, { type Connection, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningCollector } from "../../collector/start.ts";
import { startMariadb, type TestMariadb } from "../mariadb.ts";
import { engineIn, memorySecrets, newHome, runOne } from "../robustness/engine.ts";
import { type Stage, setStage } from "./approving.ts";
import { define } from "./lending.ts";
import { settings, startCollector } from "./stores.ts";

let stage: Stage;
let server: TestMariadb;
let root: Connection;
let collector: RunningCollector;

beforeAll(async () => {
  [stage, server] = await Promise.all([setStage(), startMariadb()]);
  const { host, port, user, password, database } = server;
  root = await mysql.createConnection({ host, port, user, password, database });
  await root.query("CREATE TABLE people AS SELECT 1 AS id, 'ada@example.org' AS email");
  collector = await startCollector(settings(stage.provider));
});
afterAll(async () => {
  await collector.stop();
  await root.end();
  await server.stop();
  await stage.provider.stop();
});

const accounts = async (): Promise<number> => {
  const [rows] = await root.query<RowDataPacket[]>("SELECT 1 FROM mysql.user WHERE User LIKE 'sluice\\_%'");
  return rows.length;
};

test("an account is lent to an agent for its work, judged and masked as ever, and goes with it", async () => {
  const { host, port, user, password, database } = server;
  const target = {
    name: "Shop",
    engine: "mysql",
    host,
    port,
    database,
    environment: "production",
    tls: "disable",
  };
  const lending = { kind: "mysql_user", privileges: ["SELECT"], role: null, mostConnections: 5 };
  const definition = { target, groups: ["developers"], lending, minutes: 15 };
  const order = { after: 0, definition, login: { user, password } };
  expect((await define(collector, stage.tokens.admin, "shop", order)).status).toBe(200);
  const secrets = memorySecrets();
  const { issuer, clientId } = stage.provider;
  const actor = { kind: "user", issuer, subject: "ada", name: "ada", groups: [] };
  const tokens = { accessToken: "a", idToken: stage.tokens.ada, expiresAt: Date.now() + 3_600_000 };
  await secrets.store("session", JSON.stringify({ kind: "user", issuer, clientId, ...tokens, actor }));
  const home = newHome();
  const engine = await engineIn(home, { secrets, issuer, clientId, collector: collector.url });
  const [profile] = await engine.listConnections();
  if (profile === undefined) throw new Error("The collector has no connection for ada.");
  const shown = await runOne(engine, profile, "SELECT CURRENT_USER() AS lent, email FROM people");
  if (shown.kind !== "rows") throw new Error(JSON.stringify(shown));
  expect(String(shown.first.rows[0]?.[0])).toMatch(/^sluice_[0-9a-f]{8}_[0-9a-f]{16}@%$/);
  expect(shown.first.rows[0]?.[1]).not.toBe("ada@example.org");
  expect(await runOne(engine, profile, "DELETE FROM people")).toMatchObject({ kind: "blocked" });
  expect(await accounts()).toBe(1);
  await engine.close();
  expect(await accounts()).toBe(0);
  fs.rmSync(home, { recursive: true, force: true });
});
