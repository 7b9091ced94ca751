import type { ConnectionProfile } from "../protocol/connection.ts";
import { type ConnectionId, type SessionId, sessionId } from "../protocol/ids.ts";
import { isCentralId } from "../protocol/lease/centralId.ts";
import { FlowStore } from "./classify/flowStore.ts";
import { LabelStore } from "./classify/labelStore.ts";
import { ConnectError } from "./connect/connectError.ts";
import { ConnectionPasswords } from "./connectionPasswords.ts";
import { Database, type Login } from "./database.ts";
import type { EngineEvents } from "./engineEvents.ts";
import { engineOf } from "./engines/engines.ts";
import type { LabelCorrections } from "./labels/labelCorrections.ts";
import type { Audience } from "./labels/labelling.ts";
import { LeasedLogins } from "./leases/leasedLogins.ts";
import { PseudonymKeys } from "./pseudonymKeys.ts";
import type { Rooms } from "./rooms.ts";
import { StatementSession } from "./statementSession.ts";
import type { CapturedChanges } from "./undo/capturedChanges.ts";

/** What the databases that are open report of themselves. */
type DatabaseEvents = Pick<EngineEvents, "catalogChanged" | "progress" | "noticed">;

/** The databases that are open, the sessions on them, and how somebody gets into them. */
export class OpenDatabases {
  readonly passwords: ConnectionPasswords;
  readonly #rooms: Rooms;
  readonly #events: DatabaseEvents;
  readonly #corrections: LabelCorrections;
  readonly #changes: CapturedChanges;
  readonly #labels: LabelStore;
  readonly #flows: FlowStore;
  readonly #pseudonyms: PseudonymKeys;
  readonly #leased: LeasedLogins | null;
  readonly #databases = new Map<ConnectionId, Database>();
  readonly #sessions = new Map<SessionId, StatementSession>();

