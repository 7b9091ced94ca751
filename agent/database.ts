import type { Catalog, Relation } from "../protocol/catalog.ts";
import { type ScanView, scanWords } from "../protocol/classification.ts";
import type { ConnectionProfile } from "../protocol/connection.ts";
import type { Label } from "../protocol/label.ts";
import type { Problem } from "../protocol/messages.ts";
import type { Labels } from "./classify/classifyCatalog.ts";
import type { Correction } from "./classify/corrections.ts";
import type { FlowStore } from "./classify/flowStore.ts";
import type { LabelStore } from "./classify/labelStore.ts";
import { sampledColumns } from "./classify/sampleColumns.ts";
import { ConnectError, loginEnded, loginNotTaken } from "./connect/connectError.ts";
import type { DatabaseSession } from "./connect/databaseSession.ts";
import type { DatabaseEngine } from "./engines/databaseEngine.ts";
import { engineOf } from "./engines/engines.ts";
import { type Audience, type Corrections, Labelling } from "./labels/labelling.ts";
import { Scanning } from "./labels/scanning.ts";
import type { Pseudonymiser } from "./mask/pseudonym.ts";
import { type ColumnId, columnKey, type Flow } from "./sql/facts.ts";

export interface DatabaseEvents {
  /** Catalog or labels are new: open editors should look again. */
  changed(): void;
  progress(message: string, done: boolean, scan: ScanView): void;
  /** What a shared file says in vain. */
  noticed?(notices: readonly string[]): void;
}

/** Corrections with the record of what a shared file lowers. */
export interface DatabaseCorrections extends Corrections {
  /** Makes durable that these lower labels from now on. */
  record(database: Database, corrections: readonly Correction[]): Promise<void>;
}

/** Who one is on the server, where that changes from time to time. */
export interface Login {
  readonly user: string;
  readonly password: string;
  /** The lease it is good for. */
  readonly lease: string;
}

/** Where logins come from that are good for a while. */
export interface Logins {
  /** `refused` is one that was just given and not taken. @throws ConnectError */
  login(refused?: Login): Promise<Login>;
  /** Whether a lease is still good. */
  goesOn(lease: string): boolean;
  /** Who took the login away and why, as a sentence. */
  whyEnded(): Promise<string | null>;
}

/** What others did to a database is looked for before judging when the last look is older. */
const LOOK_AGAIN_MS = 5 * 60_000;

/**
 * What the agent knows of one database: what exists and what it is. Shared by all sessions on it. Has a
 * backend of its own for these questions, so that a person's statement never waits for them.
 */
export class Database {
  readonly profile: ConnectionProfile;
  readonly engine: DatabaseEngine;
  readonly #password: () => Promise<string | undefined>;
  readonly #logins: Logins | null;
  readonly #leases = new WeakMap<DatabaseSession, string>();
  readonly #applicationName: () => string;
  /** Names for values that may be told apart but not seen. */
  readonly pseudonyms: () => Promise<Pseudonymiser | undefined>;
  readonly #labelling: Labelling;
  readonly #record: (corrections: readonly Correction[]) => Promise<void>;
  readonly #events: DatabaseEvents;
  #own: Promise<DatabaseSession> | null = null;
  #catalog: Promise<Catalog> | null = null;
  #knownCatalog: Catalog | null = null;
  #relations: ReadonlyMap<number, Relation> = new Map();
  #fingerprint = "";
  #noticed = "";
  #lookedAt = 0;
  #lookingAgain: Promise<unknown> | null = null;
  readonly #scanning: Scanning;
  /** Grows whenever catalog or labels change: part of the key of everything cached about a statement. */
  generation = 0;

