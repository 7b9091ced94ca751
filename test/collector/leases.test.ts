import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type CollectorSettings, readOptions } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import { openStore } from "../../collector/store/openStore.ts";
import type { CentralOrder } from "../../protocol/lease/centralConnection.ts";
import { leaseContext, leaseText } from "../../protocol/lease/lease.ts";
import { newSealingKey } from "../../protocol/node/sealedBox.ts";
import { newSigner } from "../audit/records.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { type Player, type Stage, setStage } from "./approving.ts";
import { call, TestDevice } from "./device.ts";
import { Borrower, define, leasesOf, roleDefinition } from "./lending.ts";
import { ownRecords } from "./ownRecords.ts";
import { enrolled, newFolder, onEachStore, settings, startCollector } from "./stores.ts";
import { verifyWholeLog } from "./verifyLog.ts";

/** A real collector lends roles of a real PostgreSQL, made by a login that is no superuser. */

const LENDER = { user: "lender", password: "lender's own password" };

let stage: Stage;
let server: TestPostgres;
let root: pg.Client;

beforeAll(async () => {
  [stage, server] = await Promise.all([setStage(), startPostgres()]);
  root = new pg.Client({ connectionString: server.connectionString });
  root.on("error", () => {});
  await root.connect();
  await root.query(
    `CREATE ROLE "shop reader"; CREATE ROLE writer; CREATE ROLE "a""b; DROP TABLE goods";
     CREATE ROLE maker CREATEROLE; CREATE ROLE giver; GRANT writer TO giver WITH ADMIN OPTION;
     CREATE ROLE lender LOGIN CREATEROLE PASSWORD 'lender''s own password';
     GRANT "shop reader", writer, maker, giver, "a""b; DROP TABLE goods" TO lender WITH ADMIN OPTION, INHERIT FALSE;
     CREATE TABLE goods AS SELECT 1 AS id;
     GRANT SELECT ON goods TO "shop reader", "a""b; DROP TABLE goods"; GRANT CREATE ON SCHEMA public TO writer`,
  );
  await root.query('CREATE DATABASE "odd ""name; --"');
});
afterAll(async () => {
  await root.end();
  await server.stop();
  await stage.provider.stop();
});

interface Found {
  readonly rolname: string;
  readonly rolcanlogin: boolean;
  readonly rolvaliduntil: Date | null;
  readonly rolconnlimit: number;
}
/** The roles that leases have made. */
const roles = async (): Promise<readonly Found[]> =>
  (
    await root.query<Found>(
      "SELECT rolname, rolcanlogin, rolvaliduntil, rolconnlimit FROM pg_roles WHERE rolname LIKE 'sluice\\_%'",
    )
  ).rows;

const as = async (login: { user: string; password: string }): Promise<pg.Client> => {
  const { host, port, database } = server;
  const client = new pg.Client({ host, port, database, ...login });
  client.on("error", () => {});
  await client.connect();
  return client;
};

const order = (changes: Partial<CentralOrder> = {}): CentralOrder => ({
  after: 0,
  definition: roleDefinition(server),
  login: LENDER,
  ...changes,
});

