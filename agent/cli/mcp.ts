import { type Actor, actorName } from "../../protocol/actor.ts";
import type { Engine } from "../engine.ts";
import { Bearers } from "../gateway/mcp/bearer.ts";
import { isLoopback } from "../identity/config.ts";
import { problemOf } from "../problemOf.ts";
import { type Command, EXIT, type Io, readFile, UsageError } from "./command.ts";
import { parseLine } from "./parseLine.ts";
import { continueAsLocalUser } from "./query.ts";
import { withEngine } from "./target.ts";

/** `sluice mcp`: the tools for AI agents, on standard input and output; over HTTP with `--http`. */
export const mcp: Command = (argv, io) => {
  const { values, positionals } = parseLine({
    args: [...argv],
    allowPositionals: true,
    options: {
      as: { type: "string", default: "agent" },
      http: { type: "boolean" },
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: "7410" },
      "public-url": { type: "string" },
      "allow-origin": { type: "string", multiple: true, default: [] },
      audience: { type: "string" },
      cert: { type: "string" },
      key: { type: "string" },
    },
  });
  if (positionals.length > 0) throw new UsageError(`sluice mcp takes no "${positionals[0]}".`);
  if (values.as !== "agent" && values.as !== "service")
    throw new UsageError(`--as takes agent or service, not "${values.as}".`);
  const { as } = values;
  if (values.http === true) return overHttp(values, io);
  return withEngine(io, async (engine) => {
    const signal = stopSignal(io);
    const { serveStdio } = await import("../gateway/mcp/serveStdio.ts");
    await serveStdio(engine, (client) => actorOf(engine, as, client, io), signal);
    return EXIT.done;
  });
};

/** Standard output carries the protocol; what a person has to read goes to standard error. */
async function actorOf(
  engine: Engine,
  as: "agent" | "service",
  client: { readonly agent: string; readonly host: string },
  io: Io,
): Promise<Actor> {
  const { identity } = engine.rooms;
  if (as === "service") return identity.requireService();
  await continueAsLocalUser(engine, io);
  const person = identity.requireActor();
  if (person.kind !== "user" && person.kind !== "local_user") return person;
  return {
    kind: "ai_agent",
    ...client,
    model: process.env.SLUICE_MODEL || "unknown",
    onBehalfOf: person,
    asserted: true,
  };
}

interface HttpValues {
  readonly host: string;
  readonly port: string;
  readonly "public-url"?: string | undefined;
  readonly "allow-origin": readonly string[];
  readonly audience?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

function overHttp(values: HttpValues, io: Io): Promise<number> {
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError("--port takes a number from 0 to 65535.");
  const { cert, key, host, audience } = values;
  const publicUrl = values["public-url"] ?? null;
  if (publicUrl !== null && URL.parse(publicUrl)?.protocol !== "https:")
    throw new UsageError("--public-url takes the https address clients know this server by.");
  if ((cert === undefined) !== (key === undefined)) throw new UsageError("--cert and --key belong together.");
  const tls =
    cert === undefined || key === undefined
      ? null
      : { cert: Buffer.from(readFile(cert)), key: Buffer.from(readFile(key)) };
  if (tls === null && !isLoopback(host)) {
    throw new UsageError(
      `On ${host} tokens would travel in the clear. Give --cert and --key, or leave --host out and put a proxy with TLS in front.`,
    );
  }
  return withEngine(io, async (engine) => {
    const { config } = engine.rooms.identity;
    if (config === null) {
      throw new UsageError(
        "Over HTTP, programs come with tokens of a sign-in provider, and none is configured. Set SLUICE_ISSUER and SLUICE_CLIENT_ID.",
      );
    }
    const { serveHttp } = await import("../gateway/mcp/httpServer.ts");
    const gateway = await serveHttp({
      engine,
      host,
      port,
      publicUrl,
      origins: values["allow-origin"],
      tls,
      issuer: config.issuer,
      bearers: (resource) =>
        new Bearers({
          issuer: config.issuer,
          audience: audience ?? resource,
          groupsClaim: config.groupsClaim ?? "groups",
        }),
    });
    io.err(`Listening at ${gateway.url}\n`);
    for (const line of await lacking(engine)) io.err(`${line}\n`);
    const signal = stopSignal(io);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve());
    });
    await gateway.close();
    return EXIT.done;
  });
}

/** What would fail in every call, or wait for nobody: said at the start, to whoever can change it. */
async function lacking(engine: Engine): Promise<readonly string[]> {
  const { identity } = engine.rooms;
  const policy = await (engine.rooms.inForce?.ready() ?? Promise.resolve()).then(
    () => [],
    (error: unknown) => {
      const { code, message, action } = problemOf(error);
      return [`Nothing will run (${code}): ${message} ${action}`];
    },
  );
  const state = identity.state();
  const person = state.kind === "signed_in" ? actorName(state.actor) : null;
  const through = engine.rooms.elsewhere !== undefined && engine.rooms.elsewhere !== null;
  const waits = through
    ? "What waits for a person is sent to the collector: they answer in their editor on any machine, or on its page. It takes that of other people's agents once an administrator has confirmed this device."
    : person === null
      ? "Nobody is signed in on this machine: a write that waits can be answered only by the person of the token, in an editor here."
      : `Writes of ${person}'s agents wait for them in their editor on this machine; other people's agents can read, and nobody elsewhere is asked.`;
  return [...policy, waits];
}

/** Ctrl-C, or whoever started it says so. */
function stopSignal({ signal }: Io): AbortSignal {
  const stopped = new AbortController();
  process.once("SIGTERM", () => stopped.abort());
  return AbortSignal.any([signal, stopped.signal]);
}
