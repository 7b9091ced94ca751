import fs from "node:fs";
import net from "node:net";
import pg from "pg";
import type { Clocks } from "../../agent/clocks.ts";
import type { WantedRight } from "../../agent/elevations/elevationOrder.ts";
import type { Engine } from "../../agent/engine.ts";
import type { EngineEvents } from "../../agent/engineEvents.ts";
import type { Governed } from "../../agent/govern.ts";
import type { SecretStore } from "../../agent/identity/secretStore.ts";
import type { RunRequest } from "../../agent/runRequest.ts";
import { type RunningCollector, startCollector } from "../../collector/start.ts";
import type { Elevation } from "../../protocol/approval/elevation.ts";
import type { HeldElevationView } from "../../protocol/approval/heldElevationView.ts";
import type { RecordBody } from "../../protocol/audit/record.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { sessionId } from "../../protocol/ids.ts";
import { Hand, type Player, type Stage, setStage } from "../collector/approving.ts";
import { newDatabase, settings } from "../collector/stores.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { engineIn, memorySecrets, newHome, profileOf } from "../robustness/engine.ts";

const PEOPLE = 1_500;
const SCHEMA = `
CREATE SCHEMA shop; CREATE SCHEMA other;
CREATE TABLE shop.people (id int PRIMARY KEY, email text NOT NULL, ssn text NOT NULL, api_key text NOT NULL, note text);
INSERT INTO shop.people
  SELECT n, 'person' || n || '@mail.test', lpad(n::text, 3, '1') || '-45-6789', 'sk_live_' || md5(n::text), 'plain'
  FROM generate_series(1, ${PEOPLE}) n;
CREATE TABLE other.people AS SELECT * FROM shop.people;
CREATE VIEW shop.contacts AS SELECT id, email FROM shop.people;
CREATE VIEW shop.mixed AS SELECT id, email || ' ' || ssn AS email FROM shop.people;
CREATE TABLE shop.products AS SELECT n AS id, 'Product ' || n AS title FROM generate_series(1, 50) n;
ANALYZE;`;

/** A machine on which somebody is signed in. */
export interface Desk {
  readonly engine: Engine;
  readonly home: string;
  readonly told: HeldElevationView[];
}

export interface DeskOptions {
  readonly home?: string;
  readonly clocks?: Clocks;
  readonly events?: Partial<EngineEvents>;
}

/** A real collector whose people sign in with a real provider, a real database, and a line between that can be cut. */
export class ElevatedWorld {
  readonly stage: Stage;
  readonly #server: TestPostgres;
  readonly #line = new Line();
  readonly #desks: Desk[] = [];
  /** Of each machine. */
  readonly #secrets = new Map<string, SecretStore>();
  collector!: RunningCollector;
  client!: pg.Client;
  connection!: ConnectionProfile;
  password!: string;
  /** How far the collector's clock is ahead. */
  ahead = 0;

  static async open(): Promise<ElevatedWorld> {
    const [stage, server] = await Promise.all([setStage(), startPostgres()]);
    return new ElevatedWorld(stage, server);
  }

  private constructor(stage: Stage, server: TestPostgres) {
    this.stage = stage;
    this.#server = server;
  }

