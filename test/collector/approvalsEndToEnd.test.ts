import fs from "node:fs";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import { ToolSession } from "../../agent/gateway/tools/toolSession.ts";
import { callTool } from "../../agent/gateway/tools/tools.ts";
import type { Governed } from "../../agent/govern.ts";
import type { SecretStore } from "../../agent/identity/secretStore.ts";
import type { CollectorSettings } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import { APPROVAL_ORDER, type Approval, type ApprovalOrder } from "../../protocol/approval/approval.ts";
import { ELEVATION_ORDER } from "../../protocol/approval/elevation.ts";
import { parseRecord } from "../../protocol/audit/chain.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { sessionId } from "../../protocol/ids.ts";
import { answer } from "../gateway/editor.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, memorySecrets, newHome, profileOf } from "../robustness/engine.ts";
import { Hand, type Player, type Stage, setStage } from "./approving.ts";
import { call } from "./device.ts";
import { LyingProxy } from "./lyingProxy.ts";
import { newDatabase, onEachStore, settings, startCollector } from "./stores.ts";
import { verifyWholeLog } from "./verifyLog.ts";

/** A real agent asks a real collector, whose people sign in with a real provider; a real database changes, or does not. */

const UPDATE = "UPDATE shop.products SET title = title || '!' WHERE id <= 5";
const GRAVE = "DROP VIEW shop.titles CASCADE";
const SECRET_UPDATE = "UPDATE shop.people SET note = 'y' WHERE email = 'ada@example.org'";

let stage: Stage;
let server: TestPostgres;

beforeAll(async () => {
  [stage, server] = await Promise.all([setStage(), startPostgres()]);
});
afterAll(async () => {
  await server.stop();
  await stage.provider.stop();
});

