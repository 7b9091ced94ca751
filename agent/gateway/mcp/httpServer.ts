import { randomUUID } from "node:crypto";
import http from "node:http";
import https from "node:https";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { isInitializeRequest } from "@modelcontextprotocol/sdk/types.js";
import { type Actor, actorIdentity } from "../../../protocol/actor.ts";
import type { Engine } from "../../engine.ts";
import { isLoopback } from "../../identity/config.ts";
import { ToolSession } from "../tools/toolSession.ts";
import { type Bearer, BearerError } from "./bearer.ts";
import { shownName } from "./clientName.ts";
import { mcpServerFor } from "./mcpServer.ts";

const PATH = "/mcp";
const METADATA = "/.well-known/oauth-protected-resource";
const MOST_SESSIONS = 200;
const IDLE_MS = 60 * 60_000;
/** Programs come from anywhere with a token; without a collector what waits lies in this machine's own folder. */
const ASKED_ON_THIS_MACHINE =
  "who can answer only in an editor on the machine this server runs on, under the same account; elsewhere nobody is told, so tell them yourself";
const MOST_BODY_BYTES = 1_000_000;

export interface HttpOptions {
  readonly engine: Engine;
  readonly host: string;
  readonly port: number;
  /** The address clients know it by, where a proxy stands in front of it. */
  readonly publicUrl: string | null;
  /** Pages that may call it; none where empty. */
  readonly origins: readonly string[];
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null;
  /** Where clients get tokens; null where the token is handed to them another way. */
  readonly issuer: string | null;
  /** What tokens have to be for, once the port is known. */
  bearers(resource: string): { read(authorization: string | undefined): Promise<Bearer> };
}

export interface HttpGateway {
  readonly url: string;
  close(): Promise<void>;
}

interface Open {
  readonly transport: StreamableHTTPServerTransport;
  readonly session: ToolSession;
  /** Whose it is; another's token does not open it. */
  readonly owner: string;
  bearer: Bearer;
  usedAt: number;
}

