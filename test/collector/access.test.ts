import http from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunningCollector } from "../../collector/start.ts";
import type { Approval } from "../../protocol/approval/approval.ts";
import type { Elevation } from "../../protocol/approval/elevation.ts";
import { newSealingKey } from "../../protocol/node/sealedBox.ts";
import { buildConsole } from "../../scripts/console.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { elevationOf, Hand, orderOf, redemptionOf } from "./approving.ts";
import { call, TestDevice } from "./device.ts";
import { Borrower, define } from "./lending.ts";
import { PEOPLE, type Person, signIn, startProvider } from "./people.ts";
import { policyText } from "./policyStage.ts";
import { enrolled, newFolder, settings, startCollector } from "./stores.ts";
import { TestWitness } from "./witness.ts";

let provider: DemoProvider;
let collector: RunningCollector;
let device: TestDevice;
let witness: TestWitness;
const tokens = new Map<Person | "nobody", string | null>([["nobody", null]]);
const tokenOf = (who: Person | "nobody"): string | null => tokens.get(who) ?? null;

beforeAll(async () => {
  provider = await startProvider();
  for (const person of PEOPLE) tokens.set(person, await signIn(provider, person));
  witness = await TestWitness.start("witness.test");
  const page = newFolder();
  await buildConsole(page);
  collector = await startCollector(settings(provider, { witnesses: [witness.settings] }), { page });
  device = (await enrolled(collector, tokenOf("member") ?? "")).work(1);
  device.write({
    kind: "task_opened",
    task: "t1",
    actor: {
      kind: "ai_agent",
      agent: "helper",
      model: "m1",
      host: "editor",
      onBehalfOf: { kind: "user", ...requester(), name: "Member", groups: [] },
      asserted: true,
    },
    purpose: "a test",
    budget: { statements: 1, rows: 1, minutes: 1 },
  });
  await device.send(collector.url);
  await device.forkAt(1).work(1).send(collector.url, 2);
  await call("PUT", `${collector.url}/v1/policy/observed`, tokenOf("admin"), policyText(1));
  const token = tokenOf("member");
  for (const purpose of ["decided", "withdrawn", "given"] as const) {
    const [order, elevation] = [
      orderOf(provider, device, { ...ASKED, purpose }, { requester: requester() }),
      elevationOf(provider, device, { kind: "write" }, { ...ASKED, purpose }),
    ];
    const subject = { ...elevation.subject, requester: requester() };
    const approvals = await new Hand<Approval>(() => collector, token).ask(order);
    const elevations = await new Hand<Elevation>(() => collector, token, "/v1/elevations").ask({
      ...elevation,
      subject,
    });
    requests[purpose] = { approvals: approvals.body.id, elevations: elevations.body.id };
  }
  const approver = new Hand<Approval>(() => collector, tokenOf("approver"));
  expect((await approver.decide(requests.given.approvals, "approve")).body.state).toBe("granted");
  const shop = { after: 0, definition: SHOP, login: LOGIN };
  expect((await define(collector, tokenOf("admin") ?? "", "shop", shop)).status).toBe(200);
  lent = (await new Borrower(() => collector, token ?? "", device).lease("shop")).id;
  const set = await call<{ id: string }>("POST", `${collector.url}/v1/retention/holds`, tokenOf("admin"), {
    reason: "a test",
  });
  holdSet = set.body.id;
});
afterAll(async () => {
  await collector.stop();
  await Promise.all([provider.stop(), witness.stop()]);
});

/** One login for everybody: no server is asked for it. */
const SHOP = {
  target: {
    name: "Shop",
    engine: "postgres",
    host: "db.test",
    port: 5432,
    database: "shop",
    environment: "production",
    tls: "require",
  },
  groups: ["staff"],
  lending: { kind: "static" },
  minutes: 15,
};
const LOGIN = { user: "app", password: "a secret" };
/** A lease of the member's. */
let lent = "";
const orderFor = (of: string) => new Borrower(() => collector, "", device).order(of, newSealingKey());

const ASKED = { group: "sluice-approvers" };
const requester = () => ({ issuer: provider.issuer, subject: "member" });
let holdSet = "";
/** Requests of the member's. */
const requests = {
  decided: { approvals: "", elevations: "" },
  withdrawn: { approvals: "", elevations: "" },
  given: { approvals: "", elevations: "" },
};

