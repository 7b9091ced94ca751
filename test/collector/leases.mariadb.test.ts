import mysql, { type Connection, type RowDataPacket } from "mysql2/promise";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { CollectorSettings } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { CentralDefinition, Lending } from "../../protocol/lease/centralConnection.ts";
import { startMariadb, type TestMariadb } from "../mariadb.ts";
import { type Stage, setStage } from "./approving.ts";
import { call } from "./device.ts";
import { Borrower, define, leasesOf } from "./lending.ts";
import { enrolled, settings, startCollector } from "./stores.ts";

/** A real collector lends accounts of a real MariaDB, made by a login that may do that and little more. */

const LENDER = { user: "lender", password: "lender's own password" };
const DATABASE = "sh`op_%";

let stage: Stage;
let server: TestMariadb;
let root: Connection;

beforeAll(async () => {
  [stage, server] = await Promise.all([setStage(), startMariadb()]);
  const { host, port, user, password } = server;
  root = await mysql.createConnection({ host, port, user, password });
  for (const text of [
    "CREATE DATABASE `sh``op_%`",
    "CREATE DATABASE `sh``opxy`",
    "CREATE TABLE `sh``op_%`.goods AS SELECT 1 AS id",
    "CREATE TABLE `sh``opxy`.secrets AS SELECT 2 AS id",
    "CREATE ROLE clerk",
    "GRANT SELECT, INSERT ON `sh``op\\_\\%`.* TO clerk",
    "CREATE ROLE boss",
    "GRANT CREATE USER ON *.* TO boss",
    `CREATE USER lender@'%' IDENTIFIED BY 'lender''s own password'`,
    "GRANT CREATE USER, PROCESS, CONNECTION ADMIN ON *.* TO lender@'%'",
    "GRANT SELECT, UPDATE ON mysql.* TO lender@'%'",
    "GRANT SELECT, INSERT, UPDATE, CREATE ON `sh``op\\_\\%`.* TO lender@'%' WITH GRANT OPTION",
    "GRANT clerk TO lender@'%' WITH ADMIN OPTION",
    "GRANT boss TO lender@'%' WITH ADMIN OPTION",
    "CREATE USER blind@'%' IDENTIFIED BY 'blind'",
    "GRANT CREATE USER ON *.* TO blind@'%'",
  ])
    await root.query(text);
});
afterAll(async () => {
  await root.end();
  await server.stop();
  await stage.provider.stop();
});

const accounts = async (): Promise<readonly string[]> => {
  const [rows] = await root.query<RowDataPacket[]>(
    "SELECT User AS name FROM mysql.user WHERE User LIKE 'sluice\\_%'",
  );
  return rows.map(({ name }) => String(name));
};

/** How long its password lasts by the server's own clock. */
const passwordDays = async (user: string): Promise<number> => {
  const [rows] = await root.query<RowDataPacket[]>(
    "SELECT JSON_VALUE(Priv, '$.password_lifetime') AS days FROM mysql.global_priv WHERE User = ?",
    [user],
  );
  return Number(rows[0]?.days);
};

const as = async (login: { user: string; password: string }): Promise<Connection> => {
  const { host, port } = server;
  const connection = await mysql.createConnection({ host, port, database: DATABASE, ...login });
  connection.on("error", () => {});
  return connection;
};

const READ: Lending = { kind: "mysql_user", privileges: ["SELECT"], role: null, mostConnections: 3 };

let told: CollectorSettings;
let collector: RunningCollector;
const start = () => startCollector(told, { now: () => new Date(Date.now() + ahead) });
let ahead = 0;
let ada: Borrower;
let version = 0;

const definition = (lending: Lending): CentralDefinition => ({
  target: {
    name: "Shop",
    engine: "mysql",
    host: server.host,
    port: server.port,
    database: DATABASE,
    environment: "production",
    tls: "disable",
  },
  groups: ["developers"],
  lending,
  minutes: 15,
});
async function lend(lending: Lending, login = LENDER): Promise<void> {
  const order = { after: version, definition: definition(lending), login };
  const answer = await define(collector, stage.tokens.admin, "shop", order);
  expect(answer.status).toBe(200);
  version = answer.body.version;
}

beforeEach(async () => {
  [ahead, version] = [0, 0];
  told = settings(stage.provider);
  collector = await start();
  const device = await enrolled(collector, stage.tokens.ada, "ada");
  await device.send(collector.url);
  ada = new Borrower(() => collector, stage.tokens.ada, device);
  await lend(READ);
});
afterEach(async () => {
  await collector.stop();
  for (const name of await accounts()) await root.query(`DROP USER '${name}'@'%'`);
});