onEachStore((store) => {
  let told: CollectorSettings;
  let collector: RunningCollector;
  let ahead: number;
  const start = () => startCollector(told, { now: () => new Date(Date.now() + ahead) });
  const borrower = async (who: Player): Promise<Borrower> => {
    const device = await enrolled(collector, stage.tokens[who], who);
    expect((await device.send(collector.url)).status).toBe(200);
    return new Borrower(() => collector, stage.tokens[who], device);
  };
  const alerts = async () =>
    (
      await call<{ alerts: readonly { kind: string; what: string; seq: number }[] }>(
        "GET",
        `${collector.url}/v1/alerts`,
        stage.tokens.auditor,
      )
    ).body.alerts;
  const gone = () => vi.waitFor(async () => expect(await roles()).toEqual([]), { timeout: 15_000 });

  beforeEach(async () => {
    ahead = 0;
    told = settings(stage.provider, await store.fresh());
    collector = await start();
    expect((await define(collector, stage.tokens.admin, "shop", order())).status).toBe(200);
  });
  afterEach(async () => {
    await collector.stop();
    for (const { rolname } of await roles()) {
      await root.query(`DROP OWNED BY ${rolname}`);
      await root.query(`DROP ROLE ${rolname}`);
    }
  });

  test("a role of its own is lent, used, renewed and taken away; each is on record", async () => {
    const ada = await borrower("ada");
    const { id, login, answer } = await ada.lease("shop");
    expect(answer).toMatchObject({ seconds: 900, connection: { id: "shop", environment: "production" } });
    expect(login.user).toMatch(/^sluice_[0-9a-f]{8}_[0-9a-f]{16}$/);
    expect(Buffer.from(login.password, "base64url")).toHaveLength(24);
    const [role] = await roles();
    expect(role).toMatchObject({ rolname: login.user, rolcanlogin: true, rolconnlimit: 5 });
    const minutes = ((role?.rolvaliduntil?.getTime() ?? 0) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(13);
    expect(minutes).toBeLessThan(16);
    const session = await as(login);
    expect((await session.query("SELECT id FROM goods")).rows).toEqual([{ id: 1 }]);
    await session.query("BEGIN");

    const renewed = await ada.renew(id);
    expect(renewed.login.user).toBe(login.user);
    expect(renewed.login.password).not.toBe(login.password);
    await expect(as(login)).rejects.toMatchObject({ code: "28P01" });
    expect((await session.query("SELECT id FROM goods")).rows).toEqual([{ id: 1 }]);
    const second = await as(renewed.login);

    expect(await leasesOf(collector, ada.token, "mine")).toMatchObject([{ id, state: "open" }]);
    expect(await ada.end(id)).toMatchObject({ status: 200, body: { state: "ended", how: "returned" } });
    expect(await roles()).toEqual([]);
    for (const client of [session, second])
      await expect(client.query("SELECT 1")).rejects.toThrow(/terminat|not queryable/);
    await expect(as(renewed.login)).rejects.toMatchObject({ code: "28P01" });
    expect(await leasesOf(collector, ada.token, "mine")).toEqual([]);
    const kinds = (await ownRecords(told)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => /lease|connection/.test(kind))).toEqual([
      "connection_defined",
      "lease_opened",
      "lease_renewed",
      "lease_ended",
      "lease_cleared",
    ]);
    await verifyWholeLog(collector.url);
  });

  test("time ends it, and so does a restart after its time", async () => {
    const ada = await borrower("ada");
    const session = await as((await ada.lease("shop")).login);
    ahead = 16 * 60_000;
    await gone();
    await expect(session.query("SELECT 1")).rejects.toThrow(/terminat|not queryable/);
    ahead = 0;
    const later = await ada.lease("shop");
    await collector.stop();
    ahead = 16 * 60_000;
    collector = await start();
    await gone();
    // The role is gone a moment before that is written.
    await vi.waitFor(async () => {
      const [newest] = await leasesOf(collector, stage.tokens.auditor);
      expect(newest).toMatchObject({ id: later.id, state: "ended", how: "expired" });
    }, 30_000);
    expect(
      (await ada.send(`/v1/leases/${later.id}/renew`, ada.order(later.id, newSealingKey()))).status,
    ).toBe(409);
  });

  test("signing out, a device that is lost, a group that is taken out and a hand end it at once", async () => {
    const ada = await borrower("ada");
    const other = await borrower("ada");
    await ada.lease("shop");
    await ada.lease("shop");
    const kept = await other.lease("shop");
    expect(await ada.signOut()).toMatchObject({ status: 200, body: { ended: 2 } });
    expect((await roles()).map(({ rolname }) => rolname)).toEqual([kept.login.user]);

    const lost = `${collector.url}/v1/devices/${other.device.chain}/state`;
    await call("POST", lost, stage.tokens.admin, { state: "lost", reason: "left in a train" });
    await gone();
    expect(await other.refusal("shop")).toMatchObject({ status: 403, body: { code: "device-refused" } });

    const { id } = await ada.lease("shop");
    const definition = roleDefinition(server, { groups: ["sluice-dba"] });
    expect((await define(collector, stage.tokens.admin, "shop", { after: 1, definition })).status).toBe(200);
    await gone();
    expect(await ada.refusal("shop")).toMatchObject({ status: 404, body: { code: "not-found" } });
    expect((await leasesOf(collector, stage.tokens.auditor)).find((lease) => lease.id === id)).toMatchObject({
      how: "connection",
    });

    const dana = await borrower("dana");
    const danas = await dana.lease("shop");
    expect((await ada.end(danas.id)).status).toBe(404);
    expect(await dana.end(danas.id, stage.tokens.admin)).toMatchObject({
      status: 200,
      body: { state: "ended", how: "revoked" },
    });
    await dana.lease("shop");
    const removal = `${collector.url}/v1/connections/shop/remove`;
    expect((await call("POST", removal, stage.tokens.admin, { reason: "no longer used" })).status).toBe(200);
    await gone();
    expect((await dana.refusal("shop")).status).toBe(404);
    await verifyWholeLog(collector.url);
  });

  describe("who asks", () => {
    test("another group is answered as if there were none", async () => {
      const dana = await borrower("dana");
      const [refused, none] = [await dana.refusal("shop"), await dana.refusal("nothing")];
      expect(refused).toMatchObject({ status: 404, body: { code: "not-found" } });
      expect(refused.body).toEqual(none.body);
      const list = await call("GET", `${collector.url}/v1/connections`, dana.token);
      expect(list.body).toEqual({ connections: [] });
      const admin = await borrower("admin");
      expect((await admin.refusal("shop")).status).toBe(404);
      expect(await roles()).toEqual([]);
    });

    test("a token alone is lent nothing: the device signs, for this connection and this key", async () => {
      const ada = await borrower("ada");
      const path = "/v1/connections/shop/lease";
      const [key, another] = [newSealingKey(), newSealingKey()];
      const good = ada.order("shop", key);
      const thief = new TestDevice();
      const stolen = new Borrower(() => collector, ada.token, thief);
      for (const bad of [
        { ...good, signature: thief.signer.sign("anything") },
        { ...good, sealTo: another.publicKey },
        ada.order("another", key),
        ada.order("shop", key, { chain: thief.chain }),
        stolen.order("shop", key, { chain: ada.device.chain }),
        stolen.order("shop", key),
      ])
        expect([400, 404]).toContain((await ada.send(path, bad)).status);
      const omar = await borrower("omar");
      expect(await omar.send(path, ada.order("shop", key))).toMatchObject({
        status: 403,
        body: { code: "not-owner", action: expect.stringContaining("sluice login") },
      });
      const program = await stage.token({ sub: "ada", groups: ["developers"], act: { sub: "robot" } });
      const acting = new Borrower(() => collector, program, ada.device);
      expect((await acting.refusal("shop")).status).toBe(403);
      expect(await roles()).toEqual([]);
      expect((await ada.send(path, good)).status).toBe(200);
      expect(await roles()).toHaveLength(1);
    });

    test("who asks again, since the answer was lost, goes on with the same login; nobody else does", async () => {
      const ada = await borrower("ada");
      const key = newSealingKey();
      const ask = () => ada.sendOrder("shop", key);
      const [first, second] = [await ask(), await ask()];
      expect([first.status, second.status]).toEqual([200, 200]);
      expect(second.body.lease).toBe(first.body.lease);
      const logins = [first, second].map(({ body }): { user: string; password: string } =>
        JSON.parse(key.open(body.login, leaseContext(body.lease, key.publicKey))),
      );
      const [lost, kept] = logins;
      expect(kept?.user).toBe(lost?.user);
      if (lost === undefined || kept === undefined) throw new Error("Nothing was lent.");
      await expect(as(lost)).rejects.toMatchObject({ code: "28P01" });
      await (await as(kept)).end();
      expect(await roles()).toHaveLength(1);
      const omar = await borrower("omar");
      const elsewhere = await borrower("ada");
      for (const other of [omar, elsewhere]) expect((await other.sendOrder("shop", key)).status).toBe(409);
      const definition = roleDefinition(server);
      const another = order({
        definition: { ...definition, target: { ...definition.target, name: "Another" } },
      });
      expect((await define(collector, stage.tokens.admin, "another", another)).status).toBe(200);
      expect((await ada.sendOrder("another", key)).status).toBe(409);
      const kinds = (await ownRecords(told)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind.startsWith("lease_"))).toEqual(["lease_opened", "lease_renewed"]);
      expect((await ada.end(first.body.lease)).status).toBe(200);
      expect(await ask()).toMatchObject({ status: 409, body: { code: "already-decided" } });
      expect(await roles()).toEqual([]);
    });

    test("an order that is sent again and again makes its lease no longer: only the device does, by another", async () => {
      const ada = await borrower("ada");
      const key = newSealingKey();
      const first = await ada.sendOrder("shop", key);
      expect(first.body.seconds).toBe(15 * 60);
      ahead = 10 * 60_000;
      const again = await ada.sendOrder("shop", key);
      expect(again.status).toBe(200);
      expect(again.body.seconds).toBeGreaterThan(4 * 60);
      expect(again.body.seconds).toBeLessThanOrEqual(5 * 60);
      const [role] = await roles();
      expect(Math.ceil((role?.rolvaliduntil?.getTime() ?? 0) - Date.now())).toBeLessThanOrEqual(5 * 60_000);
      const renewed = await ada.renew(first.body.lease);
      expect(renewed.answer.seconds).toBe(15 * 60);
      ahead = 26 * 60_000;
      expect(await ada.sendOrder("shop", key)).toMatchObject({ status: 409 });
      await gone();
    });

    test("a device is lent nothing before its own records have introduced the key that asks", async () => {
      const device = await enrolled(collector, stage.tokens.ada, "ada");
      const ada = new Borrower(() => collector, stage.tokens.ada, device);
      expect((await ada.refusal("shop")).body.code).toBe("not-enrolled");
      await device.send(collector.url);
      // Whoever has the token alone can enrol a key of their own beside it, and is lent nothing by that either.
      const mine = newSigner();
      const { keys, name } = device.enrolment(collector.log, "ada", [mine]);
      const enrolling = `${collector.url}/v1/devices/${device.chain}`;
      expect((await call("PUT", enrolling, stage.tokens.ada, { keys, name })).status).toBe(200);
      const sealing = newSealingKey();
      const text = leaseText(collector.log, "shop", device.chain, sealing.publicKey);
      const order = ada.order("shop", sealing, { key: mine.keyId, signature: mine.sign(text) });
      const answer = await ada.send("/v1/connections/shop/lease", order);
      expect(answer.body.code).toBe("not-enrolled");
      expect(await roles()).toEqual([]);
      await ada.lease("shop");
    });

    test("the first login of a device is told to administrators, once", async () => {
      const ada = await borrower("ada");
      const told = async () => (await alerts()).filter(({ kind }) => kind === "new-device");
      const { id } = await ada.lease("shop");
      await ada.end(id);
      await ada.lease("shop");
      expect(await told()).toHaveLength(1);
      await (await borrower("omar")).lease("shop");
      expect(await told()).toHaveLength(2);
    });

    test("a connection for known devices is lent to those an administrator has confirmed, until they are not", async () => {
      const unknown = await borrower("omar");
      const before = await unknown.lease("shop");
      const known = order({ after: 1, definition: roleDefinition(server, { devices: "known" }) });
      expect((await define(collector, stage.tokens.admin, "shop", known)).status).toBe(200);
      await expect(unknown.renew(before.id)).rejects.toThrow("not-found");
      const ada = await borrower("ada");
      const device = `${collector.url}/v1/devices/${ada.device.chain}`;
      const confirm = (token: string, reason = "handed out on Monday") =>
        call("POST", `${device}/confirm`, token, { reason });
      expect((await ada.refusal("shop")).body).toMatchObject({ code: "forbidden" });
      expect((await confirm(stage.tokens.ada)).status).toBe(403);
      expect((await confirm(stage.tokens.admin, " ")).status).toBe(400);
      expect((await confirm(stage.tokens.admin)).status).toBe(200);
      await ada.lease("shop");
      expect((await ownRecords(told)).filter(({ kind }) => kind === "device_confirmed")).toMatchObject([
        { chain: ada.device.chain, reason: "handed out on Monday", actor: { subject: "admin" } },
      ]);
      const mark = (state: string) =>
        call("POST", `${device}/state`, stage.tokens.admin, { state, reason: "a test" });
      await mark("lost");
      await mark("active");
      expect((await ada.refusal("shop")).body).toMatchObject({ code: "forbidden" });
    });

    test("one person cannot take another's lease over, or end it", async () => {
      const [ada, omar] = [await borrower("ada"), await borrower("omar")];
      const { id } = await ada.lease("shop");
      await expect(omar.renew(id)).rejects.toThrow("not-found");
      expect((await omar.end(id)).status).toBe(404);
      const elsewhere = await borrower("ada");
      await expect(elsewhere.renew(id)).rejects.toThrow("not-found");
      expect(await leasesOf(collector, omar.token, "mine")).toEqual([]);
      expect((await call("GET", `${collector.url}/v1/leases?box=all`, omar.token)).status).toBe(403);
    });
  });

  describe("what is lent", () => {
    test("no role keeps access: it cannot make roles, or last longer, or give itself to others", async () => {
      const ada = await borrower("ada");
      const { id, login } = await ada.lease("shop");
      const session = await as(login);
      for (const attempt of [
        "CREATE ROLE backdoor LOGIN",
        `ALTER ROLE ${login.user} VALID UNTIL 'infinity'`,
        `ALTER ROLE ${login.user} CONNECTION LIMIT -1`,
        `ALTER ROLE ${login.user} CREATEROLE`,
        "SET ROLE lender",
        "SET SESSION AUTHORIZATION lender",
        'GRANT "shop reader" TO lender',
        "CREATE TABLE kept (id int)",
      ])
        await expect(session.query(attempt)).rejects.toMatchObject({ code: "42501" });
      // A password of its own choosing ends with the lease like any other.
      await session.query(`ALTER ROLE ${login.user} PASSWORD 'mine'`);
      const again = await as({ user: login.user, password: "mine" });
      await ada.end(id);
      await expect(again.query("SELECT 1")).rejects.toThrow(/terminat|not queryable/);
      await expect(as({ user: login.user, password: "mine" })).rejects.toMatchObject({ code: "28P01" });
    });

    for (const role of ["maker", "giver", "pg_execute_server_program"])
      test(`nothing is lent in the role ${role}, by which access could be kept`, async () => {
        if (role.startsWith("pg_")) await root.query(`GRANT ${role} TO lender WITH ADMIN OPTION`);
        const definition = roleDefinition(server, {
          lending: { kind: "postgres_role", roles: ["shop reader", role], mostConnections: 1 },
        });
        await define(collector, stage.tokens.admin, "shop", { after: 1, definition });
        const refused = await (await borrower("ada")).refusal("shop");
        expect(refused).toMatchObject({ status: 502, body: { code: "lease-failed" } });
        expect(refused.body.message).toContain(`"${role}"`);
        expect(await roles()).toEqual([]);
      });

    test("what a leased role owns is not lost: it is locked, told, and dropped once it owns nothing", async () => {
      const definition = roleDefinition(server, {
        lending: { kind: "postgres_role", roles: ["writer"], mostConnections: 2 },
      });
      await define(collector, stage.tokens.admin, "shop", { after: 1, definition });
      const ada = await borrower("ada");
      const { id, login } = await ada.lease("shop");
      const session = await as(login);
      await session.query("CREATE TABLE mine AS SELECT 7 AS seven");
      await session.query("CREATE TEMPORARY TABLE passing AS SELECT 1 AS one");
      expect(await ada.end(id)).toMatchObject({
        status: 200,
        body: { state: "locked", trouble: expect.stringContaining("owns") },
      });
      const [role] = await roles();
      expect(role).toMatchObject({ rolname: login.user, rolcanlogin: false });
      expect((await root.query("SELECT seven FROM mine")).rows).toEqual([{ seven: 7 }]);
      await expect(as(login)).rejects.toMatchObject({ code: expect.stringMatching(/^28/) });
      expect((await alerts()).filter(({ kind }) => kind === "lease")).toMatchObject([
        { what: expect.stringContaining("was locked and not dropped") },
      ]);
      await root.query("ALTER TABLE mine OWNER TO postgres");
      expect(await ada.end(id, stage.tokens.admin)).toMatchObject({ body: { state: "ended" } });
      expect((await root.query("SELECT seven FROM mine")).rows).toEqual([{ seven: 7 }]);
      await root.query("DROP TABLE mine");
      expect(await roles()).toEqual([]);
    });

    test("names are names, whatever stands in them", async () => {
      const definition = roleDefinition(
        { ...server, database: 'odd "name; --' },
        { lending: { kind: "postgres_role", roles: ['a"b; DROP TABLE goods'], mostConnections: 1 } },
      );
      await define(collector, stage.tokens.admin, "shop", { after: 1, definition });
      const ada = await borrower("ada");
      const { id, login } = await ada.lease("shop");
      const { rows } = await root.query<{ of: string }>(
        `SELECT g.rolname AS of FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
         JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = $1`,
        [login.user],
      );
      expect(rows).toEqual([{ of: 'a"b; DROP TABLE goods' }]);
      expect((await ada.end(id)).body).toMatchObject({ state: "ended" });
      expect((await root.query("SELECT id FROM goods")).rows).toHaveLength(1);
    });
  });

  describe("faults", () => {
    test("a database that is away is tried again until it is there, and an alert is raised once", async () => {
      const ada = await borrower("ada");
      const { id, login } = await ada.lease("shop");
      await root.query("ALTER ROLE lender NOLOGIN");
      expect(await ada.end(id)).toMatchObject({ status: 200, body: { state: "ending" } });
      expect((await leasesOf(collector, ada.token, "mine"))[0]?.trouble).toContain("refuses");
      ahead = 60_000;
      const newest = async () => (await leasesOf(collector, ada.token, "mine"))[0];
      await vi.waitFor(async () => expect((await newest())?.tries).toBeGreaterThan(1), { timeout: 15_000 });
      expect((await alerts()).filter(({ kind }) => kind === "lease")).toHaveLength(1);
      expect((await roles()).map(({ rolname }) => rolname)).toEqual([login.user]);
      expect((await ada.refusal("shop")).body).toMatchObject({ code: "lease-failed" });
      await root.query("ALTER ROLE lender LOGIN");
      ahead = 20 * 60_000;
      await gone();
      await vi.waitFor(async () => expect(await leasesOf(collector, ada.token, "mine")).toEqual([]), 30_000);
    });

    test("a login that was changed meanwhile is the one that takes accounts away", async () => {
      const ada = await borrower("ada");
      const { id } = await ada.lease("shop");
      await root.query("ALTER ROLE lender PASSWORD 'another'");
      const login = { user: "lender", password: "another" };
      const { status } = await define(collector, stage.tokens.admin, "shop", order({ after: 1, login }));
      expect(status).toBe(200);
      expect(await ada.end(id)).toMatchObject({ body: { state: "ended" } });
      await root.query("ALTER ROLE lender PASSWORD 'lender''s own password'");
    });

    test("a role the store knows nothing of is found and dropped; another collector's is left alone", async () => {
      const ada = await borrower("ada");
      const { id, login } = await ada.lease("shop");
      await ada.end(id);
      // As after a restored backup: the role is there, and the lease is over or forgotten.
      await root.query("SET ROLE lender");
      const forgotten = login.user.replace(/[0-9a-f]{16}$/, "0123456789abcdef");
      const others = "sluice_00000000_0123456789abcdef";
      for (const name of [login.user, forgotten, others]) await root.query(`CREATE ROLE ${name} LOGIN`);
      await root.query("RESET ROLE");
      await collector.stop();
      collector = await start();
      await vi.waitFor(async () => expect((await roles()).map(({ rolname }) => rolname)).toEqual([others]), {
        timeout: 15_000,
      });
      const last = (await ownRecords(told)).at(-1);
      expect(last).toMatchObject({ kind: "lease_cleared", result: "dropped" });
    });

    test("a login is not sent to a server that is named later", async () => {
      const definition = roleDefinition({ ...server, port: server.port + 1 });
      expect(await define(collector, stage.tokens.admin, "shop", { after: 1, definition })).toMatchObject({
        status: 400,
      });
    });
  });

  test("a connection that is taken away ends every login of it, however many were lent", async () => {
    const lending = { kind: "static" } as const;
    const definition = roleDefinition(server, { lending });
    expect(
      (await define(collector, stage.tokens.admin, "shop", order({ after: 1, definition }))).status,
    ).toBe(200);
    const { id } = await (await borrower("ada")).lease("shop");
    const others = await openStore(readOptions(told));
    await others.commit(async ({ connections }) => {
      const lease = await connections.lease(id);
      for (let more = 0; lease !== null && more < 1_100; more += 1)
        await connections.putLease({ ...lease, id: more.toString(16).padStart(32, "0") }, null);
    });
    await others.close();
    const { status } = await call("POST", `${collector.url}/v1/connections/shop/remove`, stage.tokens.admin, {
      reason: "a test",
    });
    expect(status).toBe(200);
    const ended = (await ownRecords(told)).filter(({ kind }) => kind === "lease_ended");
    expect(ended).toHaveLength(1_101);
  });

  test("nothing that is written or answered holds a secret", async () => {
    const ada = await borrower("ada");
    const { id, login } = await ada.lease("shop");
    const shared = { user: "everybody", password: "a static pass-word" };
    const lending = { kind: "static" } as const;
    const target = { ...roleDefinition(server).target, name: "Old shop" };
    await define(collector, stage.tokens.admin, "old-shop", {
      after: 0,
      definition: roleDefinition(server, { target, lending }),
      login: shared,
    });
    const lent = await ada.lease("old-shop");
    expect(lent.login).toEqual(shared);
    expect(await ada.end(lent.id)).toMatchObject({ body: { state: "ended" } });
    const paths = ["/v1/connections", "/v1/connections/all", "/v1/leases?box=all", "/v1/search?limit=500"];
    const answers = await Promise.all(
      [stage.tokens.admin, stage.tokens.auditor, ada.token].flatMap((token) =>
        paths.map(async (at) => JSON.stringify(await call("GET", `${collector.url}${at}`, token))),
      ),
    );
    await ada.end(id);
    const files = fs
      .readdirSync(told.data, { recursive: true, encoding: "utf8" })
      .map((name) => path.join(told.data, name))
      .filter((name) => fs.statSync(name).isFile())
      .map((name) => fs.readFileSync(name, "latin1"));
    const rows = told.database === undefined ? [] : [await dumped(told.database)];
    for (const secret of [LENDER.password, shared.password, login.password])
      for (const text of [...answers, ...files, ...rows]) expect(text.includes(secret)).toBe(false);
    expect(fs.statSync(path.join(told.data, "secrets.key")).mode & 0o777).toBe(0o600);
  });
});

