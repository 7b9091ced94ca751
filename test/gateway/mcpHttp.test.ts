import http from "node:http";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../agent/engine.ts";
import { Bearers } from "../../agent/gateway/mcp/bearer.ts";
import { type HttpGateway, serveHttp } from "../../agent/gateway/mcp/httpServer.ts";
import { type DemoProvider, startDemoProvider } from "../../scripts/demo/provider.ts";
import { engineIn } from "../robustness/engine.ts";
import { answer, editorIn } from "./editor.ts";
import { connect, type McpClient } from "./mcpClient.ts";
import { markersShown, openShop, type Shop } from "./shop.ts";
import { personToken, serviceToken } from "./tokens.ts";

let shop: Shop;
let engine: Engine;
let provider: DemoProvider;
let gateway: HttpGateway;
let ada: string;
let service: string;
const open: McpClient[] = [];

beforeAll(async () => {
  [shop, provider] = await Promise.all([openShop(), startDemoProvider()]);
  engine = await engineIn(shop.home, { issuer: provider.issuer, clientId: provider.clientId });
  engine.open.passwords.use(shop.profile.id, shop.server.password);
  await engine.open.database(shop.profile).whenClassified();
  gateway = await serve(provider.issuer);
  [ada, service] = [
    await personToken(provider, "ada", gateway.url),
    await serviceToken(provider, gateway.url),
  ];
});
afterAll(async () => {
  for (const client of open) await client.close();
  await gateway?.close();
  await engine?.close();
  await provider?.stop();
  await shop?.close();
});

const serve = (issuer: string): Promise<HttpGateway> =>
  serveHttp({
    engine,
    host: "127.0.0.1",
    port: 0,
    publicUrl: null,
    origins: ["https://agents.example"],
    tls: null,
    issuer,
    bearers: (resource) => new Bearers({ issuer, audience: resource, groupsClaim: "groups" }),
  });

async function client(token: string, name = "http-agent"): Promise<McpClient> {
  const headers = { authorization: `Bearer ${token}` };
  const transport = new StreamableHTTPClientTransport(new URL(gateway.url), { requestInit: { headers } });
  const made = await connect(transport, name);
  open.push(made);
  return made;
}

const run = (mcp: McpClient, sql: string, purpose = "to look at the shop") =>
  mcp.call("run_query", { connection: "shop", sql, purpose });
const lastActor = (): Record<string, unknown> => {
  const records = engine.rooms.ledger.sealedAfter(0, 10_000, Number.POSITIVE_INFINITY);
  const bodies = records.map(({ canonical }) => JSON.parse(canonical).body);
  return bodies.findLast((body) => body.kind === "intent" || body.kind === "refused")?.actor;
};

/** As any HTTP client could ask, headers and all. */
function raw(
  headers: Record<string, string>,
  {
    method = "POST",
    path = "/mcp",
    body = INITIALIZE,
  }: { method?: string; path?: string; body?: string } = {},
): Promise<{ status: number; headers: http.IncomingHttpHeaders; text: string }> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        hostname,
        port,
        method,
        path,
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          ...headers,
        },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      },
    );
    request.on("error", reject);
    request.end(method === "POST" ? body : undefined);
  });
}
const INITIALIZE = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "raw", version: "1" } },
});

test("a person's program works as an agent of theirs", async () => {
  const mcp = await client(ada);
  const seen = await run(mcp, "SELECT id, email FROM shop.customers WHERE id < 3");
  expect(seen.structured).toMatchObject({ status: "rows", row_count: 2 });
  expect(markersShown(JSON.stringify(seen))).toEqual([]);
  expect(lastActor()).toMatchObject({
    kind: "ai_agent",
    agent: "http-agent",
    host: "http-agent 7.0",
    asserted: true,
    onBehalfOf: { kind: "user", subject: "ada", issuer: provider.issuer, groups: ["developers"] },
  });
});

test("a service works under its own name, and writes nothing", async () => {
  const mcp = await client(service, "anything");
  expect((await run(mcp, "SELECT count(*) FROM shop.orders")).structured).toMatchObject({ status: "rows" });
  expect(lastActor()).toMatchObject({ kind: "service", subject: provider.service.clientId });
  expect((await run(mcp, "DELETE FROM shop.orders WHERE id = 1")).structured).toMatchObject({
    status: "denied",
  });
});

