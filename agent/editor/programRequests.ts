import { randomBytes, timingSafeEqual } from "node:crypto";
import type { CancellationToken } from "vscode-languageserver/node";
import type { Actor } from "../../protocol/actor.ts";
import type { Requests } from "../../protocol/messages.ts";
import type { ProgramsWait } from "../../protocol/waiting.ts";
import type { Engine } from "../engine.ts";
import { BearerError } from "../gateway/mcp/bearer.ts";
import { shownName } from "../gateway/mcp/clientName.ts";
import type { HttpGateway } from "../gateway/mcp/httpServer.ts";
import { ToolError } from "../gateway/tools/toolProblem.ts";
import { ToolSession } from "../gateway/tools/toolSession.ts";
import { callTool } from "../gateway/tools/tools.ts";
import * as schema from "./requestSchemas.ts";
import { signalOf } from "./signalOf.ts";

const LOOK_MS = 1_000;
/** As long as the window is open: the server and its token end with it. */
const FOREVER_S = 4_102_444_800;

type Method = Extract<keyof Requests, `sluice/programs/${string}`>;

/** What programs ask of this window's person, what the person answers, and the tools for the programs of this window. */
export class ProgramRequests {
  readonly #engine: () => Promise<Engine>;
  readonly #tell: (waiting: ProgramsWait) => void;
  #chat: ToolSession | null = null;
  #host = "editor";
  #gateway: Promise<HttpGateway & { readonly token: string }> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #told = "";

  constructor(engine: () => Promise<Engine>, tell: (waiting: ProgramsWait) => void) {
    this.#engine = engine;
    this.#tell = tell;
  }

  /** Tells what waits as it changes; other processes ask too, so it is looked at. */
  watch(): void {
    this.#timer = setInterval(() => void this.#look().catch(() => {}), LOOK_MS);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const waiting = await this.#waiting();
    const text = JSON.stringify(waiting);
    if (text === this.#told) return;
    this.#told = text;
    this.#tell(waiting);
  }

  /** What a person has just answered waits no longer, and they see it at once. */
  async #answered<T>(answer: Promise<T>): Promise<T> {
    const result = await answer;
    await this.#look().catch(() => {});
    return result;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await (await this.#gateway?.catch(() => null))?.close();
    await this.#chat?.close();
  }

  answers(): {
    readonly [M in Method]: (params: unknown, token: CancellationToken) => Promise<Requests[M]["result"]>;
  } {
    return {
      "sluice/programs/waiting": () => this.#waiting(),
      "sluice/programs/review": async (params) => {
        const { id } = schema.BY_WAITING.parse(params);
        const engine = await this.#engine();
        const person = engine.rooms.identity.requireActor();
        return engine.agreements.review(id, person, (waiting) =>
          engine.asking.judgeForReview(waiting, person),
        );
      },
      "sluice/programs/decide": async (params) => {
        const answer = schema.DECIDE_WAITING.parse(params);
        const engine = await this.#engine();
        const person = engine.rooms.identity.requireActor();
        await this.#answered(
          engine.agreements.decide(answer, person, (waiting) => engine.asking.judgeWaiting(waiting)),
        );
        return null;
      },
      "sluice/programs/resume": async (params) => {
        const { task, reason } = schema.TASK_AND_REASON.parse(params);
        const engine = await this.#engine();
        return this.#answered(engine.tasks.resume(task, engine.rooms.identity.requireActor(), reason));
      },
      "sluice/programs/end": async (params) => {
        const { task } = schema.BY_TASK.parse(params);
        const engine = await this.#engine();
        return this.#answered(engine.tasks.end(task, engine.rooms.identity.requireActor()));
      },
      "sluice/programs/liftMark": async (params) => {
        const { task, reason } = schema.TASK_AND_REASON.parse(params);
        const engine = await this.#engine();
        return this.#answered(engine.tasks.liftMark(task, engine.rooms.identity.requireActor(), reason));
      },
      "sluice/programs/call": async (params, token) => {
        const { tool, input, host } = schema.CALL_TOOL.parse(params);
        const engine = await this.#engine();
        this.#host = shownName(host);
        this.#chat ??= new ToolSession(engine, "chat", async () =>
          this.#programOf(engine, "chat", this.#host),
        );
        return callTool(this.#chat, tool, input, signalOf(token));
      },
      "sluice/programs/listen": async () => {
        const engine = await this.#engine();
        engine.rooms.identity.requireActor();
        this.#gateway ??= this.#listen(engine).catch((error: unknown) => {
          this.#gateway = null;
          throw error;
        });
        const { url, token } = await this.#gateway;
        return { url, token };
      },
    };
  }

  async #waiting(): Promise<ProgramsWait> {
    const { rooms, agreements, tasks } = await this.#engine();
    const state = rooms.identity.state();
    if (state.kind !== "signed_in") return { statements: [], tasks: [] };
    return { statements: agreements.waitingFor(state.actor), tasks: tasks.stoppedOf(state.actor) };
  }

  /** Whoever has the token works for this window's person, as an agent of theirs. */
  async #listen(engine: Engine): Promise<HttpGateway & { readonly token: string }> {
    const token = randomBytes(32).toString("base64url");
    const expected = Buffer.from(`Bearer ${token}`);
    // Read when it is needed: the protocol's library is not small.
    const { serveHttp } = await import("../gateway/mcp/httpServer.ts");
    const gateway = await serveHttp({
      engine,
      host: "127.0.0.1",
      port: 0,
      publicUrl: null,
      origins: [],
      tls: null,
      issuer: null,
      bearers: () => ({
        read: async (authorization) => {
          const given = Buffer.from(authorization ?? "");
          if (given.length !== expected.length || !timingSafeEqual(given, expected))
            throw new BearerError("invalid_token", "The token is not this window's.");
          return { person: personOf(engine), acting: null, expires: FOREVER_S };
        },
      }),
    });
    return { ...gateway, token };
  }

  #programOf(engine: Engine, agent: string, host: string): Actor {
    return { kind: "ai_agent", agent, model: "unknown", host, onBehalfOf: personOf(engine), asserted: true };
  }
}

/** @throws IdentityError where nobody is signed in. */
function personOf({ rooms: { identity } }: Engine) {
  const person = identity.requireActor();
  if (person.kind === "user" || person.kind === "local_user") return person;
  throw new ToolError("no-person", "No person is signed in here.", "Ask the person to sign in.");
}