  /** A new collector and a new database. */
  async begin(): Promise<void> {
    this.ahead = 0;
    this.collector = await startCollector(settings(this.stage.provider), {
      now: () => new Date(Date.now() + this.ahead),
    });
    await this.#line.open(Number(new URL(this.collector.url).port));
    const connectionString = await newDatabase(this.#server);
    this.client = new pg.Client({ connectionString });
    await this.client.connect();
    await this.client.query(SCHEMA);
    const database = new URL(connectionString).pathname.slice(1);
    this.password = this.#server.password;
    this.connection = { ...profileOf(this.#server, { environment: "production" }), database };
  }

  async end(): Promise<void> {
    const desks = this.#desks.splice(0);
    await Promise.all(desks.map(({ engine }) => engine.close()));
    for (const { home } of desks) fs.rmSync(home, { recursive: true, force: true });
    this.#secrets.clear();
    await this.client.end();
    await this.#line.close();
    await this.collector.stop();
  }

  async close(): Promise<void> {
    await this.#server.stop();
    await this.stage.provider.stop();
  }

  /** Whether the collector can be reached by agents. */
  set reachable(reachable: boolean) {
    this.#line.isCut = !reachable;
  }

  async desk(player: Player, groups: readonly string[] = [], options: DeskOptions = {}): Promise<Desk> {
    const home = options.home ?? newHome();
    const secrets = this.#secrets.get(home) ?? memorySecrets();
    this.#secrets.set(home, secrets);
    const { issuer, clientId } = this.stage.provider;
    const actor = { kind: "user", issuer, subject: player, name: player, groups };
    const session = {
      kind: "user",
      issuer,
      clientId,
      accessToken: "a",
      idToken: this.stage.tokens[player],
      expiresAt: Date.now() + 3_600_000,
      actor,
    };
    await secrets.store("session", JSON.stringify(session));
    const told: HeldElevationView[] = [];
    const engine = await engineIn(home, {
      secrets,
      issuer,
      clientId,
      collector: this.#line.url,
      events: {
        catalogChanged: () => {},
        progress: () => {},
        elevationChanged: (view) => void told.push(view),
        ...options.events,
      },
      ...(options.clocks === undefined ? {} : { clocks: options.clocks }),
    });
    const desk = { engine, home, told };
    this.#desks.push(desk);
    engine.open.passwords.use(this.connection.id, this.password);
    const state = await engine.rooms.sync?.now();
    if (state?.kind !== "synced") throw new Error(`Not in sync: ${JSON.stringify(state)}`);
    await engine.open.database(this.connection).whenClassified();
    return desk;
  }

  ask({ engine }: Desk, right: WantedRight, minutes = 60): Promise<Elevation> {
    return engine.askElevation(this.connection, { right, minutes, purpose: "to call people back" });
  }

  /** What one person does at the collector itself. */
  hand(player: Player): Hand<Elevation> {
    return new Hand<Elevation>(() => this.collector, this.stage.tokens[player], "/v1/elevations");
  }

  /** Asked for, agreed to, and in force at this desk. */
  async given(
    desk: Desk,
    right: WantedRight,
    minutes = 60,
    by: readonly Player[] = ["dana"],
  ): Promise<string> {
    const { id } = await this.ask(desk, right, minutes);
    for (const player of by) await this.hand(player).decide(id, "approve");
    await until(() => standing(desk, id) === "in_force");
    return id;
  }

  async run(desk: Desk, text: string, changes: Partial<RunRequest> = {}): Promise<Governed> {
    const statements = desk.engine.run({
      sessionId: sessionId("test"),
      connection: this.connection,
      text,
      client: { kind: "cli", session: "test" },
      purpose: undefined,
      pageRows: 100,
      maxCellLength: 1_000,
      signal: new AbortController().signal,
      keepGoing: false,
      ...changes,
    });
    let last: Governed | null = null;
    for await (const { governed } of statements) last = governed;
    if (last === null) throw new Error("Nothing ran.");
    return last;
  }

  /** The cells of the first row of a statement's result; what it came to instead, where there is none. */
  async first(
    desk: Desk,
    text: string,
    changes: Partial<RunRequest> = {},
  ): Promise<readonly unknown[] | string> {
    const governed = await this.run(desk, text, changes);
    if (governed.kind !== "rows") return governed.kind;
    await governed.rest.close();
    return governed.first.rows[0] ?? "no row";
  }

  bodies({ engine }: Desk): readonly RecordBody[] {
    return engine.rooms.ledger.sealedAfter(0, 10_000, 1e9).map(({ canonical }) => JSON.parse(canonical).body);
  }
}

export const standing = ({ engine }: Desk, id: string): string =>
  engine.rooms.elevations?.held.all.find(({ elevation }) => elevation.id === id)?.standing ?? "none";

/** Waits for a condition, however long that takes. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A line to the collector: cut, nothing passes and what is open is dropped. */
class Line {
  #server: net.Server | null = null;
  readonly #open = new Set<net.Socket>();
  #cut = false;

  get url(): string {
    const address = this.#server?.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  }

  set isCut(cut: boolean) {
    this.#cut = cut;
    if (cut) for (const socket of this.#open) socket.destroy();
  }

  async open(port: number): Promise<void> {
    this.#cut = false;
    const server = net.createServer((near) => {
      if (this.#cut) return void near.destroy();
      const far = net.connect(port, "127.0.0.1");
      for (const socket of [near, far]) {
        this.#open.add(socket);
        socket.on("error", () => {});
        socket.on("close", () => {
          this.#open.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.#server = server;
  }

  async close(): Promise<void> {
    this.isCut = true;
    await new Promise((resolve) => this.#server?.close(resolve));
  }
}