/** Every row of every table, as text. */
async function dumped(database: string): Promise<string> {
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'",
  );
  const texts: string[] = [];
  for (const { name } of tables)
    texts.push(JSON.stringify((await client.query(`SELECT t::text FROM ${name} t`)).rows));
  await client.end();
  return texts.join("\n");
}

test("a key beside the store that others can read, or that is another, opens nothing", async () => {
  const told = settings(stage.provider);
  let collector = await startCollector(told);
  await define(collector, stage.tokens.admin, "shop", order());
  const key = path.join(told.data, "secrets.key");
  const kept = fs.readFileSync(key);
  await collector.stop();
  fs.rmSync(key);
  collector = await startCollector(told);
  const device = await enrolled(collector, stage.tokens.ada, "ada");
  await device.send(collector.url);
  const ada = new Borrower(() => collector, stage.tokens.ada, device);
  expect((await ada.refusal("shop")).status).toBe(503);
  expect(fs.existsSync(key)).toBe(false);
  const second = {
    ...order(),
    definition: roleDefinition(server, { target: { ...roleDefinition(server).target, name: "Two" } }),
  };
  expect(await define(collector, stage.tokens.admin, "two", second)).toMatchObject({ status: 409 });
  fs.writeFileSync(key, kept, { mode: 0o600 });
  const { id } = await ada.lease("shop");
  expect((await ada.end(id)).body).toMatchObject({ state: "ended" });
  await collector.stop();
  fs.chmodSync(key, 0o644);
  collector = await startCollector(told);
  expect((await ada.refusal("shop")).status).toBe(503);
  await collector.stop();
});

