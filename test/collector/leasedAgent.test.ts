import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Clocks, MACHINE_CLOCKS } from "../../agent/clocks.ts";
import type { Engine } from "../../agent/engine.ts";
import type { Governed } from "../../agent/govern.ts";
import type { SecretStore } from "../../agent/identity/secretStore.ts";
import type { CollectorSettings } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId, sessionId } from "../../protocol/ids.ts";
import type { LeaseView } from "../../protocol/lease/lease.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, memorySecrets, newHome, problemTold } from "../robustness/engine.ts";
import { type Player, type Stage, setStage } from "./approving.ts";
import { call } from "./device.ts";
import { define, leasesOf, roleDefinition } from "./lending.ts";
import { ownRecords } from "./ownRecords.ts";
import { onEachStore, settings, startCollector } from "./stores.ts";

/** A real agent works on a real database by logins that a real collector lends it. */

let stage: Stage;
let server: TestPostgres;
let root: pg.Client;

beforeAll(async () => {
  [stage, server] = await Promise.all([setStage(), startPostgres()]);
  root = new pg.Client({ connectionString: server.connectionString });
  await root.connect();
  await root.query(
    `CREATE ROLE "shop reader"; CREATE TABLE goods AS SELECT n AS id FROM generate_series(1, 3) n;
     GRANT SELECT ON goods TO "shop reader"; ANALYZE`,
  );
});
afterAll(async () => {
  await root.end();
  await server.stop();
  await stage.provider.stop();
});

const roles = async (): Promise<readonly { name: string; password: string }[]> =>
  (
    await root.query<{ name: string; password: string }>(
      "SELECT rolname AS name, rolpassword AS password FROM pg_authid WHERE rolname LIKE 'sluice\\_%'",
    )
  ).rows;

/** Stands between an agent and its collector: can shorten what is lent, and can be away. */
class Between {
  readonly #server: http.Server;
  #url = "";
  to = "";
  seconds: number | null = null;
  /** Answers to so many more orders for a login are lost on the way. */
  losing = 0;
  /** Everything that was lent through here, as it travelled. */
  readonly travelled: string[] = [];

  constructor() {
    this.#server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => void this.#forward(request, Buffer.concat(chunks), response));
    });
  }

  get url(): string {
    return this.#url;
  }

  async start(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    const address = this.#server.address();
    this.#url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #forward(request: http.IncomingMessage, body: Buffer, response: http.ServerResponse): Promise<void> {
    const { host: _host, connection: _connection, "content-length": _length, ...headers } = request.headers;
    const answer = await fetch(`${this.to}${request.url}`, {
      method: request.method ?? "GET",
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
      ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
    }).catch(() => null);
    if (answer === null) return void response.destroy();
    let text = await answer.text();
    if (this.losing > 0 && /\/lease$/.test(request.url ?? "")) {
      this.losing -= 1;
      return void response.destroy();
    }
    if (/\/(lease|renew)$/.test(request.url ?? "")) {
      this.travelled.push(text);
      if (answer.ok && this.seconds !== null)
        text = JSON.stringify({ ...JSON.parse(text), seconds: this.seconds });
    }
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
    response.end(text);
  }
}

