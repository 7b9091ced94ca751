import rateLimit from "@fastify/rate-limit";
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from "fastify";
import type { Collector } from "../collector.ts";
import type { CollectorOptions } from "../options.ts";
import { answerTo, loggedError } from "./answerTo.ts";
import { callerWith, checkOperator } from "./authorise.ts";
import { type Intake, readJson } from "./body.ts";
import { Memory } from "./memory.ts";
import type { Asked, Route } from "./route.ts";
import { routes } from "./routes.ts";
import { SECURITY_HEADERS } from "./securityHeaders.ts";

const SMALL_BODY = 64 * 1024;

export interface ServerOptions
  extends Pick<CollectorOptions, "behindProxy" | "limits" | "logLevel" | "metricsToken"> {
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null;
}

/** The HTTP side: nothing but the table of routes, and what holds for each of them. */
export async function buildServer(collector: Collector, options: ServerOptions): Promise<FastifyInstance> {
  const server: FastifyInstance = Fastify({
    https: options.tls === null ? null : { ...options.tls, minVersion: "TLSv1.2" },
    // The proxy's own word only: what a client claims to have been forwarded for is its own invention.
    trustProxy: options.behindProxy ? (_address, hop) => hop < 1 : false,
    bodyLimit: SMALL_BODY,
    requestTimeout: 60_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: "idle",
    logController: new LogController({ disableRequestLogging: true }),
    logger: { level: options.logLevel, base: { service: "sluice-collector" } },
    exposeHeadRoutes: false,
  });
  const intakes = new WeakMap<FastifyRequest, Intake>();
  const memory = new Memory();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    (request: FastifyRequest, body: Buffer) =>
      readJson(body, request.headers["content-encoding"], intakes.get(request) ?? NOTHING),
  );
  server.addHook("preParsing", async (request, reply) => {
    const lease = memory.lease();
    reply.raw.once("close", () => lease.release());
    const limit = request.routeOptions.bodyLimit ?? SMALL_BODY;
    const sent = Number(
      request.headers["content-length"] ?? (request.headers["transfer-encoding"] ? limit : 0),
    );
    lease.reserve(Math.min(sent, limit));
    intakes.set(request, { limit, reserve: lease.reserve });
  });
  server.setErrorHandler((error, request, reply) => {
    const refusal = answerTo(error);
    collector.metrics.refused(refusal.code);
    if (refusal.code === "unavailable")
      request.log.error({ route: routeOf(request), error: loggedError(error) }, "unavailable");
    if (refusal.code === "unavailable" && !reply.hasHeader("retry-after"))
      void reply.header("retry-after", "5");
    return reply.code(refusal.status).send(refusal.answer);
  });
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({
      code: "not-found",
      message: "There is nothing here.",
      action: "docs/collector.md lists what there is.",
    }),
  );
  server.addHook("onSend", async (_request, reply) => {
    // A page says itself what it may load.
    for (const [name, value] of Object.entries(SECURITY_HEADERS))
      if (!reply.hasHeader(name)) void reply.header(name, value);
    if (!reply.hasHeader("cache-control")) void reply.header("cache-control", "no-store");
    // Whoever was answered last would else hold the door open until their connection is idle for long.
    if (collector.stopping()) void reply.header("connection", "close");
  });
  server.addHook("onResponse", async (request, reply) => {
    const [route, milliseconds] = [routeOf(request), Math.round(reply.elapsedTime * 10) / 10];
    collector.metrics.answered(route, reply.statusCode, milliseconds);
    request.log.info({ method: request.method, route, status: reply.statusCode, milliseconds }, "answered");
  });
  await server.register(rateLimit, { global: false });
  for (const route of routes(collector)) add(server, collector, route, options);
  return server;
}

const NOTHING: Intake = { limit: SMALL_BODY, reserve: () => {} };

function add(server: FastifyInstance, collector: Collector, route: Route, options: ServerOptions): void {
  const { perMinute, perDevicePerMinute } = options.limits;
  const callers = new WeakMap<FastifyRequest, Awaited<ReturnType<typeof callerWith>>>();
  server.route({
    method: route.method,
    url: route.path,
    bodyLimit: route.bodyBytes ?? SMALL_BODY,
    config: {
      rateLimit: {
        max: (route.perDevice === true ? perDevicePerMinute : perMinute) * (route.weight ?? 1),
        timeWindow: 60_000,
        keyGenerator: (request: FastifyRequest) =>
          route.perDevice === true ? `${request.ip} ${paramOf(request, "chain")}` : request.ip,
      },
    },
    // Before the body is read: who may not call it sends it for nothing.
    preParsing: async (request) => {
      if (route.access === "operator") checkOperator(request, options.metricsToken);
      else if (route.access !== "anyone")
        callers.set(request, await callerWith(route.access, collector.tokens, request));
    },
    handler: async (request, reply) => {
      const asked = asking(request, reply);
      if (route.access === "anyone" || route.access === "operator") return route.handle(asked);
      const caller = callers.get(request);
      if (caller === undefined) throw new Error("A request came past its authorisation.");
      return route.handle(asked, caller);
    },
  });
}

const asking = (request: FastifyRequest, reply: FastifyReply): Asked => ({
  request,
  reply,
  param: (name) => paramOf(request, name),
  query: (name) => textOf(request.query, name),
});

const paramOf = (request: FastifyRequest, name: string): string => textOf(request.params, name) ?? "";

function textOf(from: unknown, name: string): string | undefined {
  if (typeof from !== "object" || from === null || !Object.hasOwn(from, name)) return undefined;
  const value: unknown = Reflect.get(from, name);
  return typeof value === "string" ? value : undefined;
}

/** The table's path, so that neither logs nor metrics grow with what people ask for. */
const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? "none";
