import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import Database from "better-sqlite3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import type { SecretStore } from "../../agent/identity/secretStore.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId, sessionId } from "../../protocol/ids.ts";
import type { CentralPolicy } from "../../protocol/policy/centralPolicy.ts";
import type { PolicyHistory, PolicyTexts } from "../../protocol/policy/policyVersions.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { engineIn, memorySecrets, newHome, problemTold, runOne } from "../robustness/engine.ts";
import { call } from "./device.ts";
import { type Person, signIn, startProvider } from "./people.ts";
import { newFolder, onEachStore, settings, startCollector } from "./stores.ts";

/** The policy a collector gives, as agents keep to it with and without a network. */

let provider: DemoProvider;
const tokens = new Map<Person, string>();
let collector: RunningCollector;
let data: string;
let port: number;
let home: string;
let file: string;
let engine: Engine;
const engines: Engine[] = [];

beforeAll(async () => {
  provider = await startProvider();
  for (const person of ["member", "auditor", "admin"] as const)
    tokens.set(person, await signIn(provider, person));
});
afterAll(() => provider.stop());

const start = (at = 0): Promise<RunningCollector> =>
  startCollector(settings(provider, { data, port: at, log: "collector.test/sluice" }));

beforeEach(async () => {
  data = newFolder();
  collector = await start();
  port = Number(new URL(collector.url).port);
  home = newHome();
  file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "sluice-policy-")), "shop.db");
  const database = new Database(file);
  database.exec(
    "CREATE TABLE products (id INTEGER PRIMARY KEY, title TEXT); INSERT INTO products VALUES (1, 'Lamp')",
  );
  database.close();
  engine = await openEngine();
});
afterEach(async () => {
  for (const one of engines.splice(0)) await one.close();
  await collector.stop();
});

async function signedIn(): Promise<SecretStore> {
  const secrets = memorySecrets();
  const { issuer, clientId } = provider;
  const actor = { kind: "user", subject: "member", issuer, name: "member", groups: [] };
  const session = {
    kind: "user",
    issuer,
    clientId,
    accessToken: "a",
    idToken: tokens.get("member"),
    expiresAt: Date.now() + 3_600_000,
    actor,
  };
  await secrets.store("session", JSON.stringify(session));
  return secrets;
}

async function openEngine(): Promise<Engine> {
  const opened = await engineIn(home, { secrets: await signedIn(), collector: `http://127.0.0.1:${port}` });
  engines.push(opened);
  return opened;
}

const profile = (): ConnectionProfile => ({
  id: connectionId("shop"),
  name: "shop",
  engine: "sqlite",
  host: "",
  port: 0,
  database: file,
  user: "",
  environment: "development",
  tls: "disable",
});

const SELECT = "SELECT id FROM products";
const run = (on = engine) => runOne(on, profile(), SELECT);

function publish(version: number, changes: Partial<CentralPolicy> = {}, by: Person = "admin") {
  return call("PUT", `${collector.url}/v1/policy`, tokens.get(by) ?? null, {
    version,
    cedar: "",
    guardrails: "",
    labels: "",
    validHours: 1,
    comment: "for the test",
    ...changes,
  });
}

const CLOSED = `@reason("The warehouse is being counted.")\nforbid (principal, action == Action::"read", resource);`;

test("nothing published: the rules Sluice comes with", async () => {
  expect((await run()).kind).toBe("rows");
});

test("what an administrator publishes is in force, on the record, and can be taken back by a next version", async () => {
  expect((await run()).kind).toBe("rows");
  expect(await publish(1, { cedar: CLOSED })).toMatchObject({ status: 200, body: { version: 1 } });
  await engine.rooms.inForce?.refresh();
  const blocked = await run();
  expect(blocked.kind).toBe("blocked");
  expect(blocked.report.decision.reason).toBe("The warehouse is being counted.");
  expect((await publish(2)).status).toBe(200);
  await engine.rooms.inForce?.refresh();
  expect((await run()).kind).toBe("rows");
  const auditor = tokens.get("auditor") ?? null;
  const history = await call<PolicyHistory>("GET", `${collector.url}/v1/policy/history`, auditor);
  expect(history.body.versions.map(({ version, state, by }) => [version, state, by])).toEqual([
    [2, "in_force", "admin of the test"],
    [1, "former", "admin of the test"],
  ]);
  const first = await call<PolicyTexts>("GET", `${collector.url}/v1/policy/versions/1`, auditor);
  expect(first.body.policy.cedar).toBe(CLOSED);
});

onEachStore((store) => {
  test("versions follow each other, whoever asks", async () => {
    const own = await startCollector(settings(provider, await store.fresh()));
    const to = `${own.url}/v1/policy`;
    const order = { cedar: "", guardrails: "", labels: "", validHours: 1, comment: "for the test" };
    const admin = tokens.get("admin") ?? null;
    for (const version of [1, 2, 3])
      expect((await call("PUT", to, admin, { ...order, version })).status).toBe(200);
    expect((await call("PUT", to, admin, { ...order, version: 3 })).status).toBe(409);
    const history = await call<PolicyHistory>("GET", `${to}/history`, admin);
    expect(history.body.versions.map(({ version }) => version)).toEqual([3, 2, 1]);
    const now = await call<{ lease: string }>("GET", to, tokens.get("member") ?? null);
    expect(JSON.parse(now.body.lease)).toMatchObject({ version: 3 });
    expect((await call("GET", to)).status).toBe(401);
    await own.stop();
  });
});