/** Who asked, who may agree, and who may read everything. */
const SEE = ["member", "approver", "auditor", "admin"] as const;

const requestRoutes = (kind: "approvals" | "elevations") => {
  const of = (which: keyof typeof requests, rest = "") => `/v1/${kind}/${requests[which][kind]}${rest}`;
  return [
    { method: "GET", path: `/v1/${kind}`, at: () => `/v1/${kind}?box=mine`, allowed: PEOPLE },
    { method: "GET", path: `/v1/${kind}/:id`, at: () => of("decided"), allowed: SEE },
    {
      method: "POST",
      path: `/v1/${kind}/:id/decision`,
      at: () => of("decided", "/decision"),
      body: () => ({ decision: "approve", reason: "a test" }),
      allowed: ["approver"],
    },
    {
      method: "POST",
      path: `/v1/${kind}/:id/withdraw`,
      at: () => of("withdrawn", "/withdraw"),
      body: () => ({}),
      allowed: ["member"],
    },
  ] as const;
};

/** Every route, and who gets what. The table of the server is held against this one below. */
const EVERYBODY = ["nobody", ...PEOPLE] as const;
const ROUTES: readonly {
  readonly method: "GET" | "PUT" | "POST";
  readonly path: string;
  readonly at?: () => string;
  readonly body?: () => unknown;
  readonly allowed: readonly (Person | "nobody")[];
  /** What it answers without a token, where that is not 401: it wants a device's signature instead. */
  readonly unsigned?: number;
}[] = [
  { method: "GET", path: "/v1/info", allowed: EVERYBODY },
  { method: "GET", path: "/checkpoint", allowed: EVERYBODY },
  { method: "GET", path: "/tile/*", at: () => "/tile/0/000.p/1", allowed: EVERYBODY },
  {
    method: "GET",
    path: "/v1/checkpoint/witnessed",
    allowed: EVERYBODY,
  },
  {
    method: "GET",
    path: "/v1/proof/inclusion",
    at: () => `/v1/proof/inclusion?chain=${device.chain}&seq=1`,
    allowed: EVERYBODY,
  },
  {
    method: "GET",
    path: "/v1/proof/consistency",
    at: () => "/v1/proof/consistency?from=1&to=2",
    allowed: EVERYBODY,
  },
  { method: "GET", path: "/v1/devices/:chain/head", allowed: EVERYBODY },
  { method: "POST", path: "/v1/devices/:chain/records", body: () => device.batch(), allowed: EVERYBODY },
  {
    method: "PUT",
    path: "/v1/devices/:chain",
    body: () => device.enrolment(collector.log, "member"),
    // Its owner; the proof is for nobody else, and the device is theirs.
    allowed: ["member"],
  },
  {
    method: "POST",
    path: "/v1/devices/:chain/dispute",
    body: () => ({ what: "lies", evidence: "{}" }),
    // Its signature says who: the device's own alone will do, and no token.
    allowed: [],
    unsigned: 400,
  },
  {
    method: "POST",
    path: "/v1/devices/:chain/questions",
    body: () => ({ what: "close", log: collector.log, id: "0".repeat(32) }),
    // Likewise.
    allowed: [],
    unsigned: 403,
  },
  {
    method: "POST",
    path: "/v1/devices/:chain/questions/:id/redeem",
    at: () => `/v1/devices/${device.chain}/questions/${"0".repeat(32)}/redeem`,
    body: () => redemptionOf(device, collector.log, "0".repeat(32)),
    // Likewise.
    allowed: [],
    unsigned: 403,
  },
  { method: "GET", path: "/v1/devices", allowed: PEOPLE },
  {
    method: "POST",
    path: "/v1/devices/:chain/state",
    body: () => ({ state: "active", reason: "a test" }),
    allowed: ["admin"],
  },
  {
    method: "GET",
    path: "/v1/devices/:chain/records",
    at: () => `/v1/devices/${device.chain}/records?from=1`,
    // Whose device it is, and who may read everything.
    allowed: ["member", "auditor", "admin"],
  },
  { method: "GET", path: "/v1/policy", allowed: PEOPLE },
  { method: "GET", path: "/v1/policy/history", allowed: ["auditor", "admin"] },
  { method: "GET", path: "/v1/policy/observed", allowed: ["auditor", "admin"] },
  { method: "GET", path: "/v1/policy/statements", allowed: ["auditor", "admin"] },
  {
    method: "GET",
    path: "/v1/policy/versions/:version",
    at: () => "/v1/policy/versions/1",
    allowed: ["auditor", "admin"],
  },
  // Version 1 is observed from the beginning; each order is what may follow the one before.
  {
    method: "POST",
    path: "/v1/policy/drop",
    body: () => ({ version: 1, reason: "a test" }),
    allowed: ["admin"],
  },
  { method: "PUT", path: "/v1/policy", body: () => policyText(2), allowed: ["admin"] },
  { method: "PUT", path: "/v1/policy/observed", body: () => policyText(3), allowed: ["admin"] },
  { method: "POST", path: "/v1/policy/enforce", body: () => ({ version: 3 }), allowed: ["admin"] },
  {
    method: "POST",
    path: "/v1/policy/rollback",
    body: () => ({ version: 4, to: 2, comment: "a test" }),
    allowed: ["admin"],
  },
  { method: "GET", path: "/v1/alerts", allowed: ["auditor", "admin"] },
  { method: "GET", path: "/v1/alerts/:id", at: () => "/v1/alerts/1", allowed: ["auditor", "admin"] },
  {
    method: "POST",
    path: "/v1/alerts/:id/acknowledge",
    at: () => "/v1/alerts/1/acknowledge",
    body: () => ({ reason: "a test" }),
    allowed: ["admin"],
  },
  {
    method: "POST",
    path: "/v1/devices/:chain/confirm",
    at: () => `/v1/devices/${device.chain}/confirm`,
    body: () => ({ reason: "a test" }),
    allowed: ["admin"],
  },
  { method: "GET", path: "/v1/silence", allowed: ["auditor", "admin"] },
  ...requestRoutes("approvals"),
  ...requestRoutes("elevations"),
  {
    method: "POST",
    path: "/v1/approvals",
    body: () => orderOf(provider, device, ASKED, { requester: requester() }),
    allowed: ["member"],
  },
  {
    method: "POST",
    path: "/v1/elevations",
    body: () => {
      const order = elevationOf(provider, device, { kind: "write" }, ASKED);
      return { ...order, subject: { ...order.subject, requester: requester() } };
    },
    allowed: ["member"],
  },
  {
    method: "POST",
    path: "/v1/approvals/:id/redeem",
    at: () => `/v1/approvals/${requests.decided.approvals}/redeem`,
    body: () => redemptionOf(device, collector.log, requests.decided.approvals),
    allowed: ["member"],
  },
  {
    method: "POST",
    path: "/v1/approvals/:id/take-back",
    at: () => `/v1/approvals/${requests.given.approvals}/take-back`,
    body: () => ({ reason: "a test" }),
    allowed: ["member", "approver", "admin"],
  },
  {
    method: "GET",
    path: "/v1/elevations/:id/grant",
    at: () => `/v1/elevations/${requests.decided.elevations}/grant`,
    allowed: ["member"],
  },
  {
    method: "POST",
    path: "/v1/elevations/:id/end",
    at: () => `/v1/elevations/${requests.decided.elevations}/end`,
    body: () => ({}),
    allowed: ["member", "approver", "admin"],
  },
  { method: "GET", path: "/v1/connections", allowed: PEOPLE },
  { method: "GET", path: "/v1/connections/all", allowed: ["auditor", "admin"] },
  {
    method: "PUT",
    path: "/v1/connections/:id",
    at: () => "/v1/connections/another",
    body: () => {
      const definition = { ...SHOP, target: { ...SHOP.target, name: "Another" } };
      return { after: 0, definition, login: LOGIN };
    },
    allowed: ["admin"],
  },
  {
    method: "POST",
    path: "/v1/connections/:id/lease",
    at: () => "/v1/connections/shop/lease",
    body: () => orderFor("shop"),
    // Whose device has signed it.
    allowed: ["member"],
  },
  { method: "GET", path: "/v1/leases", allowed: PEOPLE },
  {
    method: "GET",
    path: "/v1/leases/:id",
    at: () => `/v1/leases/${lent}`,
    // Its holder's, and auditors'.
    allowed: ["member", "auditor", "admin"],
  },
  {
    method: "POST",
    path: "/v1/leases/:id/renew",
    at: () => `/v1/leases/${lent}/renew`,
    body: () => orderFor(lent),
    allowed: ["member"],
  },
  {
    method: "POST",
    path: "/v1/leases/:id/end",
    at: () => `/v1/leases/${lent}/end`,
    body: () => ({}),
    // Its holder, and an administrator.
    allowed: ["member", "admin"],
  },
  {
    method: "POST",
    path: "/v1/leases/end",
    // Each ends what they were lent themselves: nothing, where it was lent to another.
    body: () => ({ chain: device.chain }),
    allowed: PEOPLE,
  },
  {
    method: "POST",
    path: "/v1/connections/:id/remove",
    at: () => "/v1/connections/another/remove",
    body: () => ({ reason: "a test" }),
    allowed: ["admin"],
  },
  { method: "GET", path: "/health", allowed: EVERYBODY },
  { method: "GET", path: "/ready", allowed: EVERYBODY },
  // By where they ask from, not by who they are.
  { method: "GET", path: "/metrics", allowed: EVERYBODY },
  { method: "GET", path: "/v1/me", allowed: PEOPLE },
  { method: "GET", path: "/v1/search", allowed: PEOPLE },
  { method: "GET", path: "/v1/facets", allowed: PEOPLE },
  { method: "GET", path: "/v1/export", at: () => "/v1/export?format=csv", allowed: PEOPLE },
  { method: "GET", path: "/v1/terms", at: () => "/v1/terms?filter=actor", allowed: PEOPLE },
  {
    method: "GET",
    path: "/v1/records/:chain/:seq",
    at: () => `/v1/records/${device.chain}/1`,
    // Its owner's, and auditors'.
    allowed: ["member", "auditor", "admin"],
  },
  { method: "GET", path: "/v1/devices/:chain/sessions", allowed: ["member", "auditor", "admin"] },
  { method: "GET", path: "/v1/devices/:chain/timeline", allowed: ["member", "auditor", "admin"] },
  { method: "GET", path: "/v1/columns/:column/access", allowed: PEOPLE },
  {
    method: "GET",
    path: "/v1/actors/:actor/seen",
    at: () => `/v1/actors/${encodeURIComponent(`user|${provider.issuer}|member`)}/seen`,
    allowed: ["member", "auditor", "admin"],
  },
  { method: "GET", path: "/v1/overview", allowed: PEOPLE },
  { method: "GET", path: "/v1/searches", allowed: PEOPLE },
  { method: "PUT", path: "/v1/searches", body: () => ({ name: "mine", query: "" }), allowed: PEOPLE },
  { method: "GET", path: "/v1/reports", allowed: ["auditor", "admin"] },
  { method: "GET", path: "/v1/reports/:id", at: () => "/v1/reports/soc2", allowed: ["auditor", "admin"] },
  {
    method: "GET",
    path: "/v1/tasks/:task",
    at: () => "/v1/tasks/t1",
    allowed: ["member", "auditor", "admin"],
  },
  { method: "GET", path: "/v1/suggestions", allowed: PEOPLE },
  { method: "GET", path: "/v1/models", allowed: ["auditor", "admin"] },
  { method: "GET", path: "/v1/streams", allowed: ["auditor", "admin"] },
  { method: "GET", path: "/v1/retention", allowed: ["auditor", "admin"] },
  { method: "GET", path: "/v1/retention/evidence", allowed: PEOPLE },
  {
    method: "POST",
    path: "/v1/retention/holds",
    body: () => ({ reason: "a test" }),
    allowed: ["admin"],
  },
  {
    method: "POST",
    path: "/v1/retention/holds/:id/lift",
    at: () => `/v1/retention/holds/${holdSet}/lift`,
    body: () => ({ reason: "a test" }),
    allowed: ["admin"],
  },
  { method: "GET", path: "/v1/signin", allowed: EVERYBODY },
  { method: "GET", path: "/", allowed: EVERYBODY },
  {
    method: "GET",
    path: "/console/:file",
    at: () => "/console/console.js",
    allowed: EVERYBODY,
  },
];