test("two collectors over one database: either ends what the other lent, once", async () => {
  const store = await startPostgres();
  const told = settings(stage.provider, { database: store.connectionString });
  const one = await startCollector(told);
  await define(one, stage.tokens.admin, "shop", order());
  const data = newFolder();
  for (const key of ["log.key", "chain.key", "secrets.key"])
    fs.copyFileSync(path.join(told.data, key), path.join(data, key));
  const two = await startCollector({ ...told, data });
  const device = await enrolled(one, stage.tokens.ada, "ada");
  await device.send(one.url);
  const [here, there] = [one, two].map((each) => new Borrower(() => each, stage.tokens.ada, device));
  if (here === undefined || there === undefined) throw new Error("They did not start.");
  const lent = await Promise.all(
    Array.from({ length: 6 }, (_, count) => (count % 2 ? here : there).lease("shop")),
  );
  expect(await roles()).toHaveLength(6);
  const ended = await Promise.all(lent.flatMap(({ id }) => [here.end(id), there.end(id)]));
  expect(ended.map(({ status }) => status)).toEqual(Array(12).fill(200));
  await vi.waitFor(async () => expect(await roles()).toEqual([]), { timeout: 15_000 });
  const kinds = (await ownRecords(told)).map(({ kind }) => kind);
  for (const kind of ["lease_opened", "lease_ended", "lease_cleared"])
    expect(kinds.filter((each) => each === kind)).toHaveLength(6);
  await Promise.all([one.stop(), two.stop()]);
  await store.stop();
});