onEachStore((store) => {
  let told: CollectorSettings;
  let collector: RunningCollector;
  let between: Between;
  const homes: string[] = [];
  const engines: Engine[] = [];
  const home = (): string => {
    homes.push(newHome());
    return homes.at(-1) ?? "";
  };

  beforeEach(async () => {
    told = settings(stage.provider, await store.fresh());
    collector = await startCollector(told);
    between = new Between();
    between.to = collector.url;
    await between.start();
    const order = {
      after: 0,
      definition: roleDefinition(server),
      login: { user: server.user, password: server.password },
    };
    expect((await define(collector, stage.tokens.admin, "shop", order)).status).toBe(200);
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.close();
    for (const folder of homes.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
    await between.stop();
    await collector.stop();
    for (const { name } of await roles()) await root.query(`DROP OWNED BY ${name}; DROP ROLE ${name}`);
  });

  /** An agent on a machine where this person is signed in. */
  async function engineOf(
    who: Player,
    folder = home(),
    secrets: SecretStore = memorySecrets(),
    clocks: Clocks = MACHINE_CLOCKS,
  ): Promise<Engine> {
    const { issuer, clientId } = stage.provider;
    const session = {
      kind: "user",
      issuer,
      clientId,
      accessToken: "a",
      idToken: stage.tokens[who],
      expiresAt: Date.now() + 3_600_000,
      actor: { kind: "user", issuer, subject: who, name: who, groups: [] },
    };
    await secrets.store("session", JSON.stringify(session));
    const engine = await engineIn(folder, { secrets, issuer, clientId, collector: between.url, clocks });
    engines.push(engine);
    return engine;
  }
  async function shop(engine: Engine): Promise<ConnectionProfile> {
    const [profile, ...more] = await engine.listConnections();
    if (profile === undefined || more.length > 0) throw new Error("One connection was expected.");
    return profile;
  }
  async function run(
    engine: Engine,
    connection: ConnectionProfile,
    text: string,
    session = "test",
  ): Promise<Governed> {
    const statements = engine.run({
      sessionId: sessionId(session),
      connection,
      text,
      client: { kind: "cli", session },
      purpose: undefined,
      pageRows: 100,
      maxCellLength: 1_000,
      signal: new AbortController().signal,
      keepGoing: false,
    });
    for await (const { governed } of statements) return governed;
    throw new Error("Nothing ran.");
  }
  async function cell(engine: Engine, connection: ConnectionProfile, text: string, session?: string) {
    const governed = await run(engine, connection, text, session);
    if (governed.kind !== "rows") throw new Error(JSON.stringify(governed));
    await governed.rest.close();
    return governed.first.rows[0]?.[0];
  }

  test("a login is lent at the first use, renewed behind an open transaction, and given back", async () => {
    const engine = await engineOf("ada");
    const profile = await shop(engine);
    expect(profile).toMatchObject({
      id: "collector:shop",
      name: "Shop",
      environment: "production",
      user: "",
    });
    expect(engine.findConnection("shop")).toEqual(profile);
    expect(await roles()).toEqual([]);
    between.seconds = 12;
    expect(await cell(engine, profile, "SELECT count(*) FROM goods")).toBe("3");
    const [first] = await roles();
    expect(await run(engine, profile, "BEGIN")).toMatchObject({ kind: "done" });
    const pid = await cell(engine, profile, "SELECT pg_backend_pid()");
    await vi.waitFor(async () => expect((await roles())[0]?.password).not.toBe(first?.password), {
      timeout: 15_000,
    });
    expect(await cell(engine, profile, "SELECT pg_backend_pid()")).toBe(pid);
    expect(await cell(engine, profile, "SELECT current_user", "another")).toBe(first?.name);
    expect(await cell(engine, profile, "SELECT count(*) FROM goods")).toBe("3");
    expect(await run(engine, profile, "COMMIT")).toMatchObject({ kind: "done" });
    const kinds = (await ownRecords(told)).map(({ kind }) => kind);
    expect(kinds).toContain("lease_renewed");
    await engine.close();
    expect(await roles()).toEqual([]);
    expect((await leasesOf(collector, stage.tokens.auditor))[0]).toMatchObject({ how: "returned" });
  });

  test("signing out gives back what every process of this machine holds", async () => {
    const [folder, secrets] = [home(), memorySecrets()];
    const [one, two] = [await engineOf("ada", folder, secrets), await engineOf("ada", folder, secrets)];
    const profile = await shop(one);
    await shop(two);
    for (const engine of [one, two]) await cell(engine, profile, "SELECT count(*) FROM goods");
    expect(await roles()).toHaveLength(2);
    expect(fs.existsSync(path.join(folder, "collector/connections.json"))).toBe(true);
    await one.rooms.identity.signOut();
    expect(await roles()).toEqual([]);
    expect((await leasesOf(collector, stage.tokens.auditor)).map(({ how }) => how)).toEqual([
      "signed_out",
      "signed_out",
    ]);
    expect(fs.existsSync(path.join(folder, "collector/connections.json"))).toBe(false);
    expect(await one.listConnections()).toEqual([]);
    expect(() => one.connection("collector:shop")).toThrow("There is no connection");
    expect(await problemTold(run(one, profile, "SELECT 1"))).toMatchObject({ code: "not-signed-in" });
  });

  test("a collector that is away: what was lent goes on, and nothing else is lent", async () => {
    const engine = await engineOf("ada");
    const profile = await shop(engine);
    await cell(engine, profile, "SELECT count(*) FROM goods");
    const folder = home();
    const late = await engineOf("ada", folder);
    await shop(late);
    await late.rooms.sync?.now();
    await late.rooms.inForce?.refresh();
    const port = Number(new URL(between.url).port);
    await between.stop();
    expect(await cell(engine, profile, "SELECT count(*) FROM goods", "a new session")).toBe("3");
    const described = await shop(late);
    expect(described).toEqual(profile);
    const problem = await problemTold(run(late, described, "SELECT count(*) FROM goods"));
    expect(problem.code).toBe("lease-collector-away");
    expect(problem.message).toContain('The login for "Shop" is lent by the collector');
    await between.start(port);
    expect(await cell(late, described, "SELECT count(*) FROM goods")).toBe("3");
  });

  test("who took a login away, when and why is told to who works on it, and to nobody else", async () => {
    const engine = await engineOf("ada");
    const profile = await shop(engine);
    await cell(engine, profile, "SELECT count(*) FROM goods");
    const holder = new pg.Client({ connectionString: server.connectionString });
    await holder.connect();
    await holder.query("BEGIN; LOCK TABLE goods");
    const running = run(engine, profile, "SELECT count(*) FROM goods");
    await vi.waitFor(async () => {
      const waiting = await root.query(
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename LIKE 'sluice%'",
      );
      expect(waiting.rows).toHaveLength(1);
    }, 30_000);
    const leases = (await leasesOf(collector, stage.tokens.auditor)).filter(({ state }) => state === "open");
    const [{ id } = { id: "" }] = leases;
    const reason = "the migration begins";
    await call("POST", `${collector.url}/v1/leases/${id}/end`, stage.tokens.admin, { reason });
    const { body: view } = await call<LeaseView>("GET", `${collector.url}/v1/leases/${id}`, stage.tokens.ada);
    expect(view).toMatchObject({ how: "revoked", ended: { by: expect.stringContaining("admin"), reason } });
    const governed = await running;
    await holder.end();
    if (governed.kind !== "failed") throw new Error(governed.kind);
    expect(governed.problem.code).toBe("connection-lost");
    expect(governed.problem.message).toContain(
      `${view.ended?.by} took the login for "Shop" away at ${view.ended?.at}: the migration begins.`,
    );
    expect((await call("GET", `${collector.url}/v1/leases/${id}`, stage.tokens.omar)).status).toBe(404);
  });

  test("the device tells of each login it took up, before anything runs on it, and that is heard", async () => {
    const engine = await engineOf("ada");
    const profile = await shop(engine);
    await cell(engine, profile, "SELECT count(*) FROM goods");
    const records = engine.rooms.ledger
      .sealedAfter(0, 1_000, Number.POSITIVE_INFINITY)
      .map(({ canonical }) => JSON.parse(canonical).body);
    const [lease] = await leasesOf(collector, stage.tokens.auditor);
    const kinds = records.map(({ kind }) => kind);
    expect(records.filter(({ kind }) => kind === "login_lent")).toMatchObject([
      { lease: lease?.id, connection: { name: "Shop", environment: "production" } },
    ]);
    expect(await engine.rooms.sync?.now()).toMatchObject({ kind: "synced" });
    expect(kinds).toContain("intent");
  });

  test("each statement is on record with the lease of the login it ran with, also behind a renewal", async () => {
    const engine = await engineOf("ada");
    const profile = await shop(engine);
    between.seconds = 6;
    await cell(engine, profile, "SELECT count(*) FROM goods");
    await run(engine, profile, "SELECT no FROM goods", "refused or failed");
    await vi.waitFor(
      async () => expect((await ownRecords(told)).map(({ kind }) => kind)).toContain("lease_renewed"),
      { timeout: 15_000 },
    );
    await cell(engine, profile, "SELECT count(*) FROM goods", "after it");
    const [lease] = await leasesOf(collector, stage.tokens.auditor);
    await call("POST", `${collector.url}/v1/leases/${lease?.id}/end`, stage.tokens.admin, { reason: "over" });
    await cell(engine, profile, "SELECT count(*) FROM goods", "under the next");
    const [next] = await leasesOf(collector, stage.tokens.auditor);
    expect(next?.id).not.toBe(lease?.id);
    const records = engine.rooms.ledger
      .sealedAfter(0, 1_000, Number.POSITIVE_INFINITY)
      .map(({ canonical }) => JSON.parse(canonical).body);
    const intents = records.filter(({ kind }) => kind === "intent");
    expect(intents.at(-1).lease).toBe(next?.id);
    expect(new Set(intents.slice(0, -1).map((body) => body.lease))).toEqual(new Set([lease?.id]));
    expect(records.filter(({ kind }) => kind === "refused").some((body) => "lease" in body)).toBe(false);
    expect(await engine.verifyLedger()).toMatchObject({ kind: "intact" });
    expect(await engine.rooms.sync?.now()).toMatchObject({ kind: "synced" });
    const { body } = await call<{ alerts: readonly { kind: string }[] }>(
      "GET",
      `${collector.url}/v1/alerts`,
      stage.tokens.auditor,
    );
    expect(body.alerts.map(({ kind }) => kind)).toEqual(["new-device"]);
  });

  test("a session whose lease is over is not worked in, though the server would let it", async () => {
    const definition = roleDefinition(server, { lending: { kind: "static" } });
    const login = { user: server.user, password: server.password };
    const order = { after: 1, definition, login };
    expect((await define(collector, stage.tokens.admin, "shop", order)).status).toBe(200);
    const engine = await engineOf("ada");
    const profile = await shop(engine);
    between.seconds = 8;
    const pid = await cell(engine, profile, "SELECT pg_backend_pid()");
    expect(await cell(engine, profile, "SELECT pg_backend_pid()")).toBe(pid);
    const [lease] = await leasesOf(collector, stage.tokens.auditor);
    await call("POST", `${collector.url}/v1/leases/${lease?.id}/end`, stage.tokens.admin, { reason: "over" });
    between.seconds = null;
    // It is not renewed any more, which its own agent notices when its time is over.
    await vi.waitFor(
      async () => expect(await cell(engine, profile, "SELECT pg_backend_pid()")).not.toBe(pid),
      { timeout: 30_000, interval: 1_000 },
    );
    expect(await leasesOf(collector, stage.tokens.auditor)).toHaveLength(2);
  });

  test("a machine that slept past the end of a lease works in no session of it, though one of its clocks stood still", async () => {
    const definition = roleDefinition(server, { lending: { kind: "static" } });
    const login = { user: server.user, password: server.password };
    const order = { after: 1, definition, login };
    expect((await define(collector, stage.tokens.admin, "shop", order)).status).toBe(200);
    let slept = 0;
    const clocks = { wall: () => Date.now() + slept, monotonic: () => performance.now() };
    const engine = await engineOf("ada", home(), memorySecrets(), clocks);
    const profile = await shop(engine);
    const pid = await cell(engine, profile, "SELECT pg_backend_pid()");
    const [lease] = await leasesOf(collector, stage.tokens.auditor);
    await call("POST", `${collector.url}/v1/leases/${lease?.id}/end`, stage.tokens.admin, { reason: "over" });
    slept = 14 * 60_000;
    expect(await cell(engine, profile, "SELECT pg_backend_pid()")).toBe(pid);
    slept = 16 * 60_000;
    expect(await cell(engine, profile, "SELECT pg_backend_pid()")).not.toBe(pid);
    const intents = engine.rooms.ledger
      .sealedAfter(0, 1_000, Number.POSITIVE_INFINITY)
      .map(({ canonical }) => JSON.parse(canonical).body)
      .filter(({ kind }) => kind === "intent");
    const [next] = await leasesOf(collector, stage.tokens.auditor);
    expect(next?.id).not.toBe(lease?.id);
    expect(intents.map((body) => body.lease)).toEqual([lease?.id, lease?.id, next?.id]);
  });

  test("an answer that is lost is asked for again: one login, and nothing is left behind", async () => {
    const engine = await engineOf("ada");
    const profile = await shop(engine);
    const leases = () => leasesOf(collector, stage.tokens.auditor);
    await engine.rooms.sync?.now();
    between.losing = 2;
    for (const session of ["one", "two"])
      expect(await problemTold(run(engine, profile, "SELECT 1", session))).toMatchObject({
        code: "lease-collector-away",
      });
    expect(await leases()).toHaveLength(1);
    expect(await cell(engine, profile, "SELECT count(*) FROM goods")).toBe("3");
    expect(await leases()).toHaveLength(1);
    const bodies = engine.rooms.ledger
      .sealedAfter(0, 1_000, Number.POSITIVE_INFINITY)
      .map(({ canonical }) => JSON.parse(canonical).body);
    const [lease] = await leases();
    const told = bodies.filter(({ kind }) => kind === "login_asked" || kind === "login_lent");
    expect(told.map(({ kind, lease }) => [kind, lease])).toEqual([
      ["login_asked", lease?.id],
      ["login_lent", lease?.id],
    ]);
    // One that ended before it could be asked for again is asked for by another id.
    const other = await engineOf("ada");
    await shop(other);
    await other.rooms.sync?.now();
    between.losing = 1;
    await problemTold(run(other, profile, "SELECT 1"));
    const [lost] = await leases();
    await call("POST", `${collector.url}/v1/leases/${lost?.id}/end`, stage.tokens.admin, { reason: "over" });
    expect(await cell(other, profile, "SELECT count(*) FROM goods")).toBe("3");
    expect(await leases()).toHaveLength(3);
    // Whoever ends without having had the answer gives back what they never saw.
    const third = await engineOf("ada");
    await shop(third);
    await third.rooms.sync?.now();
    between.losing = 1;
    await problemTold(run(third, profile, "SELECT 1"));
    expect(await roles()).toHaveLength(3);
    await third.close();
    expect(await roles()).toHaveLength(2);
    expect((await leases())[0]).toMatchObject({ how: "returned" });
  });

  test("one that was ended by hand is asked for anew; whoever may no longer, is told so", async () => {
    const engine = await engineOf("ada");
    const profile = await shop(engine);
    await cell(engine, profile, "SELECT count(*) FROM goods");
    const [lease] = await leasesOf(collector, stage.tokens.auditor);
    const address = `${collector.url}/v1/leases/${lease?.id}/end`;
    const headers = {
      authorization: `Bearer ${stage.tokens.admin}`,
      "content-type": "application/json",
    };
    expect((await fetch(address, { method: "POST", headers, body: "{}" })).status).toBe(200);
    expect(await roles()).toEqual([]);
    expect(await cell(engine, profile, "SELECT count(*) FROM goods", "a new session")).toBe("3");
    expect(await roles()).toHaveLength(1);
    const definition = roleDefinition(server, { groups: ["sluice-dba"] });
    await define(collector, stage.tokens.admin, "shop", { after: 1, definition });
    await vi.waitFor(async () => expect(await roles()).toEqual([]), 30_000);
    const problem = await problemTold(run(engine, profile, "SELECT count(*) FROM goods", "a third"));
    expect(problem).toMatchObject({ code: "lease-not-allowed" });
    expect(await engine.listConnections()).toEqual([]);
    const other = await engineOf("dana");
    expect(await cell(other, await shop(other), "SELECT count(*) FROM goods")).toBe("3");
  });

  test("what the collector says of a connection cannot be said otherwise here", async () => {
    const folder = home();
    const engine = await engineOf("ada", folder);
    const profile = await shop(engine);
    await engine.rooms.sync?.now();
    for (const changes of [
      { environment: "development" },
      { host: "localhost" },
      { database: "template1" },
    ] as const)
      expect(
        await problemTold(run(engine, { ...profile, ...changes }, "SELECT 1", JSON.stringify(changes))),
      ).toMatchObject({ code: "connection-changed" });
    expect(await problemTold(engine.open.test({ ...profile, port: 9 }, undefined))).toMatchObject({
      code: "connection-changed",
    });
    expect(() => engine.connections.save({ ...profile, environment: "development" })).toThrow(
      "kept by the collector",
    );
    const saved = { ...profile, environment: "development", user: server.user };
    fs.writeFileSync(path.join(folder, "connections.json"), JSON.stringify({ connections: [saved] }));
    expect(await shop(engine)).toEqual(profile);
    expect(engine.connection("collector:shop")).toEqual(profile);
    // The copy that is kept for when the collector is away, changed by hand.
    const cache = path.join(folder, "collector/connections.json");
    await engine.close();
    fs.writeFileSync(cache, fs.readFileSync(cache, "utf8").replace("production", "development"));
    fs.rmSync(path.join(folder, "connections.json"));
    const again = await engineOf("ada", folder);
    const lying = again.connection("collector:shop");
    expect(lying.environment).toBe("development");
    expect(await problemTold(run(again, lying, "SELECT 1"))).toMatchObject({ code: "connection-changed" });
    expect(connectionId("collector:shop")).toBe(lying.id);
  });

  test("the password is nowhere but in memory: not on the way, not on disk, not in what is told", async () => {
    const folder = home();
    const kept = new Map<string, string>();
    const secrets: SecretStore = {
      get: async (key) => kept.get(key),
      store: async (key, value) => void kept.set(key, value),
      delete: async (key) => void kept.delete(key),
    };
    const engine = await engineOf("ada", folder, secrets);
    const profile = await shop(engine);
    const passwords: string[] = [];
    const connect = pg.Client.prototype.connect;
    const spy = vi.spyOn(pg.Client.prototype, "connect").mockImplementation(function (
      this: pg.Client,
      ...args: unknown[]
    ) {
      if (this.user?.startsWith("sluice_") === true) passwords.push(String(this.password));
      return Reflect.apply(connect, this, args);
    });
    await cell(engine, profile, "SELECT count(*) FROM goods");
    const [role] = await roles();
    await root.query(`ALTER ROLE ${role?.name} NOLOGIN`);
    const problem = await problemTold(run(engine, profile, "SELECT 1", "a new session"));
    await run(engine, profile, "SELECT nothing FROM goods");
    await engine.rooms.sync?.now();
    spy.mockRestore();
    await engine.close();
    expect(new Set(passwords).size).toBeGreaterThan(0);
    const files = fs
      .readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => path.join(folder, name))
      .filter((name) => fs.statSync(name).isFile())
      .map((name) => fs.readFileSync(name, "latin1"));
    const texts = [...files, ...kept.values(), ...between.travelled, JSON.stringify(problem)];
    for (const password of passwords) for (const text of texts) expect(text).not.toContain(password);
  });
});
