import { hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import rateLimit from "@fastify/rate-limit";
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from "fastify";
import { BATCH_PROOF_HEADER } from "../../protocol/collector/batchProof.ts";
import type { Collector } from "../collector.ts";
import type { Caller } from "../identity/caller.ts";
import { checkSigned, type Sender, senderOf } from "../ingest/sender.ts";
import type { CollectorOptions } from "../options.ts";
import { Refusal } from "../refusal.ts";
import { addressOf } from "./address.ts";
import { AddressRates } from "./addressRates.ts";
import { answerTo, loggedError, tooMany } from "./answerTo.ts";
import { callerWith, checkOperator } from "./authorise.ts";
import { anonymous, Bodies, SMALL_BODY } from "./bodies.ts";
import { chainOf } from "./chainOf.ts";
import { PACE, type Pace } from "./readBytes.ts";
import type { Asked, Route } from "./route.ts";
import { routes } from "./routes.ts";
import { HSTS, SECURITY_HEADERS } from "./securityHeaders.ts";

export interface ServerOptions
  extends Pick<CollectorOptions, "behindProxy" | "limits" | "logLevel" | "metricsToken"> {
  /** How slowly bodies may come. */
  readonly pace?: Pace;
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
  const bodies = new Bodies(options.pace ?? PACE);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("application/json", (request: FastifyRequest, payload: IncomingMessage) =>
    bodies.json(request, payload),
  );
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
    if (options.tls !== null) void reply.header("strict-transport-security", HSTS);
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
  const rates = new AddressRates(options.limits.unprovenPerMinute);
  for (const route of routes(collector)) add({ server, collector, options, bodies, rates }, route);
  return server;
}

interface Adding {
  readonly server: FastifyInstance;
  readonly collector: Collector;
  readonly options: ServerOptions;
  readonly bodies: Bodies;
  readonly rates: AddressRates;
}

/** What a request for a chain that nobody enrolled costs: whoever tries chains is soon told to wait. */
const UNKNOWN_CHAIN = 10;

function add({ server, collector, options, bodies, rates }: Adding, route: Route): void {
  const { perMinute, perDevicePerMinute } = options.limits;
  const callers = new WeakMap<FastifyRequest, Caller>();
  const senders = new WeakMap<FastifyRequest, Sender>();
  server.route({
    method: route.method,
    url: route.path,
    bodyLimit: route.bodyBytes ?? SMALL_BODY,
    config: {
      rateLimit: {
        max: (route.perDevice === true ? perDevicePerMinute : perMinute) * (route.weight ?? 1),
        timeWindow: 60_000,
        keyGenerator: (request: FastifyRequest) =>
          route.perDevice === true
            ? `${addressOf(request)} ${paramOf(request, "chain")}`
            : addressOf(request),
      },
    },
    // Another chain each time gets nobody past this, and nothing was done for them yet.
    ...(route.perDevice === true
      ? {
          onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
            const now = Date.now();
            if (rates.take(addressOf(request), 1, now)) return;
            void reply.header("retry-after", Math.ceil(rates.wait(now) / 1000));
            throw tooMany();
          },
        }
      : {}),
    // Before the body is read: who may not call it sends it for nothing.
    preParsing: async (request, reply) => {
      if (route.access === "operator") checkOperator(request, options.metricsToken);
      else if (route.access === "device") {
        const sender = await senderFrom(collector, request).catch((error: unknown) => {
          if (error instanceof Refusal && error.code === "not-enrolled")
            rates.add(addressOf(request), UNKNOWN_CHAIN - 1);
          throw error;
        });
        senders.set(request, sender);
        if (sender.signedBody !== null) {
          rates.add(addressOf(request), -1);
          const { owner } = sender.device;
          const holder = { kind: "known", name: `${owner?.issuer} ${owner?.subject}` } as const;
          bodies.expect(request, reply, holder, (bytes) => checkSigned(sender, hash("sha256", bytes, "hex")));
          return;
        }
      } else if (route.access !== "anyone") {
        const caller = await callerWith(route.access, collector.tokens, request);
        callers.set(request, caller);
        bodies.expect(request, reply, { kind: "known", name: `${caller.issuer} ${caller.subject}` });
        return;
      }
      bodies.expect(request, reply, anonymous(request));
    },
    handler: async (request, reply) => {
      const asked = asking(request, reply);
      if (route.access === "anyone" || route.access === "operator") return route.handle(asked);
      if (route.access === "device") return route.handle(asked, admitted(senders, request));
      return route.handle(asked, admitted(callers, request));
    },
  });
}

function admitted<T>(found: WeakMap<FastifyRequest, T>, request: FastifyRequest): T {
  const one = found.get(request);
  if (one === undefined) throw new Error("A request came past its authorisation.");
  return one;
}

function senderFrom({ store }: Collector, request: FastifyRequest): Promise<Sender> {
  const proof = request.headers[BATCH_PROOF_HEADER];
  return senderOf(store, chainOf(paramOf(request, "chain")), typeof proof === "string" ? proof : undefined);
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