  constructor(
    rooms: Rooms,
    events: DatabaseEvents,
    { corrections, changes }: { readonly corrections: LabelCorrections; readonly changes: CapturedChanges },
  ) {
    this.#rooms = rooms;
    this.#events = events;
    this.#corrections = corrections;
    this.#changes = changes;
    this.passwords = new ConnectionPasswords(rooms.secrets);
    this.#labels = new LabelStore(rooms.home.labels);
    this.#flows = new FlowStore(rooms.home.labels);
    this.#pseudonyms = new PseudonymKeys(rooms.secrets, rooms.home.secretsLock);
    this.#leased = rooms.central
      ? new LeasedLogins(rooms.central.source, (id) => this.#isInTransaction(id))
      : null;
  }

  database(profile: ConnectionProfile): Database {
    const central = isCentralId(profile.id);
    if (central) this.#leased?.use(profile.id);
    const known = this.#databases.get(profile.id);
    if (known !== undefined && sameTarget(known.profile, profile)) return known;
    void known?.close();
    this.#changes.forget(profile.id);
    const database = new Database({
      profile,
      password: () => this.passwords.of(profile.id),
      ...(central && {
        logins: {
          login: (refused?: Login) => this.#login(profile, refused),
          goesOn: (lease) => this.#leased?.goesOn(profile.id, lease) ?? false,
          whyEnded: async () => (await this.#leased?.whyEnded(profile.id)) ?? null,
        },
      }),
      applicationName: () => `sluice/${this.#rooms.identity.label()}`,
      store: this.#labels,
      flows: this.#flows,
      pseudonyms: () => this.#pseudonyms.of(profile.id),
      corrections: this.#corrections,
      events: {
        changed: () => this.#events.catalogChanged(profile.id),
        progress: (message, done, scan) => this.#events.progress(profile.id, message, done, scan),
        noticed: (notices) => this.#events.noticed?.(profile.id, notices),
      },
    });
    this.#databases.set(profile.id, database);
    return database;
  }

  /** One person's or program's session: what it may know of labels is decided when it opens. */
  session(id: SessionId, connection: ConnectionProfile, audience: Audience = "people"): StatementSession {
    const known = this.#sessions.get(id);
    const database = this.database(connection);
    if (known?.database === database && known.audience === audience) return known;
    void known?.close();
    const session = new StatementSession(id, database, audience);
    this.#sessions.set(id, session);
    return session;
  }

  /** Opens a backend only to see whether it can be opened. @throws ConnectError */
  async test(
    profile: ConnectionProfile,
    password: string | undefined,
  ): Promise<{ readonly serverVersion: string; readonly milliseconds: number; readonly encrypted: boolean }> {
    const started = performance.now();
    // One that is not as the collector describes it is lent nothing.
    const login = isCentralId(profile.id) ? await this.#login(profile) : null;
    const target = login === null ? profile : { ...profile, user: login.user };
    const session = await engineOf(target.engine).openSession({
      profile: target,
      password: login?.password ?? password ?? (await this.passwords.of(profile.id)),
      applicationName: "sluice/test",
      relation: () => undefined,
    });
    const { serverVersion, encrypted } = session;
    await session.close();
    return { serverVersion, encrypted, milliseconds: performance.now() - started };
  }

  async forget(id: ConnectionId): Promise<void> {
    const database = this.#databases.get(id);
    this.#databases.delete(id);
    this.passwords.forget(id);
    this.#changes.forget(id);
    for (const [key, session] of this.#sessions) {
      if (session.database !== database) continue;
      this.#sessions.delete(key);
      await session.close();
    }
    await database?.close();
  }

  /** The session statements are judged in before they run: it never opens a backend. */
  checkSession(connection: ConnectionProfile, audience: Audience = "people"): StatementSession {
    return this.session(sessionId(`check:${connection.id}:${audience}`), connection, audience);
  }

  /** To be called where shared labels, or who works, changed. @throws LabelsFileError, CorrectionsError */
  async relabel(): Promise<void> {
    await Promise.all([...this.#databases.values()].map((database) => database.relabel()));
    this.#corrections.shared.entries();
  }

  /** Looks for what others changed in the databases that are open. */
  async lookAgain(): Promise<void> {
    await Promise.all([...this.#databases.values()].map((database) => database.lookAgain()));
  }

  /** Ends a session and whatever it left open. */
  async closeSession(id: SessionId): Promise<void> {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    await session?.close();
  }

  async cancel(id: SessionId): Promise<void> {
    await this.#sessions.get(id)?.cancel();
  }

  /** @throws ConnectError */
  async #login(profile: ConnectionProfile, refused?: Login): Promise<Login> {
    if (this.#leased !== null) return this.#leased.login(profile, refused);
    throw new ConnectError({
      code: "no-collector",
      message: `"${profile.name}" is a connection of a collector, and none is set up here.`,
      action: "Set `sluice.collector.url` (or SLUICE_COLLECTOR) to your company's collector.",
    });
  }

  #isInTransaction(id: ConnectionId): boolean {
    return [...this.#sessions.values()].some(
      ({ database, inTransaction }) => inTransaction && database.profile.id === id,
    );
  }

  /** Gives back what was lent to somebody who signs out. */
  async giveBack(): Promise<void> {
    await this.#leased?.signOut();
    this.#rooms.central?.connections.forget();
  }

  /** What was opened for somebody goes with them. */
  forgetOthers(): void {
    const known = new Set(this.#rooms.central?.connections.known.map(({ id }) => id));
    for (const id of this.#databases.keys())
      if (isCentralId(id) && !known.has(id)) void this.forget(id).catch(() => {});
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.close().catch(() => {})));
    await Promise.all([...this.#databases.values()].map((database) => database.close().catch(() => {})));
    await this.#leased?.close();
  }
}

const sameTarget = (a: ConnectionProfile, b: ConnectionProfile): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
