import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  type ClientCapabilities,
  ElicitationCompleteNotificationSchema,
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { passwordKey } from "../../agent/connectionPasswords.ts";
import type { Engine } from "../../agent/engine.ts";
import { Bearers } from "../../agent/gateway/mcp/bearer.ts";
import { type HttpGateway, serveHttp } from "../../agent/gateway/mcp/httpServer.ts";
import type { CollectorSettings } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { Actor } from "../../protocol/actor.ts";
import { type Approval, SIGNED_GRANT } from "../../protocol/approval/approval.ts";
import { parseRecord } from "../../protocol/audit/chain.ts";
import { Hand, type Player, type Stage, setStage } from "../collector/approving.ts";
import { call } from "../collector/device.ts";
import { LyingProxy } from "../collector/lyingProxy.ts";
import { settings, startCollector } from "../collector/stores.ts";
import { engineIn, memorySecrets, newHome } from "../robustness/engine.ts";
import { answer } from "./editor.ts";
import { connect, type McpClient } from "./mcpClient.ts";
import { openShop, type Shop } from "./shop.ts";
import { personToken } from "./tokens.ts";

/**
 * Agents of several people work through a server where nobody is signed in. Its real ledger, a real collector, a real
 * provider, the official client, and people in editors of their own on other machines.
 */

let stage: Stage;
let shop: Shop;
let collector: RunningCollector;
let told: CollectorSettings;
/** Of the collector's clock. */
let ahead = 0;
let gateway: HttpGateway;
let server: Engine;
let tokens: Readonly<Record<"ada" | "omar", string>>;
/** Of the server's own home; its editor signs with another key. */
const secrets = memorySecrets();
const engines: Engine[] = [];
const clients: McpClient[] = [];

const session = (player: Player) => {
  const { issuer, clientId } = stage.provider;
  const actor = { kind: "user", issuer, subject: player, name: player, groups: [] };
  const expiresAt = Date.now() + 3_600_000;
  return {
    kind: "user",
    issuer,
    clientId,
    accessToken: "a",
    idToken: stage.tokens[player],
    expiresAt,
    actor,
  };
};

async function engineAt(
  home: string,
  origin: "cli" | "editor",
  player: Player | null,
  kept = memorySecrets(),
  url = collector.url,
) {
  if (player === null) await kept.delete("session");
  else await kept.store("session", JSON.stringify(session(player)));
  const { issuer, clientId } = stage.provider;
  const engine = await engineIn(home, { origin, secrets: kept, issuer, clientId, collector: url });
  engine.open.passwords.use(shop.profile.id, shop.server.password);
  engines.push(engine);
  return engine;
}

beforeAll(async () => {
  [stage, shop] = await Promise.all([setStage(), openShop()]);
  await secrets.store(passwordKey(shop.profile.id), shop.server.password);
  told = settings(stage.provider, { approvals: { expireMinutes: 10 } });
  collector = await startCollector(told, { now: () => new Date(Date.now() + ahead) });
  told = { ...told, port: Number(new URL(collector.url).port) };
  // Whoever set the server up signed in once, so that the collector knows it, and is gone.
  const once = await engineAt(shop.home, "cli", "dana", secrets);
  expect(await once.rooms.sync?.now()).toMatchObject({ kind: "synced" });
  await once.rooms.inForce?.ready();
  engines.pop();
  await once.close();
});
afterAll(async () => {
  await collector?.stop();
  await stage?.provider.stop();
  await shop?.close();
});

beforeEach(async () => {
  server = await engineAt(shop.home, "cli", null, secrets);
  await server.open.database(shop.profile).whenClassified();
  const { issuer } = stage.provider;
  gateway = await serveHttp({
    engine: server,
    host: "127.0.0.1",
    port: 0,
    publicUrl: null,
    origins: [],
    tls: null,
    issuer,
    bearers: (resource) => new Bearers({ issuer, audience: resource, groupsClaim: "groups" }),
  });
  const tokenOf = (login: string) => personToken(stage.provider, login, gateway.url, `${login}-test`);
  tokens = { ada: await tokenOf("ada"), omar: await tokenOf("omar") };
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await gateway.close();
  for (const engine of engines.splice(0)) await engine.close();
});