test("only an administrator publishes, and of two at once one", async () => {
  expect((await publish(1, {}, "member")).status).toBe(403);
  expect((await publish(1, {}, "auditor")).status).toBe(403);
  const both = await Promise.all([publish(1, { cedar: CLOSED }), publish(1)]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect((await publish(3)).status).toBe(409);
});

test("work goes on without the collector for as long as it says, and then nothing runs", async () => {
  await publish(1, { cedar: CLOSED, validHours: 2 / 3600 });
  await engine.rooms.inForce?.refresh();
  await collector.stop();
  const later = await openEngine();
  expect((await run(later)).kind).toBe("blocked");
  const until = Date.now() + 2_500;
  while (Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await problemTold(run(later))).toMatchObject({ code: "policy-expired" });
  expect(await problemTold(run())).toMatchObject({ code: "policy-expired" });
  collector = await start(port);
  expect((await run(later)).kind).toBe("blocked");
});

test("a copy that somebody changed is no policy", async () => {
  await publish(1, { cedar: CLOSED });
  await engine.rooms.inForce?.refresh();
  await collector.stop();
  const kept = path.join(home, "collector", "policy.json");
  const text = fs.readFileSync(kept, "utf8");
  for (const changed of [text.replace("forbid", "permit"), text.slice(0, -20), "{}"]) {
    fs.writeFileSync(kept, changed);
    const tampered = await openEngine();
    expect(await problemTold(run(tampered))).toMatchObject({ code: "policy-unknown" });
  }
  collector = await start(port);
});

test("an older policy than was in force is refused", async () => {
  const before = newFolder();
  await publish(1);
  await collector.stop();
  fs.cpSync(data, before, { recursive: true });
  collector = await start(port);
  await publish(2, { cedar: CLOSED });
  await engine.rooms.inForce?.refresh();
  await collector.stop();
  data = before;
  collector = await start(port);
  const told = await problemTold(engine.rooms.inForce?.refresh() ?? Promise.resolve());
  expect(told).toMatchObject({ code: "policy-not-believed" });
  expect((await run()).kind).toBe("blocked");
});

test("one that cannot be used leaves the last good one in force", async () => {
  await publish(1, { cedar: CLOSED });
  await engine.rooms.inForce?.refresh();
  await publish(2, { cedar: "permit (nonsense" });
  expect(await problemTold(engine.rooms.inForce?.refresh() ?? Promise.resolve())).toMatchObject({
    code: "policy-invalid",
  });
  expect((await run()).kind).toBe("blocked");
});

describe("a service with credentials of its own", () => {
  const asService = async (): Promise<Engine> => {
    const opened = await engineIn(home, { collector: `http://127.0.0.1:${port}` });
    engines.push(opened);
    return opened;
  };
  beforeEach(() => {
    process.env.SLUICE_SERVICE_ID = provider.service.clientId;
    process.env.SLUICE_SERVICE_SECRET = provider.service.clientSecret;
  });
  afterEach(() => {
    delete process.env.SLUICE_SERVICE_ID;
    delete process.env.SLUICE_SERVICE_SECRET;
  });
  const runAs = async (on: Engine) => {
    const actor = await on.rooms.identity.requireService();
    const statements = on.run({
      sessionId: sessionId("service"),
      connection: profile(),
      text: SELECT,
      client: { kind: "cli", session: "service" },
      purpose: "The nightly report",
      pageRows: 10,
      maxCellLength: 100,
      signal: new AbortController().signal,
      keepGoing: false,
      actor,
    });
    for await (const { governed } of statements) {
      if (governed.kind === "rows") await governed.rest.close();
      return governed;
    }
    throw new Error("Nothing ran.");
  };

  test("gets the policy where nobody is signed in, and keeps to it", async () => {
    home = newHome();
    const service = await asService();
    expect((await runAs(service)).kind).toBe("rows");
    await publish(1, { cedar: CLOSED });
    await service.rooms.inForce?.refresh();
    const blocked = await runAs(service);
    expect(blocked.kind).toBe("blocked");
    expect(blocked.report.decision.reason).toBe("The warehouse is being counted.");
  });

  test("runs nothing before it has one", async () => {
    home = newHome();
    const service = await asService();
    await service.rooms.identity.requireService();
    await collector.stop();
    expect(await problemTold(runAs(service))).toMatchObject({ code: "policy-unknown" });
    collector = await start(port);
  });

  test("asks for nothing, answers nothing, and publishes nothing", async () => {
    const service = await asService();
    await service.rooms.identity.requireService();
    const token = service.rooms.identity.serviceToken();
    expect((await call("GET", `${collector.url}/v1/policy`, token)).status).toBe(200);
    expect((await call("GET", `${collector.url}/v1/policy/history`, token)).status).toBe(403);
    const order = { version: 1, cedar: "", guardrails: "", labels: "", validHours: 1, comment: "mine" };
    expect((await call("PUT", `${collector.url}/v1/policy`, token, order)).status).toBe(403);
    const { body } = await call("GET", `${collector.url}/v1/me`, token);
    expect(body).toMatchObject({ name: provider.service.clientId, roles: ["member"] });
  });

  test("with a token for somebody else is nobody", async () => {
    const other = await engineIn(newHome(), { collector: `http://localhost:${port}` });
    engines.push(other);
    await other.rooms.identity.requireService();
    const answer = await call("GET", `${collector.url}/v1/policy`, other.rooms.identity.serviceToken());
    expect(answer.status).toBe(401);
  });
});