/** Serves the tools over MCP's streamable HTTP. A request is nobody's before its token was checked. */
export async function serveHttp(options: HttpOptions): Promise<HttpGateway> {
  const { engine, host, tls } = options;
  const sessions = new Map<string, Open>();
  const listener: http.RequestListener = (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) refuse(response, 500, "Something went wrong inside Sluice.");
      response.end();
      if (process.env.SLUICE_DEBUG) console.error(error);
    });
  };
  const server = tls === null ? http.createServer(listener) : https.createServer(tls, listener);
  server.headersTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, host, resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  const own = `${tls === null ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const { origin } = new URL(options.publicUrl ?? own);
  const url = `${origin}${PATH}`;
  const bearers = options.bearers(url);
  const hosts = new Set([
    new URL(origin).host,
    ...(isLoopback(host) ? ["127.0.0.1", "localhost", "[::1]"].map((name) => `${name}:${port}`) : []),
  ]);
  const sweep = setInterval(() => {
    for (const [id, open] of sessions) if (Date.now() - open.usedAt > IDLE_MS) void end(id);
  }, 60_000);
  sweep.unref();

  async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    // A page of another site, or one that turned a name of its own into this address, says nothing here.
    if (!hosts.has((request.headers.host ?? "").toLowerCase()))
      return refuse(response, 421, "This server is not called by that name.");
    const from = request.headers.origin;
    if (from !== undefined && !options.origins.includes(from))
      return refuse(response, 403, "Pages of this origin may not call this server.");
    if (from !== undefined) allowPage(response, from);
    const path = new URL(request.url ?? "/", origin).pathname;
    if (
      options.issuer !== null &&
      (path === METADATA || path === `${METADATA}${PATH}`) &&
      request.method === "GET"
    ) {
      const body = {
        resource: url,
        authorization_servers: [options.issuer],
        bearer_methods_supported: ["header"],
        resource_name: "Sluice",
      };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
      return;
    }
    if (path !== PATH) return refuse(response, 404, "There is nothing here.");
    if (request.method === "OPTIONS" && from !== undefined) return void response.writeHead(204).end();
    let bearer: Bearer;
    try {
      bearer = await bearers.read(request.headers.authorization);
    } catch (error) {
      if (!(error instanceof BearerError)) throw error;
      return unauthorized(response, error, options.issuer === null ? null : `${origin}${METADATA}${PATH}`);
    }
    await hand(request, response, bearer);
  }

  async function hand(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    bearer: Bearer,
  ): Promise<void> {
    const owner = ownerOf(bearer);
    const named = request.headers["mcp-session-id"];
    const id = typeof named === "string" ? named : undefined;
    const known = id === undefined ? undefined : sessions.get(id);
    if (id !== undefined) {
      // Another's session is as if there were none.
      if (known === undefined || known.owner !== owner)
        return refuse(response, 404, "There is no such session.");
      known.bearer = bearer;
      known.usedAt = Date.now();
      endWithToken(request, response, bearer);
      await known.transport.handleRequest(request, response);
      return;
    }
    const body = await readBody(request);
    if (body === undefined) return refuse(response, 413, "The request is too large, or no JSON.");
    if (request.method !== "POST" || !isInitializeRequest(body))
      return refuse(response, 400, "A session begins with an initialize request.");
    if (sessions.size >= MOST_SESSIONS)
      return refuse(response, 503, "There are too many sessions. Try again later.");
    await begin(owner, bearer).handleRequest(request, response, body);
  }

  function begin(owner: string, bearer: Bearer): StreamableHTTPServerTransport {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      maxRequestBodySize: MOST_BODY_BYTES,
      onsessioninitialized: (id) => {
        sessions.set(id, open);
      },
      onsessionclosed: (id) => end(id),
    });
    const session: ToolSession = new ToolSession(
      engine,
      "mcp",
      async () => actorOf(open.bearer, mcp.server.getClientVersion()),
      options.issuer === null ? undefined : ASKED_ON_THIS_MACHINE,
    );
    const open: Open = { transport, session, owner, bearer, usedAt: Date.now() };
    const mcp = mcpServerFor(session);
    void mcp.connect(transport);
    return transport;
  }

  async function end(id: string): Promise<void> {
    const open = sessions.get(id);
    sessions.delete(id);
    await open?.session.close();
    await open?.transport.close();
  }

  return {
    url,
    close: async () => {
      clearInterval(sweep);
      for (const id of [...sessions.keys()]) await end(id);
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The person's program, by the name it gives itself where the token does not say which it is. */
function actorOf(
  { person, acting, expires }: Bearer,
  client: { readonly name: string; readonly version: string } | undefined,
): Actor {
  if (expires * 1000 <= Date.now()) throw new BearerError("invalid_token", "The token has expired.");
  if (person.kind === "service") return person;
  return {
    kind: "ai_agent",
    agent: acting ?? shownName(client?.name),
    model: "unknown",
    host: shownName(`${client?.name ?? ""} ${client?.version ?? ""}`),
    onBehalfOf: person,
    asserted: acting === null,
  };
}

const ownerOf = ({ person, acting }: Bearer): string => JSON.stringify([actorIdentity(person), acting]);

/** A stream that stays open does not outlive the token it was opened with. */
function endWithToken(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  { expires }: Bearer,
): void {
  if (request.method !== "GET") return;
  const timer = setTimeout(
    () => response.end(),
    Math.min(2 ** 31 - 1, Math.max(0, expires * 1000 - Date.now())),
  );
  timer.unref();
  response.once("close", () => clearTimeout(timer));
}

async function readBody(request: http.IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    // What is too large is read to its end, so that whoever sent it hears why; not without one.
    if (bytes > 16 * MOST_BODY_BYTES) request.destroy();
    else if (bytes <= MOST_BODY_BYTES) chunks.push(part);
  }
  if (bytes > MOST_BODY_BYTES) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}

function allowPage(response: http.ServerResponse, origin: string): void {
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("vary", "origin");
  response.setHeader(
    "access-control-allow-headers",
    "authorization, content-type, mcp-session-id, mcp-protocol-version",
  );
  response.setHeader("access-control-allow-methods", "GET, POST, DELETE");
  response.setHeader("access-control-expose-headers", "mcp-session-id, www-authenticate");
}

function refuse(response: http.ServerResponse, status: number, message: string): void {
  response
    .writeHead(status, { "content-type": "application/json" })
    .end(JSON.stringify({ jsonrpc: "2.0", error: { code: -32_000, message }, id: null }));
}

function unauthorized(response: http.ServerResponse, error: BearerError, metadata: string | null): void {
  if (error.code === "provider_unreachable") {
    refuse(response, 503, error.message);
    return;
  }
  const parts = [
    ...(metadata === null ? [] : [`resource_metadata="${metadata}"`]),
    ...(error.code === null
      ? []
      : [`error="${error.code}"`, `error_description="${error.message.replaceAll('"', "'")}"`]),
  ];
  response.setHeader("www-authenticate", `Bearer ${parts.join(", ")}`.trim());
  refuse(response, 401, error.message);
}