async function agentOf(
  player: "ada" | "omar",
  name = "http-agent",
  capabilities: ClientCapabilities = {},
): Promise<McpClient> {
  const headers = { authorization: `Bearer ${tokens[player]}` };
  const transport = new StreamableHTTPClientTransport(new URL(gateway.url), { requestInit: { headers } });
  const made = await connect(transport, name, capabilities);
  clients.push(made);
  return made;
}
const editorOf = (player: Player) => engineAt(newHome(), "editor", player);
const handOf = (token: string | null) => new Hand(() => collector, token);
const write = (mcp: McpClient, id: number, purpose = `order ${id}`) =>
  mcp.call("run_query", {
    connection: "shop",
    sql: `UPDATE shop.orders SET total = 7 WHERE id = ${id}`,
    purpose,
  });
const use = (mcp: McpClient, handle: unknown) =>
  mcp.call("run_query", { approval: handle, purpose: "as agreed" });
const totalOf = async (id: number) =>
  Number((await shop.run(`SELECT total FROM shop.orders WHERE id = ${id}`))[0]?.total);
const statusOf = async (mcp: McpClient, handle: unknown, seconds = 20) =>
  (await mcp.call("approval_status", { handle, wait_seconds: seconds })).structured;
const confirm = async () => {
  const [{ hash = "" } = {}] = server.rooms.ledger.sealedAfter(0, 1, Number.POSITIVE_INFINITY);
  const path = `${collector.url}/v1/devices/${hash}/confirm`;
  const { status } = await call("POST", path, stage.tokens.admin, { reason: "the agents' server" });
  expect(status).toBe(200);
};
const waitingOf = async (editor: Engine, purpose: string): Promise<Approval> => {
  const found = (await editor.approvals.list("decide")).find(({ order }) => order.purpose === purpose);
  if (found === undefined) throw new Error("Nothing waits.");
  return found;
};
/** A task that was stopped is one of its own. */
const alerts = async () =>
  (
    await call<{ alerts: { kind: string }[] }>("GET", `${collector.url}/v1/alerts`, stage.tokens.auditor)
  ).body.alerts.filter(({ kind }) => kind !== "task");
const lastIntent = () =>
  server.rooms.ledger
    .sealedAfter(0, 100_000, Number.POSITIVE_INFINITY)
    .flatMap(({ canonical }) => parseRecord(canonical)?.body ?? [])
    .findLast((body) => body.kind === "intent");
/** The person, as somebody sits at the server's own keyboard. */
const atTheServer = (player: Player = "ada"): Actor => ({
  kind: "user",
  issuer: stage.provider.issuer,
  subject: player,
  name: player,
  groups: [],
});

test("a device nobody has confirmed asks only on the machine itself, and says so", async () => {
  const mcp = await agentOf("ada");
  const asked = await write(mcp, 1);
  expect(asked.structured, asked.text).toMatchObject({
    status: "waiting_for_approval",
    problem: { code: "collector-forbidden" },
  });
  expect(asked.text).toContain("only in an editor on the machine this server runs on");
  expect(asked.text).toContain("collector-forbidden");
  expect(await handOf(stage.tokens.ada).box("decide")).toEqual([]);
});