test("an account of its own is lent, used, renewed and taken away with its sessions", async () => {
  const { id, login } = await ada.lease("shop");
  const session = await as(login);
  expect((await session.query("SELECT id FROM goods"))[0]).toEqual([{ id: 1 }]);
  await expect(session.query("INSERT INTO goods VALUES (2)")).rejects.toMatchObject({
    code: "ER_TABLEACCESS_DENIED_ERROR",
  });
  await session.beginTransaction();
  const renewed = await ada.renew(id);
  expect(renewed.login.user).toBe(login.user);
  await expect(as(login)).rejects.toMatchObject({ code: "ER_ACCESS_DENIED_ERROR" });
  expect((await session.query("SELECT id FROM goods"))[0]).toEqual([{ id: 1 }]);
  await (await as(renewed.login)).query("SELECT 1");
  expect(await passwordDays(login.user)).toBe(1);
  expect(await ada.end(id)).toMatchObject({ status: 200, body: { state: "ended" } });
  expect(await accounts()).toEqual([]);
  await expect(session.query("SELECT 1")).rejects.toThrow();
  await expect(as(renewed.login)).rejects.toMatchObject({ code: "ER_ACCESS_DENIED_ERROR" });
});

test("the server has no time for it, so the collector ends it", async () => {
  const { login } = await ada.lease("shop");
  const session = await as(login);
  ahead = 16 * 60_000;
  await vi.waitFor(async () => expect(await accounts()).toEqual([]), { timeout: 15_000 });
  await expect(session.query("SELECT 1")).rejects.toThrow();
  await vi.waitFor(
    async () =>
      expect((await leasesOf(collector, stage.tokens.auditor))[0]).toMatchObject({
        state: "ended",
        how: "expired",
      }),
    30_000,
  );
});

test("a database whose name holds wildcards is that one database", async () => {
  const { login } = await ada.lease("shop");
  const session = await as(login);
  await expect(session.query("SELECT id FROM `sh``opxy`.secrets")).rejects.toMatchObject({
    code: "ER_TABLEACCESS_DENIED_ERROR",
  });
});

test("it cannot make accounts, or give its rights away, or stay by a password of its own", async () => {
  await lend({ ...READ, role: "clerk", privileges: [] });
  const { id, login } = await ada.lease("shop");
  const session = await as(login);
  await session.query("INSERT INTO goods VALUES (2)");
  for (const attempt of [
    "CREATE USER backdoor",
    "GRANT SELECT ON `sh``op\\_\\%`.* TO lender@'%'",
    "GRANT clerk TO lender@'%'",
    "SET ROLE boss",
    `ALTER USER '${login.user}'@'%' WITH MAX_USER_CONNECTIONS 0`,
    "SELECT * FROM mysql.user",
  ])
    await expect(session.query(attempt)).rejects.toMatchObject({ errno: expect.any(Number) });
  await session.query("SET PASSWORD = PASSWORD('mine')");
  const again = await as({ user: login.user, password: "mine" });
  await ada.end(id);
  await expect(again.query("SELECT 1")).rejects.toThrow();
  await expect(as({ user: login.user, password: "mine" })).rejects.toMatchObject({
    code: "ER_ACCESS_DENIED_ERROR",
  });
  await root.query("DELETE FROM `sh``op_%`.goods WHERE id = 2");
});

test("nothing is lent in a role that may make users, nor by a login that sees no sessions", async () => {
  await lend({ ...READ, role: "boss" });
  expect(await ada.refusal("shop")).toMatchObject({
    status: 502,
    body: { code: "lease-failed", message: expect.stringContaining('"boss"') },
  });
  await vi.waitFor(async () => expect(await accounts()).toEqual([]), { timeout: 15_000 });
  await lend(READ, { user: "blind", password: "blind" });
  expect((await ada.refusal("shop")).body.message).toContain("may not see the sessions");
  expect(await accounts()).toEqual([]);
});

test("views that run in its name are not broken: it is locked, and told", async () => {
  const { id, login } = await ada.lease("shop");
  await root.query(
    `CREATE DEFINER = '${login.user}'@'%' VIEW \`sh\`\`op_%\`.seen AS SELECT id FROM \`sh\`\`op_%\`.goods`,
  );
  expect(await ada.end(id)).toMatchObject({
    body: { state: "locked", trouble: expect.stringContaining("run in its name") },
  });
  await expect(as(login)).rejects.toThrow("this account is locked");
  const { body } = await call<{ alerts: readonly { kind: string }[] }>(
    "GET",
    `${collector.url}/v1/alerts`,
    stage.tokens.auditor,
  );
  expect(body.alerts.filter(({ kind }) => kind === "lease")).toHaveLength(1);
  await root.query("DROP VIEW `sh``op_%`.seen");
  expect(await ada.end(id, stage.tokens.admin)).toMatchObject({ body: { state: "ended" } });
  expect(await accounts()).toEqual([]);
});

test("an account the store knows nothing of is found and dropped", async () => {
  const { id, login } = await ada.lease("shop");
  await ada.end(id);
  const forgotten = login.user.replace(/[0-9a-f]{16}$/, "0123456789abcdef");
  const others = "sluice_00000000_0123456789abcdef";
  for (const name of [login.user, forgotten, others]) await root.query(`CREATE USER '${name}'@'%'`);
  await collector.stop();
  collector = await start();
  await vi.waitFor(async () => expect(await accounts()).toEqual([others]), { timeout: 15_000 });
});