onEachStore((store) => {
  let told: CollectorSettings;
  let collector: RunningCollector;
  let client: pg.Client;
  let connection: ConnectionProfile;
  const homes: string[] = [];
  const engines: Engine[] = [];

  beforeEach(async () => {
    told = settings(stage.provider, await store.fresh());
    collector = await startCollector(told);
    // The agents keep to the address they know.
    told = { ...told, port: Number(new URL(collector.url).port) };
    const connectionString = await newDatabase(server);
    client = new pg.Client({ connectionString });
    await client.connect();
    await client.query(
      `CREATE SCHEMA shop;
       CREATE TABLE shop.products AS SELECT n AS id, 'Product ' || n AS title FROM generate_series(1, 100) n;
       CREATE TABLE shop.people AS SELECT 1 AS id, 'ada@example.org' AS email, '078-05-1120' AS ssn, 'x' AS note;
       CREATE VIEW shop.titles AS SELECT title FROM shop.products; ANALYZE`,
    );
    const database = new URL(connectionString).pathname.slice(1);
    connection = { ...profileOf(server, { environment: "production" }), database };
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.close();
    for (const home of homes.splice(0)) fs.rmSync(home, { recursive: true, force: true });
    await client.end();
    await collector.stop();
  });

  /** An agent on a machine of its own, where this person is signed in, and whose ledger is in sync. */
  async function engineOf(player: Player, ...groups: string[]): Promise<Engine> {
    const home = newHome();
    homes.push(home);
    return engineAt(home, "cli", player, ...groups);
  }

  async function engineAt(
    home: string,
    origin: "cli" | "editor",
    player: Player,
    ...groups: string[]
  ): Promise<Engine> {
    const engine = await engineThrough(collector.url, home, origin, player, memorySecrets(), ...groups);
    await synced(engine);
    return engine;
  }

  /** The same, with the collector's address as this machine has it. */
  async function engineThrough(
    url: string,
    home: string,
    origin: "cli" | "editor",
    player: Player,
    secrets: SecretStore,
    ...groups: string[]
  ): Promise<Engine> {
    const { issuer, clientId } = stage.provider;
    const actor = { kind: "user", issuer, subject: player, name: player, groups };
    const session = {
      kind: "user",
      issuer,
      clientId,
      accessToken: "a",
      idToken: stage.tokens[player],
      expiresAt: Date.now() + 3_600_000,
      actor,
    };
    await secrets.store("session", JSON.stringify(session));
    const engine = await engineIn(home, { origin, secrets, issuer, clientId, collector: url });
    engines.push(engine);
    engine.open.passwords.use(connection.id, server.password);
    return engine;
  }
  const synced = async (engine: Engine): Promise<void> => {
    const state = await engine.rooms.sync?.now();
    expect(state).toMatchObject({ kind: "synced" });
  };
  const ask = (engine: Engine, text: string, purpose = "to see it work"): Promise<Approval> =>
    engine.asking.group({ sessionId: sessionId(`test:${connection.id}`), connection, text, purpose });
  async function run(engine: Engine, text: string, approval?: string, purpose?: string): Promise<Governed> {
    const statements = engine.run({
      sessionId: sessionId(`test:${connection.id}`),
      connection,
      text,
      client: { kind: "cli", session: "test" },
      purpose,
      pageRows: 100,
      maxCellLength: 1_000,
      signal: new AbortController().signal,
      keepGoing: false,
      ...(approval === undefined ? {} : { approval }),
    });
    for await (const { governed } of statements) return governed;
    throw new Error("Nothing ran.");
  }
  const changed = async (): Promise<number> =>
    (await client.query("SELECT count(*)::int AS n FROM shop.products WHERE title LIKE '%!'")).rows[0].n;
  /** Of a title that was changed once, or more often. */
  const longest = async (): Promise<number> =>
    (await client.query("SELECT length(title) AS n FROM shop.products WHERE id = 1")).rows[0].n;
  const alerts = async () =>
    (await call<{ alerts: unknown[] }>("GET", `${collector.url}/v1/alerts`, stage.tokens.auditor)).body
      .alerts;

  test("an AI agent's write waits for the group its person would need, and neither uses the other's grant", async () => {
    const [ada, dana] = [await engineOf("ada", "developers"), await engineOf("dana", "sluice-dba")];
    const person = ada.rooms.identity.requireActor();
    if (person.kind !== "user") throw new Error("A person is signed in.");
    ada.connections.save(connection);
    const names = { kind: "ai_agent", agent: "helper", model: "unknown", host: "unknown" } as const;
    const session = new ToolSession(ada, "mcp", async () => ({
      ...names,
      onBehalfOf: person,
      asserted: true,
    }));
    const call = (tool: string, input: object) =>
      callTool(session, tool, input, new AbortController().signal);
    const purpose = "prices of next year";
    const asked = await call("run_query", { connection: "test", sql: UPDATE, purpose });
    expect(asked.structured).toMatchObject({
      status: "waiting_for_approval",
      handle: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    const handle = String(asked.structured.handle);
    const [waiting] = await dana.approvals.list("decide");
    expect(waiting).toMatchObject({
      id: handle,
      order: { purpose, program: { agent: "helper", asks: "group" } },
    });
    if (waiting === undefined) throw new Error("Nothing waits.");
    const early = await call("run_query", { approval: handle, purpose });
    expect(early.isError).toBe(true);
    await dana.approvals.decide(waiting, "approve", "looks right");
    expect((await call("approval_status", { handle })).structured).toMatchObject({ status: "approved" });
    // The person's own statement is another one than their agent's.
    const own = await run(ada, UPDATE, handle);
    expect(own).toMatchObject({ kind: "blocked", problem: { code: "approval-invalid" } });
    expect(await changed()).toBe(0);
    expect((await call("run_query", { approval: handle, purpose })).structured).toMatchObject({
      status: "done",
      affected: 5,
    });
    expect((await call("run_query", { approval: handle, purpose })).isError).toBe(true);
    expect(await changed()).toBe(5);
    await synced(ada);
    expect((await call("approval_status", { handle })).structured).toMatchObject({ status: "used" });
    expect(await alerts()).toEqual([]);
    await session.close();
  });

  test("what a person answered their agent on their own machine alarms nobody", async () => {
    const ada = await engineOf("ada", "developers");
    const person = ada.rooms.identity.requireActor();
    if (person.kind !== "user") throw new Error("A person is signed in.");
    const actor = {
      kind: "ai_agent",
      agent: "helper",
      model: "unknown",
      host: "unknown",
      onBehalfOf: person,
      asserted: true,
    } as const;
    const development = { ...connection, environment: "development" } as const;
    ada.connections.save(development);
    const session = new ToolSession(ada, "mcp", async () => actor);
    const call = (input: object) => callTool(session, "run_query", input, new AbortController().signal);
    const asked = await call({ connection: "test", sql: UPDATE, purpose: "x" });
    const handle = String(asked.structured.handle);
    expect(handle).toMatch(/^here-/);
    const editor = await engineAt(ada.rooms.home.root, "editor", "ada", "developers");
    await answer(editor, person, handle, "approve");
    expect((await call({ approval: handle, purpose: "x" })).structured).toMatchObject({ status: "done" });
    await synced(ada);
    expect(await alerts()).toEqual([]);
    await session.close();
  });

  test("asked, followed, agreed to by another agent's person, run once, and known to have been used", async () => {
    const [ada, dana] = [await engineOf("ada", "developers"), await engineOf("dana", "sluice-dba")];
    expect((await run(ada, UPDATE)).kind).toBe("blocked");
    const approval = await ask(ada, UPDATE);
    expect(approval).toMatchObject({ state: "pending", order: { statement: UPDATE, group: "sluice-dba" } });
    await expect(run(ada, UPDATE, approval.id)).rejects.toMatchObject({
      problem: { code: "collector-not-found" },
    });
    const following = ada.approvals.follow(approval.id, approval.version);
    const [waiting] = await dana.approvals.list("decide");
    expect(waiting).toMatchObject({ id: approval.id, mayDecide: true });
    if (waiting === undefined) throw new Error("Nothing waits.");
    await dana.approvals.decide(waiting, "approve", "looks right");
    expect(await following).toMatchObject({ state: "granted" });
    const done = await run(ada, UPDATE, approval.id);
    expect(done).toMatchObject({ kind: "done", affected: 5 });
    expect(done.report.decision.reason).toBe("Approved by dana of the test.");
    await synced(ada);
    await synced(dana);
    expect(await ada.approvals.find(approval.id)).toMatchObject({ state: "used" });
    await expect(run(ada, UPDATE, approval.id)).rejects.toMatchObject({
      problem: { code: "approval-used" },
    });
    expect(await changed()).toBe(5);
    expect(await alerts()).toEqual([]);
    await verifyWholeLog(collector.url);
  });

  test.each([undefined, "count the products", "something else"])(
    "it is judged by what was said it is for when others were asked, also where it is run for %s",
    async (purpose) => {
      const [ada, dana] = [await engineOf("ada", "developers"), await engineOf("dana", "sluice-dba")];
      const asked = await ask(ada, UPDATE, "count the products");
      await dana.approvals.decide(await dana.approvals.find(asked.id), "approve", "");
      const ran = await run(ada, UPDATE, asked.id, purpose);
      expect(ran.kind).toBe("done");
      expect(ran.report.decision.findings.map(({ rule }) => rule)).toContain("purpose-mismatch");
      expect(intentsOf(ada).slice(1)).toMatchObject([
        { purpose: "count the products", grant: { id: asked.id } },
      ]);
    },
  );

  describe("a proxy of the requester's own shows approvers something else", () => {
    const shown = "UPDATE shop.products SET title = title WHERE id = 1";
    const LIES: readonly (readonly [string, Partial<ApprovalOrder>])[] = [
      ["statement", { statement: shown }],
      ["kind", { statementKind: "select" }],
      ["effect", { effect: "read" }],
      ["reads", { reads: ["shop.notes.id"] }],
      ["writes", { writes: ["shop.notes"] }],
      ["columns", { columns: [{ name: "x", infoType: null, level: null, mask: "full", sources: [] }] }],
      [
        "findings",
        {
          findings: [
            { rule: "x", severity: "hint", message: "Routine.", verdict: "allow", start: 0, end: 0 },
          ],
        },
      ],
      ["risk", { risk: { score: 1, factors: [] } }],
      ["reason", { reason: "Routine." }],
      ["policy", { policyVersion: "another" }],
      ["purpose", { purpose: "nothing to see" }],
      ["device", { device: "another" }],
      ["connection's name", { connectionName: "Test" }],
      ["planned rows", { plannedRows: 1 }],
      ["counted rows", { counted: { rows: 1, more: false } }],
      ["rows that may change", { maxAffectedRows: 1_000_000 }],
      ["more rows than are limited", { maxAffectedRows: null }],
      ["number of people", { needed: 2 }],
    ];
    let proxy: LyingProxy;
    let through: string;
    beforeEach(async () => {
      proxy = new LyingProxy(() => collector.url);
      through = await proxy.start();
    });
    afterEach(() => proxy.stop());

    const orderIn = (body: unknown): Record<string, unknown> => APPROVAL_ORDER.parse(body);
    /** What the agent sent, as it asked last. */
    function lie(changes: Partial<ApprovalOrder>): void {
      let sent: Record<string, unknown> | null = null;
      const asks = (path: string): boolean => path === "/v1/approvals";
      proxy.rewrite = (path, body) => {
        if (!asks(path)) return body;
        sent = orderIn(body);
        return { ...sent, ...changes };
      };
      proxy.answer = (path, body) =>
        path.startsWith("/v1/approvals") && typeof body === "object" && body !== null && "order" in body
          ? { ...body, order: sent }
          : body;
    }
    const adaThrough = (): Promise<Engine> => {
      const home = newHome();
      homes.push(home);
      return engineThrough(through, home, "cli", "ada", memorySecrets(), "developers");
    };

    test("and says so: the agent hears it at once", async () => {
      const ada = await adaThrough();
      lie({ statement: shown });
      proxy.answer = (_path, body) => body;
      await expect(ask(ada, UPDATE)).rejects.toMatchObject({ problem: { code: "approval-changed" } });
    });

    test("whatever of it is changed, nothing runs under what they agreed to, and somebody is told", async () => {
      const [ada, dana, erin] = [
        await adaThrough(),
        await engineOf("dana", "sluice-dba"),
        await engineOf("erin", "sluice-dba"),
      ];
      for (const [field, changes] of LIES) {
        lie(changes);
        const { id } = await ask(ada, UPDATE, `for ${field}`);
        await dana.approvals.decide(await dana.approvals.find(id), "approve", "");
        if (changes.needed === 2) await erin.approvals.decide(await erin.approvals.find(id), "approve", "");
        const ran = await run(ada, UPDATE, id);
        expect(ran, field).toMatchObject({
          kind: "blocked",
          problem: {
            code: "approval-invalid",
            message: expect.stringContaining("were shown another request"),
          },
        });
      }
      expect(await changed()).toBe(0);
      await synced(ada);
      const raised = (await alerts()).filter((alert) =>
        JSON.stringify(alert).includes("not what others were shown"),
      );
      expect(raised).toMatchObject([{ count: LIES.length }]);
      // The same agent, the same proxy, and the truth.
      lie({});
      const { id } = await ask(ada, UPDATE, "honestly");
      await dana.approvals.decide(await dana.approvals.find(id), "approve", "");
      expect(await run(ada, UPDATE, id)).toMatchObject({ kind: "done", affected: 5 });
    });

    test("a right for a while that was shown otherwise is never in force", async () => {
      const [ada, dana] = [await adaThrough(), await engineOf("dana", "sluice-dba")];
      let sent: unknown;
      proxy.rewrite = (path, body) => {
        if (path !== "/v1/elevations") return body;
        sent = body;
        return { ...ELEVATION_ORDER.parse(body), purpose: "to look around" };
      };
      proxy.answer = (path, body) =>
        path.startsWith("/v1/elevations") && typeof body === "object" && body !== null && "order" in body
          ? { ...body, order: sent }
          : body;
      const wish = { right: { kind: "write" }, minutes: 10, purpose: "to change everything" } as const;
      const { id } = await ada.askElevation(connection, wish);
      const heard: (string | null)[] = [];
      ada.rooms.elevations?.held.onChange(({ elevation, standing, why }) => {
        if (elevation.id === id && standing === "over") heard.push(why);
      });
      await dana.elevations.decide(await dana.elevations.find(id), "approve", "");
      await vi.waitFor(() => expect(heard).toEqual([expect.stringContaining("were shown another request")]), {
        timeout: 30_000,
      });
      expect((await run(ada, UPDATE)).kind).toBe("blocked");
      expect(await changed()).toBe(0);
    });

    test("a harmless request of theirs is given out as the grave one: it is another statement", async () => {
      const [ada, dana] = [await adaThrough(), await engineOf("dana", "sluice-dba")];
      const harmless = await ask(ada, shown);
      proxy.intercept = (method, path) =>
        method === "POST" && path === "/v1/approvals" ? { status: 200, body: harmless } : null;
      await expect(ask(ada, UPDATE)).rejects.toMatchObject({ problem: { code: "approval-changed" } });
      proxy.intercept = () => null;
      await dana.approvals.decide(await dana.approvals.find(harmless.id), "approve", "");
      expect(await run(ada, UPDATE, harmless.id)).toMatchObject({ kind: "blocked" });
      expect(await run(ada, shown, harmless.id)).toMatchObject({ kind: "done", affected: 1 });
    });
  });

  describe("a home that is copied", () => {
    let proxy: LyingProxy;
    let through: string;
    const secrets = memorySecrets();
    beforeEach(async () => {
      proxy = new LyingProxy(() => collector.url);
      through = await proxy.start();
    });
    afterEach(() => proxy.stop());

    const adaAt = (home: string): Promise<Engine> => {
      if (!homes.includes(home)) homes.push(home);
      return engineThrough(through, home, "cli", "ada", secrets, "developers");
    };
    const withhold = (): void => {
      proxy.intercept = (method, path) =>
        method === "POST" && path.endsWith("/records")
          ? { status: 503, body: { code: "unavailable", message: "Later.", action: "Wait." } }
          : null;
    };
    const copyOf = (home: string): string => {
      const copy = newHome();
      fs.cpSync(home, copy, { recursive: true });
      return copy;
    };
    /** Somebody has agreed to what this home asked for; nothing runs in it now. */
    async function agreedFor(home: string, dana: Engine): Promise<string> {
      const ada = await adaAt(home);
      await synced(ada);
      const { id } = await ask(ada, UPDATE);
      await synced(ada);
      await dana.approvals.decide(await dana.approvals.find(id), "approve", "");
      await ada.close();
      return id;
    }

    test("runs what was agreed to once, also while its records are held back", async () => {
      const dana = await engineOf("dana", "sluice-dba");
      const home = newHome();
      const id = await agreedFor(home, dana);
      const copies = [home, copyOf(home), copyOf(home)];
      withhold();
      const ran: unknown[] = [];
      for (const copy of copies) ran.push(await run(await adaAt(copy), UPDATE, id).catch((error) => error));
      expect(ran[0]).toMatchObject({ kind: "done", affected: 5 });
      for (const refused of ran.slice(1))
        expect(refused).toMatchObject({
          problem: { code: "collector-already-redeemed", action: expect.stringContaining("copy") },
        });
      expect(await longest()).toBe("Product 1!".length);
      expect((await alerts()).length).toBeGreaterThan(0);
    });

    test("and what the collector signed for one of them is no grant for another", async () => {
      const dana = await engineOf("dana", "sluice-dba");
      const home = newHome();
      const id = await agreedFor(home, dana);
      const copy = copyOf(home);
      let signed: unknown = null;
      proxy.answer = (path, body) => {
        if (path.endsWith("/redeem")) signed = body;
        return body;
      };
      expect(await run(await adaAt(home), UPDATE, id)).toMatchObject({ kind: "done" });
      proxy.intercept = (_method, path) => (path.endsWith("/redeem") ? { status: 200, body: signed } : null);
      expect(await run(await adaAt(copy), UPDATE, id)).toMatchObject({
        kind: "blocked",
        problem: { message: expect.stringContaining("another run") },
      });
      expect(await longest()).toBe("Product 1!".length);
    });

    test("with the run it has begun is told of: nobody can tell the copies apart", async () => {
      const dana = await engineOf("dana", "sluice-dba");
      const home = newHome();
      const id = await agreedFor(home, dana);
      proxy.intercept = (_method, path) =>
        path.endsWith("/redeem")
          ? { status: 503, body: { code: "unavailable", message: "Later.", action: "Wait." } }
          : null;
      const stopped = await adaAt(home);
      await expect(run(stopped, UPDATE, id)).rejects.toMatchObject({
        problem: { code: "collector-unreachable" },
      });
      await stopped.close();
      const copies = [home, copyOf(home), copyOf(home)];
      withhold();
      for (const copy of copies) await run(await adaAt(copy), UPDATE, id).catch(() => null);
      const raised = await alerts();
      expect(raised).toMatchObject([{ kind: "copy", what: expect.stringContaining("times for one run") }]);
    });

    test("is not needed to go on after a crash between being handed it and running: once", async () => {
      const dana = await engineOf("dana", "sluice-dba");
      const home = newHome();
      const id = await agreedFor(home, dana);
      const first = await adaAt(home);
      let asked = 0;
      // The collector hands it out, and nobody hears of it.
      proxy.answer = (path, body) => {
        if (!path.endsWith("/redeem")) return body;
        asked += 1;
        if (asked === 1) throw new Error("The line is cut.");
        return body;
      };
      await expect(run(first, UPDATE, id)).rejects.toMatchObject({
        problem: { code: "collector-unreachable" },
      });
      expect(await changed()).toBe(0);
      expect((await first.approvals.find(id)).redeemedAt).not.toBeNull();
      await first.close();
      const again = await adaAt(home);
      expect(await run(again, UPDATE, id)).toMatchObject({ kind: "done", affected: 5 });
      await expect(run(again, UPDATE, id)).rejects.toMatchObject({ problem: { code: expect.any(String) } });
      expect(await longest()).toBe("Product 1!".length);
      await synced(again);
      expect(await alerts()).toEqual([]);
    });

    test("what is asked for the wrong statement takes nothing away from the right one", async () => {
      const dana = await engineOf("dana", "sluice-dba");
      const home = newHome();
      const id = await agreedFor(home, dana);
      const ada = await adaAt(home);
      expect(await run(ada, UPDATE.replace("5", "6"), id)).toMatchObject({ kind: "blocked" });
      expect((await ada.approvals.find(id)).redeemedAt).toBeNull();
    });
  });

  test("what was asked for by one process is run by another of the same home", async () => {
    const [ada, dana] = [await engineOf("ada", "developers"), await engineOf("dana", "sluice-dba")];
    const { id } = await ask(ada, UPDATE);
    await dana.approvals.decide(await dana.approvals.find(id), "approve", "");
    const editor = await engineAt(ada.rooms.home.root, "editor", "ada", "developers");
    expect(await run(editor, UPDATE, id)).toMatchObject({ kind: "done", affected: 5 });
  });

  test("a request whose record does not say what was shown is not honoured, and says what to do", async () => {
    const [ada, dana] = [await engineOf("ada", "developers"), await engineOf("dana", "sluice-dba")];
    const { order } = await ask(ada, UPDATE);
    // As an older agent asked.
    const hand = new Hand(() => collector, stage.tokens.ada);
    const { body } = await hand.ask({ ...order, purpose: "as before" });
    const { actor, connection: where } = requestedOf(ada);
    await ada.rooms.ledger.append({
      kind: "approval_requested",
      actor,
      connection: where,
      purpose: "as before",
      statement: order.statement,
      statementHash: order.subject.statement,
      group: order.group,
      approval: body.id,
      task: null,
    });
    await dana.approvals.decide(await dana.approvals.find(body.id), "approve", "");
    await expect(run(ada, UPDATE, body.id)).rejects.toMatchObject({
      problem: { code: "approval-not-asked-here" },
    });
    expect(await changed()).toBe(0);
  });

  test("the rows it would change are counted as a read of whoever asks, on record like any other", async () => {
    const ada = await engineOf("ada", "developers");
    const { order } = await ask(ada, UPDATE);
    expect(order).toMatchObject({ counted: { rows: 5, more: false } });
    expect(intentsOf(ada)).toMatchObject([
      { effect: "read", verdict: "allow", purpose: "to see it work", actor: { subject: "ada" } },
    ]);
    expect(await changed()).toBe(0);
    // Told by the planner alone, a quarter of all; counted, all of them: so many may change.
    const wide = await ask(
      ada,
      "UPDATE shop.products SET title = title || '!' WHERE id + 0 > 0 AND id * 1 > 0",
    );
    expect(wide.order.counted).toEqual({ rows: 100, more: false });
    expect(wide.order.maxAffectedRows).toBeGreaterThanOrEqual(150);
  });

  test("nothing is counted that whoever asks may not ask, and nobody is blamed for it", async () => {
    const ada = await engineOf("ada", "developers");
    const guess = "UPDATE shop.people SET note = 'z' WHERE ssn LIKE '078%'";
    expect(
      (await run(ada, "SELECT count(*) FROM (SELECT 1 FROM shop.people WHERE ssn LIKE '078%') AS found"))
        .kind,
    ).toBe("blocked");
    const before = ada.rooms.ledger.sealedAfter(0, 1_000, 10_000_000).length;
    expect((await ask(ada, guess)).order.counted).toBeNull();
    const since = ada.rooms.ledger.sealedAfter(0, 1_000, 10_000_000).slice(before);
    expect(since.map(({ canonical }) => JSON.parse(canonical).body.kind)).toEqual(["approval_requested"]);
  });

  test("nothing is counted where its names may mean something else in the session that asks", async () => {
    const ada = await engineOf("ada", "developers");
    await run(ada, "SET search_path = shop");
    expect((await ask(ada, UPDATE)).order.counted).toBeNull();
  });

  test("another statement than the one agreed to does not run, and what was agreed to still does", async () => {
    const ada = await engineOf("ada", "developers");
    const dana = await engineOf("dana", "sluice-dba");
    const { id } = await ask(ada, UPDATE);
    await dana.approvals.decide(await dana.approvals.find(id), "approve", "");
    const other = await run(ada, UPDATE.replace("5", "6"), id);
    expect(other.kind).toBe("blocked");
    expect(await changed()).toBe(0);
    await collector.stop();
    collector = await startCollector(told);
    expect(await run(ada, UPDATE, id)).toMatchObject({ kind: "done", affected: 5 });
  });

  test("a literal that meets a hidden column reaches neither the collector nor who decides", async () => {
    const ada = await engineOf("ada", "developers");
    const dana = await engineOf("dana", "sluice-dba");
    const { id } = await ask(ada, SECRET_UPDATE);
    const shown = await dana.approvals.find(id);
    expect(shown.order.statement).toContain("'…'");
    expect(JSON.stringify(shown)).not.toContain("ada@example.org");
    await dana.approvals.decide(shown, "approve", "");
    expect(await run(ada, SECRET_UPDATE, id)).toMatchObject({ kind: "done", affected: 1 });
    await synced(ada);
    expect(await ada.approvals.find(id)).toMatchObject({ state: "used" });
    expect(await alerts()).toEqual([]);
  });

  test("what was agreed to and has not run is taken back, on both their records, and nothing runs", async () => {
    const [ada, dana] = [await engineOf("ada", "developers"), await engineOf("dana", "sluice-dba")];
    const { id } = await ask(ada, UPDATE);
    const granted = await dana.approvals.decide(await dana.approvals.find(id), "approve", "");
    expect(await dana.approvals.list("active")).toMatchObject([{ id, mayTakeBack: true }]);
    const following = ada.approvals.follow(id, granted.version);
    const taken = await dana.approvals.takeBack(await dana.approvals.find(id), "the wrong quarter");
    expect(taken).toMatchObject({ state: "taken_back" });
    expect(await following).toMatchObject({
      state: "taken_back",
      takenBack: { by: { subject: "dana" }, reason: "the wrong quarter" },
    });
    await expect(run(ada, UPDATE, id)).rejects.toMatchObject({
      problem: { code: "collector-already-decided", message: expect.stringContaining("taken back") },
    });
    await expect(dana.approvals.takeBack(taken, "")).rejects.toMatchObject({
      problem: { message: expect.stringContaining("Nothing is left to take back") },
    });
    expect(await changed()).toBe(0);
    await synced(dana);
    const decided = dana.rooms.ledger
      .sealedAfter(0, 1_000, 10_000_000)
      .map(({ canonical }) => parseRecord(canonical)?.body)
      .flatMap((body) => (body?.kind === "approval_decided" ? [body.decision] : []));
    expect(decided).toEqual(["approve", "take_back"]);
    // Whoever asked gives up what they were given.
    const own = await ask(ada, UPDATE);
    await dana.approvals.decide(await dana.approvals.find(own.id), "approve", "");
    expect(await ada.approvals.withdraw(await ada.approvals.find(own.id))).toMatchObject({
      state: "taken_back",
      takenBack: { by: { subject: "ada" } },
    });
    expect(await alerts()).toEqual([]);
  });

  test("who signs in second on a home is told truly what to do, and that helps", async () => {
    const home = newHome();
    homes.push(home);
    const secrets = memorySecrets();
    const ada = await engineThrough(collector.url, home, "cli", "ada", secrets, "developers");
    await synced(ada);
    await ada.close();
    const wish = { right: { kind: "write" }, minutes: 10, purpose: "to see it work" } as const;
    const asks: readonly ((engine: Engine) => Promise<unknown>)[] = [
      (engine) => ask(engine, UPDATE),
      (engine) => engine.askElevation(connection, wish),
    ];
    const told = {
      problem: {
        code: "collector-not-owner",
        message: expect.stringContaining("somebody else, who signed in first"),
        action: expect.stringMatching(/SLUICE_HOME=\S+ sluice login.*`sluice\.home`/),
      },
    };
    // With the key of the first, and with one of their own.
    for (const keeper of [secrets, memorySecrets()]) {
      const omar = await engineThrough(collector.url, home, "cli", "omar", keeper, "developers");
      await omar.rooms.sync?.now();
      for (const asking of asks) await expect(asking(omar)).rejects.toMatchObject(told);
      await omar.close();
    }
    const own = await engineOf("omar", "developers");
    for (const asking of asks) await expect(asking(own)).resolves.toMatchObject({ state: "pending" });
    // The first is not kept from anything.
    const again = await engineThrough(collector.url, home, "cli", "ada", secrets, "developers");
    await expect(ask(again, UPDATE)).resolves.toMatchObject({ state: "pending" });
  });

  test("denied, withdrawn, and one's own: nothing runs", async () => {
    const [ada, dana] = [await engineOf("ada", "developers"), await engineOf("dana", "sluice-dba")];
    const denied = await ask(ada, UPDATE);
    await dana.approvals.decide(await dana.approvals.find(denied.id), "deny", "not today");
    const withdrawn = await ask(ada, UPDATE);
    expect(withdrawn.id).not.toBe(denied.id);
    await ada.approvals.withdraw(withdrawn);
    const own = await ask(dana, GRAVE);
    expect(own.order.needed).toBe(2);
    await expect(dana.approvals.decide(own, "approve", "")).rejects.toMatchObject({
      problem: { code: "approval-not-yours" },
    });
    // An agent that believes otherwise is refused by the collector.
    const byHand = new Hand(() => collector, stage.tokens.dana);
    expect((await byHand.decide(own.id, "approve")).status).toBe(403);
    expect(await dana.approvals.find(own.id)).toMatchObject({ state: "pending", decisions: [] });
    for (const [engine, text, id] of [
      [ada, UPDATE, denied.id],
      [ada, UPDATE, withdrawn.id],
      [dana, GRAVE, own.id],
      [dana, UPDATE, denied.id],
    ] as const)
      await expect(run(engine, text, id)).rejects.toMatchObject({
        problem: { message: expect.any(String) },
      });
    expect(await changed()).toBe(0);
  });
});

const intentsOf = ({ rooms }: Engine): readonly { readonly kind: string }[] =>
  rooms.ledger
    .sealedAfter(0, 1_000, 10_000_000)
    .map(({ canonical }) => JSON.parse(canonical).body)
    .filter(isIntent);
const isIntent = ({ kind }: { readonly kind: string }): boolean => kind === "intent";
const requestedOf = ({ rooms }: Engine) => {
  const found = rooms.ledger
    .sealedAfter(0, 1_000, 10_000_000)
    .map(({ canonical }) => parseRecord(canonical)?.body)
    .find((body) => body?.kind === "approval_requested");
  if (found?.kind !== "approval_requested") throw new Error("Nothing was asked for.");
  return found;
};
