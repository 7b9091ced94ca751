import fs from "node:fs";
import { base, en, Faker } from "@faker-js/faker";
import pg from "pg";
import type { Engine } from "../../agent/engine.ts";
import type { Governed } from "../../agent/govern.ts";
import type { Actor, UserActor } from "../../protocol/actor.ts";
import type { ConnectionProfile, Environment } from "../../protocol/connection.ts";
import { sessionId } from "../../protocol/ids.ts";
import type { Cell } from "../../protocol/messages.ts";
import { isProgram } from "../../protocol/task.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, newHome, profileOf } from "../robustness/engine.ts";

const SCHEMA = `
CREATE SCHEMA shop;
CREATE TABLE shop.customers (
  id integer PRIMARY KEY,
  full_name text NOT NULL,
  email text NOT NULL UNIQUE,
  phone text,
  loyalty_points integer NOT NULL DEFAULT 0
);
CREATE TABLE shop.products (id integer PRIMARY KEY, title text NOT NULL, price numeric(10, 2) NOT NULL);
INSERT INTO shop.products SELECT n, 'Product ' || n, n * 10 FROM generate_series(1, 40) AS n;`;

/** Nobody whom anything is revealed to. */
export const PERSON: UserActor = {
  kind: "user",
  subject: "ada",
  issuer: "https://login.test",
  name: "Ada",
  groups: [],
};

/** What one statement came to, as whoever asked sees it. */
export interface Seen {
  readonly kind: Governed["kind"];
  readonly rows: readonly (readonly Cell[])[];
  readonly masks: Readonly<Record<string, string | null>>;
  readonly affected: number | null;
  readonly notices: readonly string[];
  /** Code and words of a problem. */
  readonly problem: string | null;
  readonly rules: readonly string[];
  readonly plannedRows: number | undefined;
}

export interface AskOptions {
  /** Statements of one session share settings, temporary tables and a transaction. */
  readonly session?: string;
  readonly actor?: Actor;
  readonly signal?: AbortSignal;
  readonly keepChanges?: boolean;
}

/** A server with a few people in it, and an engine in a home of its own. */
export class World {
  readonly server: TestPostgres;
  readonly home: string;
  /** As nobody the agent knows of. */
  readonly client: pg.Client;
  environment: Environment = "development";
  readonly people: readonly { readonly name: string; readonly email: string; readonly phone: string }[];
  #engine: Engine;

  static async open(): Promise<World> {
    const server = await startPostgres();
    const client = new pg.Client({ connectionString: server.connectionString });
    await client.connect();
    await client.query(SCHEMA);
    const faker = new Faker({ locale: [en, base], seed: 11 });
    const people = Array.from({ length: 40 }, (_, n) => ({
      name: `${faker.person.firstName()} ${faker.person.lastName()}`,
      email: `${n}.${faker.internet.email().toLowerCase()}`,
      phone: faker.phone.number({ style: "international" }),
    }));
    for (const [n, { name, email, phone }] of people.entries()) {
      await client.query("INSERT INTO shop.customers VALUES ($1, $2, $3, $4, $5)", [
        n + 1,
        name,
        email,
        phone,
        n,
      ]);
    }
    await client.query("ANALYZE");
    const home = newHome();
    return new World(server, client, people, home, await engineIn(home));
  }

  private constructor(
    server: TestPostgres,
    client: pg.Client,
    people: World["people"],
    home: string,
    engine: Engine,
  ) {
    this.server = server;
    this.client = client;
    this.people = people;
    this.home = home;
    this.#engine = engine;
  }

  get engine(): Engine {
    return this.#engine;
  }

  get profile(): ConnectionProfile {
    return profileOf(this.server, { environment: this.environment });
  }

  /** What stands in a text of what nobody may see. */
  leaksIn(text: string): readonly string[] {
    return this.people
      .flatMap(({ name, email, phone }) => [name, email, phone])
      .filter((value) => text.includes(value));
  }

  /** Waits until every column is classified by what it holds. */
  async classified(): Promise<void> {
    this.#engine.open.passwords.use(this.profile.id, this.server.password);
    await this.#engine.open.database(this.profile).whenClassified();
  }

  /** Another process with the same state: nothing is left in memory. */
  async restart(): Promise<void> {
    await this.#engine.close();
    this.#engine = await engineIn(this.home);
    await this.classified();
  }

  /** Every statement of a text, past whatever fails, to its last row. */
  async ask(
    text: string,
    { session = "one", actor = PERSON, signal, keepChanges = false }: AskOptions = {},
  ): Promise<readonly Seen[]> {
    this.#engine.open.passwords.use(this.profile.id, this.server.password);
    const seen: Seen[] = [];
    const run = this.#engine.run({
      sessionId: sessionId(session),
      connection: this.profile,
      text,
      client: { kind: "cli", session },
      purpose: isProgram(actor) ? "a test" : undefined,
      pageRows: 1_000,
      maxCellLength: Number.POSITIVE_INFINITY,
      signal: signal ?? new AbortController().signal,
      keepGoing: true,
      keepChanges,
      actor,
    });
    for await (const { governed } of run) seen.push(seenOf(governed));
    return seen;
  }

  /** The last statement of a text. */
  async last(text: string, options: AskOptions = {}): Promise<Seen> {
    const last = (await this.ask(text, options)).at(-1);
    if (last === undefined) throw new Error(`No statement in: ${text}`);
    return last;
  }

  async close(): Promise<void> {
    await this.#engine.close();
    await this.client.end();
    await this.server.stop();
    fs.rmSync(this.home, { recursive: true, force: true });
  }
}

function seenOf(governed: Governed): Seen {
  const { decision, plannedRows } = governed.report;
  const nothing = {
    kind: governed.kind,
    rows: [],
    masks: {},
    affected: null,
    notices: [],
    problem: null,
    rules: decision.findings.map(({ rule }) => rule),
    plannedRows,
  };
  switch (governed.kind) {
    case "rows":
      return {
        ...nothing,
        rows: governed.first.rows,
        masks: Object.fromEntries(governed.columns.map(({ name, mask }) => [name, mask])),
        notices: governed.notices,
      };
    case "done":
      return { ...nothing, affected: governed.affected, notices: governed.notices };
    case "failed":
      return { ...nothing, problem: `${governed.problem.code}: ${governed.problem.message}` };
    case "blocked":
      return { ...nothing, problem: decision.reason };
    case "cancelled":
      return nothing;
  }
}