describe("each route, for each role and without a token", () => {
  for (const { method, path, at, body, allowed, unsigned = 401 } of ROUTES) {
    for (const who of EVERYBODY) {
      test(`${method} ${path}: ${who} ${allowed.includes(who) ? "may" : "may not"}`, async () => {
        const url = `${collector.url}${at?.() ?? path.replace(":chain", device.chain)}`;
        const { status } = await call(method, url, tokenOf(who), body?.());
        if (allowed.includes(who)) expect(status).toBe(200);
        else if (who === "nobody") expect(status).toBe(unsigned);
        // A proof made for another person is a bad request of that person; others' requests are not there for them.
        else expect([400, 403, 404]).toContain(status);
      });
    }
  }

  test("there is no other route", async () => {
    const { routes } = await import("../../collector/http/routes.ts");
    const listed = routes(new Proxy({} as never, {})).map(({ method, path }) => `${method} ${path}`);
    expect(listed.toSorted()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).toSorted());
  });
});

describe("a device belongs to who enrolled it", () => {
  test("another person can neither enrol keys for it nor take it over", async () => {
    const url = `${collector.url}/v1/devices/${device.chain}`;
    const answer = await call<{ code: string }>(
      "PUT",
      url,
      tokenOf("other"),
      device.enrolment(collector.log, "other"),
    );
    expect(answer).toMatchObject({ status: 403, body: { code: "not-owner" } });
  });
  test("people see their own devices, auditors all of them", async () => {
    const chains = async (who: Person) =>
      (
        await call<{ devices: { chain: string }[] }>("GET", `${collector.url}/v1/devices`, tokenOf(who))
      ).body.devices.map(({ chain }) => chain);
    expect(await chains("member")).toEqual([device.chain]);
    expect(await chains("other")).toEqual([]);
    expect(await chains("auditor")).toContain(device.chain);
    expect(await chains("admin")).toContain(device.chain);
  });
  test("the list of devices comes in pages, each device once", async () => {
    for (let count = 0; count < 4; count += 1) await enrolled(collector, tokenOf("other") ?? "", "other");
    const page = (cursor: string | null) =>
      call<{ devices: { chain: string }[]; next: string | null }>(
        "GET",
        `${collector.url}/v1/devices?limit=2${cursor === null ? "" : `&cursor=${cursor}`}`,
        tokenOf("admin"),
      );
    const [seen, pages]: [string[], number[]] = [[], []];
    for (let next: string | null = null, first = true; first || next !== null; first = false) {
      const { body } = await page(next);
      pages.push(body.devices.length);
      seen.push(...body.devices.map(({ chain }) => chain));
      next = body.next;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(6);
    expect(pages.slice(0, -1).every((count) => count === 2)).toBe(true);
    const cursors = ["x", "W10", Buffer.from('["a\\u0000","00"]').toString("base64url")];
    for (const cursor of cursors) expect((await page(cursor)).status).toBe(400);
  });
  test("the collector's own chain is nobody's to enrol or mark", async () => {
    const { body } = await call<{ devices: { chain: string; owner: unknown }[] }>(
      "GET",
      `${collector.url}/v1/devices`,
      tokenOf("admin"),
    );
    const own = body.devices.find(({ owner }) => owner === null)?.chain ?? "";
    expect(own).toMatch(/^[0-9a-f]{64}$/);
    const state = { state: "lost", reason: "mischief" };
    expect(
      (await call("POST", `${collector.url}/v1/devices/${own}/state`, tokenOf("admin"), state)).status,
    ).toBe(404);
    const stolen = new TestDevice();
    const keys = stolen.enrolment(collector.log, "admin");
    expect((await call("PUT", `${collector.url}/v1/devices/${own}`, tokenOf("admin"), keys)).status).toBe(
      400,
    );
    expect((await call("GET", `${collector.url}/v1/devices/${own}/head`)).status).toBe(404);
  });
  test("a device marked lost is refused until it is marked active; each is on record", async () => {
    const mine = (await enrolled(collector, tokenOf("member") ?? "")).work(1);
    const mark = (state: string) =>
      call("POST", `${collector.url}/v1/devices/${mine.chain}/state`, tokenOf("admin"), {
        state,
        reason: "left in a train",
      });
    expect(await mark("lost")).toMatchObject({ status: 200, body: { state: "lost" } });
    expect(await mine.send(collector.url)).toMatchObject({ status: 403, body: { code: "device-refused" } });
    expect(
      await call(
        "PUT",
        `${collector.url}/v1/devices/${mine.chain}`,
        tokenOf("member"),
        mine.enrolment(collector.log, "member"),
      ),
    ).toMatchObject({ status: 403, body: { code: "device-refused" } });
    await mark("active");
    expect((await mine.send(collector.url)).status).toBe(200);
  });
  test("a reason is asked for", async () => {
    const state = { state: "lost", reason: "  " };
    const url = `${collector.url}/v1/devices/${device.chain}/state`;
    expect(await call("POST", url, tokenOf("admin"), state)).toMatchObject({ status: 400 });
  });
});

describe("tokens", () => {
  const devices = (token: string) => call<{ code: string }>("GET", `${collector.url}/v1/devices`, token);
  const claims = { sub: "admin", groups: ["sluice-admins"], iss: "", aud: "sluice" };
  const now = () => Math.floor(Date.now() / 1000);
  const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

  test("signed by somebody else's key", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    const token = await new SignJWT({ ...claims, iss: provider.issuer })
      .setProtectedHeader({ alg: "RS256", kid: "demo" })
      .setExpirationTime("1h")
      .sign(privateKey);
    expect(await devices(token)).toMatchObject({ status: 401, body: { code: "unauthorized" } });
  });
  test("signed with the provider's public key as a shared secret, or not at all", async () => {
    const jwks: { keys: { n: string }[] } = JSON.parse(await (await fetch(`${provider.issuer}/jwks`)).text());
    const body = base64({ ...claims, iss: provider.issuer, exp: now() + 600 });
    const { createHmac } = await import("node:crypto");
    const head = base64({ alg: "HS256", kid: "demo" });
    const mac = createHmac("sha256", Buffer.from(jwks.keys[0]?.n ?? "", "base64url"))
      .update(`${head}.${body}`)
      .digest("base64url");
    expect((await devices(`${head}.${body}.${mac}`)).status).toBe(401);
    expect((await devices(`${base64({ alg: "none" })}.${body}.`)).status).toBe(401);
  });
  test("with a changed claim", async () => {
    const [head, body = "", signature] = (tokenOf("member") ?? "").split(".");
    const changed: Record<string, unknown> = JSON.parse(Buffer.from(body, "base64url").toString());
    const forged = `${head}.${base64({ ...changed, groups: ["sluice-admins"] })}.${signature}`;
    expect((await devices(forged)).status).toBe(401);
  });

  /** A provider whose key the test holds, so that it can sign anything. */
  async function withOwnProvider(
    run: (
      sign: (changes: Record<string, unknown>, alg?: string) => Promise<string>,
      url: string,
    ) => Promise<void>,
  ) {
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const jwk = { ...(await exportJWK(publicKey)), kid: "one", alg: "ES256", use: "sig" };
    const server = http.createServer((request, response) => {
      const issuer = `http://${request.headers.host}`;
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify(request.url === "/jwks" ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/jwks` }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const issuer = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    const other = await startCollector(settings({ issuer, clientId: "sluice" }));
    try {
      await run(
        (changes) =>
          new SignJWT({ sub: "s", iss: issuer, aud: "sluice", exp: now() + 600, ...changes })
            .setProtectedHeader({ alg: "ES256", kid: "one" })
            .sign(privateKey),
        other.url,
      );
    } finally {
      await other.stop();
      server.closeAllConnections();
      server.close();
    }
  }

  test("each claim counts", () =>
    withOwnProvider(async (sign, url) => {
      const status = async (changes: Record<string, unknown>) =>
        (await call("GET", `${url}/v1/devices`, await sign(changes))).status;
      expect(await status({})).toBe(200);
      expect(await status({ aud: "another" })).toBe(401);
      expect(await status({ aud: ["another", "sluice"] })).toBe(200);
      expect(await status({ iss: "https://evil.example" })).toBe(401);
      expect(await status({ exp: now() - 600 })).toBe(401);
      expect(await status({ exp: undefined })).toBe(401);
      expect(await status({ nbf: now() + 600 })).toBe(401);
      expect(await status({ sub: "" })).toBe(401);
      expect(await status({ sub: undefined })).toBe(401);
      const alerts = async (groups: unknown) =>
        (await call("GET", `${url}/v1/alerts`, await sign({ groups }))).status;
      expect(await alerts(["sluice-auditors"])).toBe(200);
      expect(await alerts("sluice-auditors")).toBe(403);
      expect(await alerts([["sluice-auditors"], null, {}])).toBe(403);
      expect(await alerts(undefined)).toBe(403);
    }));

  test("a provider that is away is told apart from a bad token", async () => {
    const lonely = await startCollector(settings({ issuer: "http://127.0.0.1:9", clientId: "sluice" }));
    const answer = await call("GET", `${lonely.url}/v1/devices`, tokenOf("member"));
    expect(answer).toMatchObject({ status: 503, body: { code: "unavailable" } });
    await lonely.stop();
  });
});