  constructor(options: {
    readonly profile: ConnectionProfile;
    readonly password: () => Promise<string | undefined>;
    /** In place of the profile's user and the password. */
    readonly logins?: Logins;
    readonly applicationName: () => string;
    readonly store: LabelStore;
    readonly flows: FlowStore;
    /** Without, values that may be told apart but not seen are hidden whole. */
    readonly pseudonyms?: () => Promise<Pseudonymiser>;
    /** Without, nobody corrects labels. */
    readonly corrections?: DatabaseCorrections;
    readonly events: DatabaseEvents;
  }) {
    this.profile = options.profile;
    this.engine = engineOf(options.profile.engine);
    this.#password = options.password;
    this.#logins = options.logins ?? null;
    this.#applicationName = options.applicationName;
    const { profile, store, flows, corrections } = options;
    this.#labelling = new Labelling({ profile, samples: store, flows, corrections });
    this.#record = async (found) => corrections?.record(this, found);
    this.pseudonyms = async () => options.pseudonyms?.();
    this.#events = options.events;
    this.#scanning = new Scanning({
      labelling: this.#labelling,
      dialect: this.engine.samples,
      open: () => this.#openBackend(),
      tell: (scan) =>
        this.#events.progress(scanWords(this.profile.name, scan), scan.state !== "running", scan),
      changed: () => this.#changed(),
    });
  }

  get classified(): "names" | "values" {
    return this.#scanning.complete ? "values" : "names";
  }

  /** A new backend for a person's statements; `own` are relations that session alone has. @throws ConnectError */
  async openSession(own: (oid: number) => Relation | undefined): Promise<DatabaseSession> {
    return this.#openBackend(own);
  }

  /** Whether a session is opened with a login that is lent for a while. */
  get isLent(): boolean {
    return this.#logins !== null;
  }

  /** The lease a session was opened under; undefined where its login is nobody's loan. */
  leaseOf(session: DatabaseSession): string | undefined {
    return this.#leases.get(session);
  }

  /** Whether a session may be worked with: its login was not lent, or still is. */
  goesOn(session: DatabaseSession): boolean {
    const lease = this.leaseOf(session);
    return lease === undefined || this.#logins?.goesOn(lease) === true;
  }

  /** Why a connection was lost, where somebody ended its login and says so. */
  async whyLost(problem: Problem): Promise<Problem> {
    if (problem.code !== "connection-lost" && problem.code !== "transaction-lost") return problem;
    const why = (await this.#logins?.whyEnded()) ?? null;
    if (why === null) return problem;
    return problem.code === "connection-lost"
      ? loginEnded(this.profile, why)
      : { ...problem, message: `${problem.message} ${why}` };
  }

  /** How far the last look at values came, if there was one. */
  get scan(): ScanView | null {
    return this.#scanning.view;
  }

  /**
   * What exists, read once and kept, and looked at again after a while and where corrections changed.
   * @throws ConnectError, CorrectionsError, LabelsFileError
   */
  async catalog(): Promise<Catalog> {
    if (this.#catalog !== null) {
      if (performance.now() - this.#lookedAt > LOOK_AGAIN_MS) await this.lookAgain();
      if (this.#labelling.renew(false)) await this.#relabelled();
    }
    return this.#loaded();
  }

  /** What existed when that was last read; null where it never was. */
  get knownCatalog(): Catalog | null {
    return this.#knownCatalog;
  }

  /** What a text is split by. @throws ConnectError where the server must be asked and cannot be reached. */
  async catalogForSplitting(): Promise<Catalog | null> {
    return this.#knownCatalog ?? (this.engine.splitsBySettings ? this.catalog() : null);
  }

  #loaded(): Promise<Catalog> {
    this.#catalog ??= this.#load().catch((error: unknown) => {
      this.#catalog = null;
      throw error;
    });
    return this.#catalog;
  }

  /** Reads the catalog anew; with `onlyIfChanged`, only where the server's fingerprint says so. */
  async refresh(onlyIfChanged: boolean): Promise<boolean> {
    if (onlyIfChanged && this.#catalog !== null) {
      const own = await this.#ownSession();
      if ((await this.engine.fingerprint(own)) === this.#fingerprint) return false;
    }
    this.#catalog = null;
    await this.#loaded();
    return true;
  }

  /**
   * Reads anew what others changed since, where anything did. A server that does not answer now leaves what is known:
   * each read is held against the versions of its relations anyway.
   */
  async lookAgain(): Promise<void> {
    if (this.#catalog === null) return;
    this.#lookingAgain ??= this.refresh(true)
      .catch(() => {})
      .finally(() => {
        this.#lookedAt = performance.now();
        this.#lookingAgain = null;
      });
    await this.#lookingAgain;
  }

  labelOf(id: ColumnId, audience: Audience = "people"): Label | undefined {
    return this.#labelling.labels(audience).get(columnKey(id));
  }

  /**
   * The planner's opinion of a statement that `mayBePlanned`, as JSON; nothing is run. Undefined where the server does
   * not plan it: whoever asks then knows no more than before.
   */
  async plan(text: string): Promise<string | undefined> {
    try {
      const own = await this.#ownSession();
      const [row] = await own.rows(`EXPLAIN (FORMAT JSON) ${text}`);
      return row?.[0] ?? undefined;
    } catch {
      return undefined;
    }
  }

  /** Labels for a catalog that only one session sees: by names, what is known of samples, and what was carried. */
  labelsFor(catalog: Catalog, audience: Audience = "people"): Labels {
    return this.#labelling.labelsFor(catalog, audience);
  }

  labels(): Labels {
    return this.#labelling.labels("people");
  }

  /** Labels with where they come from; to be asked once the catalog is there. */
  get labelling(): Omit<Labelling, "learn" | "scanned" | "carry" | "renew"> {
    return this.#labelling;
  }

  /** To be called where corrections, or who works, changed. @throws CorrectionsError, LabelsFileError */
  async relabel(): Promise<void> {
    if (this.#labelling.renew(true)) await this.#relabelled();
  }

  /**
   * Remembers where a statement is about to store data, before it runs: its label goes with it.
   * @throws FlowStoreError where that cannot be kept; then the statement may not run.
   */
  carry(
    flows: readonly Flow[],
    labelOf: (id: ColumnId) => Label | undefined = (id) => this.labelOf(id),
  ): void {
    if (this.#labelling.carry(flows, labelOf)) this.#changed();
  }

  /** Does a person's work; samples wait for it. */
  ahead<T>(work: () => Promise<T>): Promise<T> {
    return this.#scanning.ahead(work);
  }

  /** Looks at the values of every table anew. @throws ConnectError */
  async rescan(): Promise<void> {
    const catalog = await this.catalog();
    await this.#scanning.abandon();
    this.#scanning.begin(catalog, [...sampledColumns(catalog).keys()]);
  }

  /** Ends the running scan; what it has seen counts. */
  cancelScan(): Promise<void> {
    return this.#scanning.cancel();
  }

  /** Settles when the running classification by values has ended; the CLI waits for it, the editor does not. */
  async whenClassified(): Promise<void> {
    await this.catalog();
    await this.#scanning.ended;
  }

  async close(): Promise<void> {
    await this.#scanning.abandon();
    const own = await this.#own?.catch(() => null);
    await own?.close();
  }

  async #load(): Promise<Catalog> {
    const own = await this.#ownSession();
    // What an interrupted scan has seen is kept; the next one goes on from there.
    await this.#scanning.abandon();
    this.#fingerprint = await this.engine.fingerprint(own);
    const catalog = await this.engine.loadCatalog(own);
    this.#knownCatalog = catalog;
    this.#relations = new Map(catalog.relations.map((relation) => [relation.oid, relation]));
    this.#lookedAt = performance.now();
    const { complete, pending } = this.#labelling.learn(catalog);
    await this.#relabelled();
    if (complete) this.#scanning.complete = true;
    else this.#scanning.begin(catalog, pending);
    return catalog;
  }

  /** What a shared file lowers is in effect only once it is on record. */
  async #relabelled(): Promise<void> {
    const { waiting, notices } = this.#labelling;
    if (notices.length > 0 && notices.join() !== this.#noticed) this.#events.noticed?.(notices);
    this.#noticed = notices.join();
    if (waiting.length > 0) {
      await this.#record(waiting);
      this.#labelling.renew(true);
    }
    this.#changed();
  }

  #changed(): void {
    this.generation += 1;
    this.#events.changed();
  }

  async #ownSession(): Promise<DatabaseSession> {
    const open = await this.#own?.catch(() => null);
    if (open?.alive && this.goesOn(open)) return open;
    void open?.close().catch(() => {});
    this.#own = this.#openBackend();
    return this.#own;
  }

  async #openBackend(own?: (oid: number) => Relation | undefined): Promise<DatabaseSession> {
    if (this.#logins === null) return this.#openAs(this.profile.user, await this.#password(), own);
    const login = await this.#logins.login();
    try {
      return await this.#openLent(login, own);
    } catch (error) {
      if (!(error instanceof ConnectError) || error.problem.code !== "wrong-password") throw error;
      // It may have ended a moment ago, by somebody's hand.
      const next = await this.#logins.login(login);
      return this.#openLent(next, own).catch((second: unknown) => {
        throw second instanceof ConnectError && second.problem.code === "wrong-password"
          ? new ConnectError(loginNotTaken(this.profile), second)
          : second;
      });
    }
  }

  async #openLent(
    { user, password, lease }: Login,
    own?: (oid: number) => Relation | undefined,
  ): Promise<DatabaseSession> {
    const session = await this.#openAs(user, password, own);
    this.#leases.set(session, lease);
    return session;
  }

  #openAs(
    user: string,
    password: string | undefined,
    own?: (oid: number) => Relation | undefined,
  ): Promise<DatabaseSession> {
    return this.engine.openSession({
      profile: { ...this.profile, user },
      password,
      applicationName: this.#applicationName(),
      relation: (oid) => own?.(oid) ?? this.#relations.get(oid),
    });
  }
}
