import { randomUUID } from "node:crypto";
import { type Actor, actorIdentity } from "../../../protocol/actor.ts";
import type { ConnectionProfile } from "../../../protocol/connection.ts";
import { sessionId } from "../../../protocol/ids.ts";
import type { ResultColumn, Row } from "../../../protocol/messages.ts";
import type { Engine } from "../../engine.ts";
import type { Client } from "../../recorder.ts";

const MOST_RESULTS = 10;
const MOST_CHARACTERS = 8_000_000;

/** A result a program may read page by page: masked, and bounded by policy's row limit. */
export interface KeptResult {
  readonly id: string;
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly Row[];
  readonly truncated: string | null;
}

/** A program's connection to the tools: who it is, its task, and what it may still read. */
export class ToolSession {
  readonly engine: Engine;
  readonly client: Client;
  /** How its person hears of what waits for them, as it is told to the program. */
  readonly whereAsked: string;
  /** The model of the call whose turn it is, as its host claims; null where it says nothing. */
  model: string | null = null;
  /** Handles the program waits for. */
  readonly waiting = new Set<string>();
  /** Has the program's own window tell its person on which page what waits is answered; undefined where it cannot. */
  tellPerson: ((handle: string, page: string) => void) | undefined;
  /** What others than the person were asked for, by its approval. */
  readonly asked = new Map<string, { readonly text: string; readonly connection: string }>();
  readonly #actor: () => Promise<Actor>;
  readonly #id = randomUUID();
  readonly #used = new Set<string>();
  readonly #results = new Map<string, KeptResult & { readonly characters: number }>();
  #task: string | undefined;
  /** Whose it was at the last call. */
  #identity: string | null = null;
  /** Calls run one after the other: what one has read is known to the next. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    engine: Engine,
    kind: "chat" | "mcp",
    actor: () => Promise<Actor>,
    whereAsked = "who was told in their editor",
  ) {
    this.engine = engine;
    this.whereAsked = whereAsked;
    this.client = { kind, session: `${kind}:${this.#id}` };
    this.#actor = actor;
  }

  /**
   * Who it is now. What another person's agent was given in this session is gone with that person.
   * @throws where nobody is signed in whom it works for.
   */
  async actor(): Promise<Actor> {
    const actor = await this.#actor();
    const identity = actorIdentity(actor);
    if (this.#identity !== null && this.#identity !== identity) {
      this.#task = undefined;
      this.#results.clear();
      this.asked.clear();
      this.waiting.clear();
    }
    this.#identity = identity;
    const unnamed = actor.kind === "ai_agent" && actor.model === "unknown";
    return unnamed && this.model !== null ? { ...actor, model: this.model } : actor;
  }

  /** The task of everything this session runs, whatever purposes it names; undefined before its first statement. */
  get task(): string | undefined {
    return this.#task;
  }

  worksIn(task: string | undefined): void {
    this.#task = task ?? this.#task;
  }

  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Its session on one database. */
  statementSession({ id }: ConnectionProfile) {
    const session = sessionId(`${this.client.session}:${id}`);
    this.#used.add(session);
    return session;
  }

  /** Keeps a result for reading on, and forgets the oldest where there are many. */
  keep(result: Omit<KeptResult, "id">): KeptResult {
    const id = randomUUID();
    const characters = JSON.stringify(result.rows).length;
    const kept = { ...result, id, characters };
    this.#results.set(id, kept);
    const total = (): number => [...this.#results.values()].reduce((sum, one) => sum + one.characters, 0);
    while (this.#results.size > 1 && (this.#results.size > MOST_RESULTS || total() > MOST_CHARACTERS)) {
      const [oldest] = this.#results.keys();
      if (oldest !== undefined) this.#results.delete(oldest);
    }
    return kept;
  }

  find(id: string): KeptResult | undefined {
    return this.#results.get(id);
  }

  /** To be called when the program has gone: its transactions are rolled back, and its task ends. */
  async close(): Promise<void> {
    this.#results.clear();
    for (const id of this.#used) await this.engine.open.closeSession(sessionId(id)).catch(() => {});
    const task = this.#task;
    if (task === undefined) return;
    const actor = await this.actor().catch(() => null);
    if (actor !== null) await this.engine.tasks.end(task, actor).catch(() => {});
  }
}