test("a write waits for the person, who answers in their editor", async () => {
  const mcp = await client(ada);
  const asked = await run(mcp, "UPDATE shop.orders SET total = 4 WHERE id = 4");
  expect(asked.structured).toMatchObject({ status: "waiting_for_approval" });
  // The person may sit elsewhere, and then nobody has told them.
  expect(asked.text).toContain("only in an editor on the machine this server runs on");
  expect(asked.text).not.toContain("who was told in their editor");
  const editor = await editorIn(shop.home);
  try {
    const actor = lastActor().onBehalfOf;
    const person = {
      kind: "user",
      subject: "ada",
      issuer: provider.issuer,
      name: "Ada",
      groups: [],
    } as const;
    expect(actor).toMatchObject({ subject: "ada" });
    await answer(editor, person, String(asked.structured.handle), "approve");
  } finally {
    await editor.close();
  }
  const done = await mcp.call("run_query", { approval: asked.structured.handle, purpose: "agreed" });
  expect(done.structured).toMatchObject({ status: "done", affected: 1 });
});

describe("who comes without a good token", () => {
  test("is told where to get one", async () => {
    const { status, headers } = await raw({});
    expect(status).toBe(401);
    const metadata = /resource_metadata="([^"]+)"/.exec(String(headers["www-authenticate"]))?.[1] ?? "";
    const described = await (await fetch(metadata)).json();
    expect(described).toMatchObject({ resource: gateway.url, authorization_servers: [provider.issuer] });
  });

  test("of another audience, or opaque, is refused", async () => {
    const other = await personToken(provider, "ada", "https://elsewhere.example/mcp");
    expect((await raw({ authorization: `Bearer ${other}` })).status).toBe(401);
    expect((await raw({ authorization: "Bearer abc" })).status).toBe(401);
    expect((await raw({ authorization: "Basic YTpi" })).status).toBe(401);
    const [head = "", body = ""] = ada.split(".");
    expect((await raw({ authorization: `Bearer ${head}.${body}.` })).status).toBe(401);
    const claims = JSON.parse(Buffer.from(body, "base64url").toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: "mira", groups: ["sluice-dba"] })).toString(
      "base64url",
    );
    expect((await raw({ authorization: `Bearer ${head}.${forged}.${ada.split(".")[2]}` })).status).toBe(401);
    const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
    expect((await raw({ authorization: `Bearer ${none}.${body}.` })).status).toBe(401);
  });
});

describe("another provider's keys", () => {
  let fake: http.Server;
  let second: HttpGateway;
  let sign: (claims: JWTPayload, alg?: string) => Promise<string>;
  let issuer: string;

  beforeAll(async () => {
    const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: "k", alg: "RS256", use: "sig" };
    fake = http.createServer((request, response) => {
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify(
          request.url?.includes("openid") ? { issuer, jwks_uri: `${issuer}/jwks` } : { keys: [jwk] },
        ),
      );
    });
    await new Promise<void>((ready) => fake.listen(0, "127.0.0.1", ready));
    const address = fake.address();
    issuer = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
    second = await serve(issuer);
    sign = (claims, alg = "RS256") =>
      new SignJWT(claims)
        .setProtectedHeader({ alg, kid: "k" })
        .sign(alg === "HS256" ? new TextEncoder().encode(JSON.stringify(jwk)) : privateKey);
  });
  afterAll(async () => {
    await second?.close();
    fake?.close();
  });

  const soon = (): number => Math.floor(Date.now() / 1000) + 600;
  const good = (): JWTPayload => ({ iss: issuer, aud: second.url, sub: "ada", exp: soon(), name: "Ada" });
  const status = async (token: string): Promise<number> => {
    const { port } = new URL(second.url);
    const answered = await fetch(`http://127.0.0.1:${port}/mcp`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      },
      body: INITIALIZE,
    });
    await answered.body?.cancel();
    return answered.status;
  };

  test.each([
    ["is good as it is", {}, 200],
    ["has expired", { exp: 1_000 }, 401],
    ["never expires", { exp: undefined }, 401],
    ["is of another issuer", { iss: "https://evil.example" }, 401],
    ["is for another server", { aud: "https://other.example" }, 401],
    ["is nobody's", { sub: undefined }, 401],
    ["names no program that acts", { act: {} }, 401],
  ])("a token that %s", async (_what, change, expected) => {
    expect(await status(await sign(JSON.parse(JSON.stringify({ ...good(), ...change }))))).toBe(expected);
  });

  test("a token signed with what is public", async () => {
    expect(await status(await sign(good(), "HS256"))).toBe(401);
  });

  test("a token that says which program acts: that one, whatever it calls itself", async () => {
    const token = await sign({ ...good(), act: { sub: "release-bot" } });
    const transport = new StreamableHTTPClientTransport(new URL(second.url), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    });
    const mcp = await connect(transport, "Trusted Administrator");
    await run(mcp, "SELECT 1");
    expect(lastActor()).toMatchObject({
      agent: "release-bot",
      asserted: false,
      onBehalfOf: { subject: "ada" },
    });
    await mcp.close();
  });
});