test("a model that a host names with a call is recorded for that call, as what it claims", async () => {
  const mcp = await agentOf("ada");
  const run = (meta?: Record<string, unknown>) =>
    mcp.client.callTool({
      name: "run_query",
      arguments: { connection: "shop", sql: "SELECT 1", purpose: "which model" },
      ...(meta === undefined ? {} : { _meta: meta }),
    });
  const CODEX = "x-codex-turn-metadata";
  for (const [meta, model] of [
    [{ [CODEX]: { model: "gpt-5.4", turn_id: "t" } }, "gpt-5.4"],
    [{ [CODEX]: JSON.stringify({ model: "gpt-5.4-mini" }) }, "gpt-5.4-mini"],
    [{ [CODEX]: { model: "a\u202eb" } }, expect.not.stringContaining("\u202e")],
    [{ [CODEX]: { model: 7 } }, "unknown"],
    [{ [CODEX]: "{" }, "unknown"],
    [{ "vscode.conversationId": "c1" }, "unknown"],
    [undefined, "unknown"],
  ] as const) {
    await run(meta);
    expect(lastIntent()).toMatchObject({
      actor: { agent: "http-agent", model, onBehalfOf: { subject: "ada" } },
    });
  }
});

describe("through the collector, which knows the server", () => {
  beforeEach(confirm);

  test("the person answers in their editor on another machine, and it runs once", async () => {
    const mcp = await agentOf("ada");
    const heard: unknown[] = [];
    mcp.client.setNotificationHandler(
      LoggingMessageNotificationSchema,
      ({ params }) => void heard.push(params.data),
    );
    const asked = await write(mcp, 2);
    expect(asked.structured).toMatchObject({ status: "waiting_for_approval" });
    expect(asked.structured.problem).toBeUndefined();
    expect(asked.text).toContain("in their editor on any machine");
    const { handle } = asked.structured;
    expect(await statusOf(mcp, handle, 0)).toMatchObject({ status: "pending" });
    expect((await use(mcp, handle)).structured).toMatchObject({ status: "denied" });
    expect(await totalOf(2)).not.toBe(7);

    const editor = await editorOf("ada");
    const waiting = await waitingOf(editor, "order 2");
    expect(waiting).toMatchObject({
      mayDecide: true,
      requester: { subject: "ada" },
      order: {
        program: { agent: "http-agent", host: "http-agent 7.0", asks: "person" },
        writes: ["shop.orders"],
        statement: "UPDATE shop.orders SET total = 7 WHERE id = 2",
        counted: { rows: 1, more: false },
      },
    });
    await editor.approvals.decide(waiting, "approve", "");
    expect(await statusOf(mcp, handle)).toMatchObject({ status: "approved" });
    await vi.waitFor(() => expect(heard).toContainEqual({ handle, status: "approved" }), { timeout: 10_000 });
    const done = await use(mcp, handle);
    expect(done.structured, done.text).toMatchObject({ status: "done", affected: 1 });
    expect(await totalOf(2)).toBe(7);
    expect(lastIntent()).toMatchObject({
      actor: { kind: "ai_agent", agent: "http-agent", onBehalfOf: { subject: "ada" } },
      grant: { id: handle, approvers: ["ada of the test"] },
    });
    // Once, and the collector knows that it ran.
    await shop.run("UPDATE shop.orders SET total = 1 WHERE id = 2");
    expect((await use(mcp, handle)).isError).toBe(true);
    expect(await totalOf(2)).toBe(1);
    await server.rooms.sync?.now();
    expect((await editor.approvals.find(waiting.id)).state).toBe("used");
    expect(await alerts()).toEqual([]);
  });

  test("they answer on the collector's page; what they deny does not run, and the agent hears why", async () => {
    const mcp = await agentOf("ada");
    const { handle } = (await write(mcp, 3)).structured;
    const ada = handOf(stage.tokens.ada);
    const [id = ""] = (await ada.box("decide")) as readonly string[];
    expect(handle).toBe(`here-${id}`);
    expect((await ada.decide(id, "deny", "not on a Friday")).status).toBe(200);
    expect(await statusOf(mcp, handle)).toMatchObject({ status: "denied", reason: "not on a Friday" });
    expect((await use(mcp, handle)).isError).toBe(true);
    expect(await totalOf(3)).not.toBe(7);
  });

  test("a client that opens pages is led to that page, and whatever it says its person chose is no answer", async () => {
    const mcp = await agentOf("ada", "http-agent", { elicitation: { url: {} } });
    const opened: unknown[] = [];
    const completed: unknown[] = [];
    mcp.client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      opened.push(params);
      return { action: "accept", content: { decision: "approve" } };
    });
    mcp.client.setNotificationHandler(
      ElicitationCompleteNotificationSchema,
      ({ params }) => void completed.push(params.elicitationId),
    );
    const { handle } = (await write(mcp, 9)).structured;
    const id = String(handle).slice("here-".length);
    await vi.waitFor(() => expect(opened).toHaveLength(1), { timeout: 10_000 });
    expect(opened).toMatchObject([
      { mode: "url", elicitationId: handle, url: `${collector.url}/#/approvals/${id}` },
    ]);
    expect(await statusOf(mcp, handle, 0)).toMatchObject({ status: "pending" });
    expect((await use(mcp, handle)).structured).toMatchObject({ status: "denied" });
    expect(await totalOf(9)).not.toBe(7);
    // Asked for again it is the same question, and nobody is led there a second time.
    expect((await write(mcp, 9)).structured).toMatchObject({ handle });
    await handOf(stage.tokens.ada).decide(id, "deny", "no");
    await vi.waitFor(() => expect(completed).toEqual([handle]), { timeout: 10_000 });
    expect(opened).toHaveLength(1);
    expect(await totalOf(9)).not.toBe(7);
  });

  test("a client that answers no such request is not waited for", async () => {
    const mcp = await agentOf("ada", "http-agent", { elicitation: { url: {} } });
    mcp.client.setRequestHandler(ElicitRequestSchema, () => new Promise(() => {}));
    const { handle } = (await write(mcp, 10)).structured;
    await handOf(stage.tokens.ada).decide(String(handle).slice("here-".length), "approve");
    expect(await statusOf(mcp, handle)).toMatchObject({ status: "approved" });
    expect((await use(mcp, handle)).structured).toMatchObject({ status: "done", affected: 1 });
  });

  describe("a task that was stopped", () => {
    const begun: { readonly task: string; readonly player: Player }[] = [];
    // While one is stopped, its person's agents begin no other.
    afterEach(async () => {
      for (const { task, player } of begun.splice(0))
        if (stateOf(task) !== "ended") await server.tasks.end(task, atTheServer(player));
      // What a device may ask within a minute is no matter of these.
      ahead += 61_000;
    });
    afterAll(() => {
      ahead = 0;
    });
    const stopped = async (purpose: string, player: "ada" | "omar" = "ada") => {
      const mcp = await agentOf(player);
      const read = () => mcp.call("run_query", { connection: "shop", sql: "SELECT 1", purpose });
      const task = String((await read()).structured.task);
      begun.push({ task, player });
      await server.tasks.stop(task, "test", "a person looks at it.");
      return { task, read };
    };
    /** Questions about stops of this task, newest first. */
    const asked = async (editor: Engine, task: string): Promise<readonly Approval[]> =>
      (await editor.approvals.list("decide")).filter(
        ({ order: { program, resumes } }) => program?.task === task && resumes !== undefined,
      );
    const untilAsked = (editor: Engine, task: string, others: readonly string[] = []): Promise<Approval> =>
      vi.waitFor(
        async () => {
          const found = (await asked(editor, task)).find(({ id }) => !others.includes(id));
          if (found === undefined) throw new Error("Nobody is asked.");
          return found;
        },
        { timeout: 20_000, interval: 100 },
      );
    const resumed = (task: string) =>
      server.rooms.ledger
        .sealedAfter(0, 100_000, Number.POSITIVE_INFINITY)
        .flatMap(({ canonical }) => parseRecord(canonical)?.body ?? [])
        .filter((body) => body.kind === "task_resumed" && body.task === task);
    const LOOK = z.object({ what: z.literal("look"), id: z.string() });
    const stateOf = (task: string) => server.tasks.find(task).state.kind;
    const untilResumed = (task: string) =>
      vi.waitFor(() => expect(stateOf(task)).toBe("open"), { timeout: 20_000 });

    test("goes on from another machine, once, and on record as if its person had been there", async () => {
      const { task, read } = await stopped("from afar");
      const editor = await editorOf("ada");
      const waiting = await untilAsked(editor, task);
      expect(waiting.order).toMatchObject({
        purpose: "from afar",
        reason: "a person looks at it.",
        resumes: { cause: "test" },
      });
      await expect(editor.approvals.decide(waiting, "approve", " ")).rejects.toMatchObject({
        problem: { code: "approval-reason" },
      });
      expect((await read()).structured).toMatchObject({ status: "denied" });
      await editor.approvals.decide(waiting, "approve", "it was told where to look");
      await untilResumed(task);
      expect(resumed(task)).toMatchObject([
        {
          actor: { kind: "user", subject: "ada" },
          reason: "it was told where to look",
          grant: { id: `here-${waiting.id}`, approvers: ["ada of the test"] },
        },
      ]);
      expect((await read()).structured).toMatchObject({ status: "rows" });
      await server.rooms.sync?.now();
      expect((await editor.approvals.find(waiting.id)).state).toBe("used");
      expect(await alerts()).toEqual([]);
      // A later stop is another question.
      await server.tasks.stop(task, "test", "again.");
      const next = await untilAsked(editor, task, [waiting.id]);
      expect(stateOf(task)).toBe("stopped");
      await editor.approvals.decide(next, "deny", "it has done enough");
      await vi.waitFor(
        async () => expect((await editor.approvals.find(next.id)).state).toBe("denied"),
        30_000,
      );
      await read();
      expect(stateOf(task)).toBe("stopped");
      expect(resumed(task)).toHaveLength(1);
      await server.tasks.end(task, atTheServer());
    });

    test("goes on once where many processes of its home heard the answer, and nobody takes them for copies", async () => {
      const { task } = await stopped("many processes");
      const { actor, purpose } = server.tasks.find(task);
      const editor = await editorOf("ada");
      const waiting = await untilAsked(editor, task);
      for (let count = 0; count < 4; count += 1) {
        const other = await engineAt(shop.home, "cli", null, secrets);
        expect(await other.tasks.take(actor, purpose, shop.profile)).toBe(task);
        // Its question is the same one, and it listens for the answer as well.
        await vi.waitFor(() =>
          expect(other.rooms.elsewhere?.heard(`here-${waiting.id}`)?.standing?.state).toBe("pending"),
        );
      }
      await editor.approvals.decide(waiting, "approve", "it was told where to look");
      await untilResumed(task);
      for (const engine of engines)
        await vi.waitFor(() =>
          expect(engine.rooms.elsewhere?.heard(`here-${waiting.id}`)?.ended ?? true).toBe(true),
        );
      await server.rooms.sync?.now();
      await vi.waitFor(async () => expect((await editor.approvals.find(waiting.id)).state).toBe("used"));
      expect(resumed(task)).toHaveLength(1);
      expect(await alerts()).toEqual([]);
    });

    test("is asked about again where nobody answered in time, once its program comes back", async () => {
      const { task, read } = await stopped("over night");
      const editor = await editorOf("ada");
      const first = await untilAsked(editor, task);
      ahead += 11 * 60_000;
      expect(await asked(editor, task)).toEqual([]);
      const next = await vi.waitFor(
        async () => {
          await read();
          const [found] = await asked(editor, task);
          if (found === undefined) throw new Error("Nobody is asked.");
          return found;
        },
        { timeout: 40_000, interval: 500 },
      );
      expect(next.id).not.toBe(first.id);
      await editor.approvals.decide(next, "approve", "good morning");
      await untilResumed(task);
    });

    test("is not let go on by an answer to an earlier stop", async () => {
      const ada = handOf(stage.tokens.ada);
      const editor = await editorOf("ada");
      const stoppedTwice = async () => {
        const { task, read } = await stopped("stopped twice");
        const first = await untilAsked(editor, task);
        await server.tasks.resume(task, atTheServer(), "at the server itself");
        await server.tasks.stop(task, "test", "once more.");
        const second = await untilAsked(editor, task, [first.id]);
        const { status } = await ada.decide(first.id, "approve", "go on");
        return { task, read, second, status };
      };
      let twice = await stoppedTwice();
      // The device may have taken the first back already; then it is stopped twice once more.
      for (let tries = 1; twice.status === 409 && tries < 3; tries += 1) {
        await server.tasks.end(twice.task, atTheServer());
        ahead += 61_000;
        twice = await stoppedTwice();
      }
      const { task, read, second, status } = twice;
      expect(status).toBe(200);
      await read();
      await server.rooms.sync?.now();
      expect(stateOf(task)).toBe("stopped");
      expect((await ada.decide(second.id, "approve", "and now")).status).toBe(200);
      await untilResumed(task);
      expect(resumed(task).map((body) => "reason" in body && body.reason)).toEqual([
        "at the server itself",
        "and now",
      ]);
    });

    test("is not let go on by a collector that says so without that person", async () => {
      const proxy = new LyingProxy(() => collector.url);
      const url = await proxy.start();
      const behind = await engineAt(shop.home, "cli", null, secrets, url);
      const editor = await editorOf("omar");
      const stoppedBehind = async (purpose: string) => {
        const { task } = await stopped(purpose, "omar");
        const { id } = await untilAsked(editor, task);
        await server.tasks.resume(task, atTheServer("omar"), "only to stop it elsewhere");
        await behind.tasks.stop(task, "test", "a person looks at it.");
        return { task, ...(await untilAsked(editor, task, [id])) };
      };
      const redeemed: { readonly path: string; readonly answer: unknown }[] = [];
      const untilTried = async (id: string): Promise<void> => {
        await vi.waitFor(() => expect(redeemed.map(({ path }) => path).join()).toContain(id), 30_000);
        // What came before this was dealt with before it.
        await behind.rooms.sync?.now();
      };
      const isRedeem = (path: string): boolean => path.endsWith("/redeem");
      // What the person agreed to, with a byte of it changed.
      proxy.answer = (path, body) => {
        if (!isRedeem(path)) return body;
        redeemed.push({ path, answer: body });
        const signed = SIGNED_GRANT.parse(body);
        return { ...signed, canonical: `${signed.canonical} ` };
      };
      const agreed = await stoppedBehind("agreed to");
      await editor.approvals.decide(agreed, "approve", "it was told where to look");
      await untilTried(agreed.id);
      expect(stateOf(agreed.task)).toBe("stopped");
      await server.tasks.end(agreed.task, atTheServer("omar"));
      // A question nobody answered, with the grant of that one.
      proxy.answer = (_path, body) => body;
      proxy.intercept = (_method, path, body) => {
        if (path.endsWith("/questions")) {
          const { data } = LOOK.safeParse(body);
          if (data === undefined || data.id === agreed.id) return null;
          return { status: 200, body: { id: data.id, version: 9, state: "granted", reason: "go on" } };
        }
        if (!isRedeem(path)) return null;
        redeemed.push({ path, answer: null });
        return { status: 200, body: redeemed[0]?.answer };
      };
      const unanswered = await stoppedBehind("asked only");
      await untilTried(unanswered.id);
      expect(stateOf(unanswered.task)).toBe("stopped");
      await server.tasks.end(unanswered.task, atTheServer("omar"));
      // The same machine and the same proxy, honestly.
      proxy.intercept = () => null;
      const honest = await stoppedBehind("honestly");
      await editor.approvals.decide(honest, "approve", "it was told where to look");
      await untilResumed(honest.task);
      await proxy.stop();
    });

    test("is let go on by nobody else, no program, and not without a reason", async () => {
      const { task } = await stopped("others try");
      const { id } = await untilAsked(await editorOf("ada"), task);
      for (const token of [
        tokens.ada,
        stage.tokens.omar,
        stage.tokens.dana,
        stage.tokens.admin,
        await stage.token({ sub: "ada", act: { sub: "http-agent" } }),
        await stage.token({ sub: "ada", gty: "client-credentials" }),
      ])
        expect((await handOf(token).decide(id, "approve", "let it")).status).toBeGreaterThanOrEqual(401);
      expect((await handOf(stage.tokens.ada).decide(id, "approve", "")).status).toBe(400);
      const terminal = await engineAt(newHome(), "cli", "ada");
      await expect(
        terminal.approvals.decide(await terminal.approvals.find(id), "approve", "let it"),
      ).rejects.toMatchObject({ problem: { code: "approval-in-editor" } });
      expect(stateOf(task)).toBe("stopped");
      await server.tasks.end(task, atTheServer());
    });

    test("is asked about again where what its person gave ran out before the machine could fetch it", async () => {
      // What others left open is over by now.
      ahead += 11 * 60_000;
      const proxy = new LyingProxy(() => collector.url);
      const behind = await engineAt(shop.home, "cli", null, secrets, await proxy.start());
      const editor = await editorOf("ada");
      const { task } = await stopped("cut off");
      const { actor, purpose } = server.tasks.find(task);
      const { id: former } = await untilAsked(editor, task);
      await server.tasks.resume(task, atTheServer(), "only to stop it elsewhere");
      let tried = 0;
      proxy.intercept = (_method, path) => {
        if (!path.endsWith("/redeem")) return null;
        tried += 1;
        return { status: 503, body: {} };
      };
      await behind.tasks.stop(task, "test", "a person looks at it.");
      const first = await untilAsked(editor, task, [former]);
      await editor.approvals.decide(first, "approve", "go on");
      await vi.waitFor(() => expect(tried).toBeGreaterThan(0), { timeout: 30_000 });
      ahead += 16 * 60_000;
      proxy.intercept = () => null;
      const next = await vi.waitFor(
        async () => {
          await behind.tasks.take(actor, purpose, shop.profile);
          const found = (await asked(editor, task)).find(({ id }) => ![former, first.id].includes(id));
          if (found === undefined) throw new Error("Nobody is asked.");
          return found;
        },
        { timeout: 30_000, interval: 500 },
      );
      await editor.approvals.decide(next, "approve", "go on now");
      await untilResumed(task);
      expect(resumed(task).at(-1)).toMatchObject({ reason: "go on now" });
      await proxy.stop();
    });
  });

  test("nobody answers for them: no other person, and no program with any token of theirs", async () => {
    const mcp = await agentOf("ada");
    const { handle } = (await write(mcp, 4)).structured;
    const id = String(handle).slice("here-".length);
    for (const token of [
      tokens.ada,
      tokens.omar,
      stage.tokens.omar,
      stage.tokens.dana,
      stage.tokens.admin,
      await stage.token({ sub: "ada", act: { sub: "http-agent" } }),
      await stage.token({ sub: "ada", client_id: "http-agent-host" }),
    ])
      expect((await handOf(token).decide(id, "approve")).status).toBeGreaterThanOrEqual(401);
    // A program with a terminal on the person's own machine is their command line.
    const terminal = await engineAt(newHome(), "cli", "ada");
    const waiting = await waitingOf(terminal, "order 4");
    await expect(terminal.approvals.decide(waiting, "approve", "")).rejects.toMatchObject({
      problem: { code: "approval-in-editor" },
    });
    expect(await statusOf(mcp, handle, 0)).toMatchObject({ status: "pending" });
    expect((await use(mcp, handle)).structured).toMatchObject({ status: "denied" });
    expect(await totalOf(4)).not.toBe(7);
  });

  test("what was agreed to is for this agent, task and statement alone", async () => {
    const mcp = await agentOf("ada");
    const { handle } = (await write(mcp, 5)).structured;
    const id = String(handle).slice("here-".length);
    expect((await handOf(stage.tokens.ada).decide(id, "approve")).status).toBe(200);
    expect(await statusOf(mcp, handle)).toMatchObject({ status: "approved" });
    const theirs = await agentOf("omar");
    expect(await statusOf(theirs, handle, 0)).toMatchObject({ status: "unknown" });
    const again = await agentOf("ada", "other-agent");
    for (const other of [theirs, again]) expect((await use(other, handle)).isError).toBe(true);
    const changed = await mcp.call("run_query", {
      approval: handle,
      sql: "UPDATE shop.orders SET total = 7",
      purpose: "as agreed",
    });
    expect(changed.structured).toMatchObject({ problem: { code: "not-what-was-approved" } });
    expect(await totalOf(5)).not.toBe(7);
    expect((await use(mcp, handle)).structured).toMatchObject({ status: "done", affected: 1 });
  });

  test("what it means has changed since: it does not run, and nothing is handed out", async () => {
    await shop.run("CREATE TABLE IF NOT EXISTS shop.shelf AS SELECT 1 AS id, 1 AS total");
    await server.open.database(shop.profile).refresh(false);
    const mcp = await agentOf("ada");
    const sql = "UPDATE shop.shelf SET total = 7 WHERE id = 1";
    const { handle } = (await mcp.call("run_query", { connection: "shop", sql, purpose: "the shelf" }))
      .structured;
    const id = String(handle).slice("here-".length);
    await handOf(stage.tokens.ada).decide(id, "approve");
    expect(await statusOf(mcp, handle)).toMatchObject({ status: "approved" });
    await shop.run(
      "ALTER TABLE shop.shelf RENAME TO plank; CREATE VIEW shop.shelf AS SELECT id, total FROM shop.orders",
    );
    await server.open.database(shop.profile).refresh(false);
    expect((await use(mcp, handle)).structured).toMatchObject({ status: "denied" });
    expect((await handOf(stage.tokens.ada).see(id)).body.redeemedAt).toBeNull();
  });

  test("answered at the server's own keyboard first: it is decided, and closed elsewhere", async () => {
    const mcp = await agentOf("ada");
    const { handle } = (await write(mcp, 6)).structured;
    const id = String(handle).slice("here-".length);
    const editor = await engineAt(shop.home, "editor", "ada");
    // There it waits as it is, and not a second time as it was sent.
    expect(editor.agreements.waitingFor(atTheServer())).toMatchObject([{ id: handle }]);
    expect(await editor.approvals.list("decide")).toEqual([]);
    await answer(editor, atTheServer(), String(handle), "deny", "no");
    expect((await handOf(stage.tokens.ada).decide(id, "approve")).body.code).toBe("already-decided");
    expect(await statusOf(mcp, handle, 0)).toMatchObject({ status: "denied", reason: "no" });
    expect((await use(mcp, handle)).isError).toBe(true);
    expect(await totalOf(6)).not.toBe(7);
  });

  test("answered elsewhere first: the server's own keyboard decides nothing more", async () => {
    const mcp = await agentOf("ada");
    const { handle } = (await write(mcp, 7)).structured;
    const id = String(handle).slice("here-".length);
    const editor = await engineAt(shop.home, "editor", "ada");
    await handOf(stage.tokens.ada).decide(id, "deny", "no");
    await expect(answer(editor, atTheServer(), String(handle), "approve")).rejects.toMatchObject({
      problem: { code: "nothing-waits" },
    });
    expect(await statusOf(mcp, handle)).toMatchObject({ status: "denied" });
    expect(editor.agreements.waitingFor(atTheServer())).toEqual([]);
    expect(await totalOf(7)).not.toBe(7);
  });

  test("while the collector is away, the machine's own answer is enough", async () => {
    const mcp = await agentOf("ada");
    await collector.stop();
    try {
      const asked = await write(mcp, 8);
      expect(asked.structured).toMatchObject({ status: "waiting_for_approval" });
      expect(asked.text).toContain("only in an editor on the machine this server runs on");
      const { handle } = asked.structured;
      const editor = await engineAt(shop.home, "editor", "ada");
      await answer(editor, atTheServer(), String(handle), "approve");
      expect((await use(mcp, handle)).structured).toMatchObject({ status: "done", affected: 1 });
    } finally {
      collector = await startCollector(told);
    }
    await server.rooms.sync?.now();
    expect(await alerts()).toEqual([]);
  });
});