describe("whoever calls from elsewhere", () => {
  const authorization = () => ({ authorization: `Bearer ${ada}` });

  test.each([
    ["a name turned to this address", { host: "evil.example" }, 421],
    ["a page of another site", { origin: "https://evil.example" }, 403],
    ["a page without a place", { origin: "null" }, 403],
    ["a page that is let in", { origin: "https://agents.example" }, 200],
  ])("%s", async (_what, headers, expected) => {
    expect((await raw({ ...authorization(), ...headers })).status).toBe(expected);
  });

  test("a session is its person's: another's token finds none", async () => {
    const { headers } = await raw(authorization());
    const id = String(headers["mcp-session-id"]);
    const list = JSON.stringify({ jsonrpc: "2.0", id: 2, method: "tools/list" });
    expect((await raw({ ...authorization(), "mcp-session-id": id }, { body: list })).status).toBe(200);
    const dana = await personToken(provider, "dana", gateway.url);
    const stolen = { authorization: `Bearer ${dana}`, "mcp-session-id": id };
    expect((await raw(stolen, { body: list })).status).toBe(404);
    expect(
      (await raw({ authorization: `Bearer ${service}`, "mcp-session-id": id }, { body: list })).status,
    ).toBe(404);
    expect((await raw({ "mcp-session-id": id }, { body: list })).status).toBe(401);
    expect((await raw(stolen, { method: "DELETE" })).status).toBe(404);
    expect((await raw({ ...authorization(), "mcp-session-id": id }, { body: list })).status).toBe(200);
  });

  test("a request that is no beginning, or too large, or nowhere", async () => {
    expect((await raw(authorization(), { body: "{}" })).status).toBe(400);
    expect((await raw(authorization(), { body: "not json" })).status).toBe(413);
    expect((await raw(authorization(), { body: JSON.stringify("x".repeat(1_100_000)) })).status).toBe(413);
    expect((await raw(authorization(), { path: "/elsewhere" })).status).toBe(404);
    expect((await raw({ ...authorization(), "mcp-session-id": "unknown" })).status).toBe(404);
  });

  test("no request answers what waits for a person", async () => {
    const mcp = await client(ada);
    const asked = await run(mcp, "UPDATE shop.orders SET total = 5 WHERE id = 5");
    const id = String(asked.structured.handle);
    for (const method of ["sluice/programs/decide", "sluice/approvals/decide", "tools/decide"]) {
      const schema = (await import("zod")).z.any();
      const params = { id, review: id, decision: "approve", reason: "" };
      await expect(mcp.client.request({ method, params } as never, schema)).rejects.toThrow(/not found/i);
    }
    for (const name of ["decide", "approve", "sluice/programs/decide"])
      expect((await mcp.call(name, { id, decision: "approve" })).isError).toBe(true);
    expect((await mcp.call("approval_status", { handle: id })).structured).toMatchObject({
      status: "pending",
    });
  });
});
