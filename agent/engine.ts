import type { Actor } from "../protocol/actor.ts";
import { isAnsweredHere } from "../protocol/approval/answeredHere.ts";
import type { Elevation } from "../protocol/approval/elevation.ts";
import type { Relation } from "../protocol/catalog.ts";
import type { ConnectionProfile } from "../protocol/connection.ts";
import type { ColumnPlan } from "../protocol/decision.ts";
import { type ConnectionId, type SessionId, sessionId } from "../protocol/ids.ts";
import type { Label } from "../protocol/label.ts";
import { isCentralId } from "../protocol/lease/centralId.ts";
import type { LedgerReport } from "../protocol/messages.ts";
import { isProgram } from "../protocol/task.ts";
import { AgreementError, Agreements } from "./approvals/agreements.ts";
import { ApprovalError } from "./approvals/approvalError.ts";
import type { Approvals } from "./approvals/approvals.ts";
import { Asking } from "./approvals/asking.ts";
import { Behaviour } from "./behaviour/behaviour.ts";
import { FlowStore } from "./classify/flowStore.ts";
import { LabelStore } from "./classify/labelStore.ts";
import { ConnectError } from "./connect/connectError.ts";
import { ConnectionStore } from "./connect/connectionStore.ts";
import { Database, type Login } from "./database.ts";
import { ledgersBefore } from "./device/ledgersBefore.ts";
import { type ElevationWish, elevationOrder } from "./elevations/elevationOrder.ts";
import { suspended } from "./elevations/elevationOver.ts";
import type { ElevationRequests } from "./elevations/elevationRequests.ts";
import type { EngineEvents } from "./engineEvents.ts";
import { engineOf } from "./engines/engines.ts";
import { type FirstRowsFor, firstRows } from "./firstRows.ts";
import { type Governed, govern } from "./govern.ts";
import { type Judged, type Judges, judge } from "./judge.ts";
import { LabelCorrections } from "./labels/labelCorrections.ts";
import { type Audience, audienceOf } from "./labels/labelling.ts";
import { LeasedLogins } from "./leases/leasedLogins.ts";
import { rightFor } from "./policy/elevatedRight.ts";
import { PseudonymKeys } from "./pseudonymKeys.ts";
import { type Client, type RecordedRequest, Recorder, recordedConnection } from "./recorder.ts";
import type { Rooms } from "./rooms.ts";
import type { GovernedStatement, RunRequest } from "./runRequest.ts";
import { splitText, splitUnfinishedText } from "./splitText.ts";
import type { ColumnId, StatementFacts } from "./sql/facts.ts";
import { indexCatalog } from "./sql/postgres/catalogIndex.ts";
import { StatementSession } from "./statementSession.ts";
import { Suggestions } from "./suggestions/suggestions.ts";
import { viewColumns } from "./suggestions/viewColumns.ts";
import { TaskError, Tasks } from "./tasks.ts";
import { CapturedChanges } from "./undo/capturedChanges.ts";
import { undoChange } from "./undo/undoChange.ts";
import { mustBeSayable } from "./unicodeText.ts";

/** Holds databases and sessions, and takes every statement to `govern`. */
export class Engine {
  readonly rooms: Rooms;
  readonly connections: ConnectionStore;
  readonly corrections: LabelCorrections;
  readonly tasks: Tasks;
  readonly agreements: Agreements;
  readonly asking: Asking;
  readonly changes = new CapturedChanges();
  readonly suggestions: Suggestions;
  readonly #labels: LabelStore;
  readonly #flows: FlowStore;
  readonly #pseudonyms: PseudonymKeys;
  readonly #events: EngineEvents;
  readonly #databases = new Map<ConnectionId, Database>();
  readonly #sessions = new Map<SessionId, StatementSession>();
  /** Passwords given for this process only: a URL on the command line, a connection being tested. */
  readonly #passwords = new Map<ConnectionId, string>();
  readonly #leased: LeasedLogins | null;
  readonly #recorder: Recorder;
  readonly #behaviour: Behaviour;
  readonly #judges: Judges;

  constructor(rooms: Rooms, events: EngineEvents) {
    this.rooms = rooms;
    this.#events = events;
    this.connections = new ConnectionStore(rooms.home.connections);
    this.#labels = new LabelStore(rooms.home.labels);
    this.#flows = new FlowStore(rooms.home.labels);
    this.#pseudonyms = new PseudonymKeys(rooms.secrets, rooms.home.secretsLock);
    this.corrections = new LabelCorrections(rooms);
    this.#leased = rooms.central
      ? new LeasedLogins(rooms.central.source, (id) => this.#isInTransaction(id))
      : null;
    rooms.identity.beforeSignOut(() => this.#signOutCentral());
    // Who may lower labels is another question with every person.
    rooms.identity.onChange((state) => {
      void this.relabel().catch(() => {});
      if (state.kind !== "expired") this.#forgetOthers();
      if (state.kind !== "signed_in") return;
      void rooms.sync?.now();
      void rooms.inForce?.refresh().catch(() => {});
    });
    this.#recorder = new Recorder(rooms.ledger);
    this.#behaviour = new Behaviour({
      source: rooms.ledger,
      before: () => ledgersBefore(rooms.ledger.path),
      folder: rooms.home.root,
    });
    this.tasks = new Tasks(rooms.ledger, () => rooms.policy);
    this.agreements = new Agreements(rooms.ledger, rooms.home.root, rooms.elsewhere ?? null);
    rooms.inForce?.onChange(() => {
      void this.relabel().catch(() => {});
      events.policyChanged?.();
    });
    rooms.elevations?.held.onChange((told) => events.elevationChanged?.(told));
    this.#judges = {
      get policy() {
        return rooms.policy;
      },
      get central() {
        return rooms.inForce?.version ?? 0;
      },
      get observed() {
        return rooms.inForce?.observed ?? null;
      },
      ready: async () => {
        await rooms.inForce?.ready();
        await rooms.elevations?.held.ready();
      },
      countUses: (actor) => this.#recorder.countUses(actor),
      behaviour: this.#behaviour,
      standingOf: (task, actor, connection) => this.tasks.standing(task, actor, connection),
      standingOfNext: (actor, purpose, connection) => this.tasks.standingOfNext(actor, purpose, connection),
      stillStands: (...asked) => this.tasks.stillStands(...asked),
      elevationsOf: (...asked) => rooms.elevations?.held.rightsOf(...asked) ?? [],
      untilOver: (ids) => rooms.elevations?.held.until(ids) ?? AbortSignal.abort(suspended()),
    };
    this.asking = new Asking({
      rooms,
      connections: this.connections,
      agreements: this.agreements,
      tasks: this.tasks,
      judges: this.#judges,
      session: (...asked) => this.session(...asked),
      checkSession: (...asked) => this.checkSession(...asked),
      run: (request) => this.run(request),
      approvals: () => this.approvals,
    });
    this.suggestions = new Suggestions({
      file: rooms.home.suggestions,
      ledger: rooms.ledger,
      judges: this.#judges,
      requireActor: () => rooms.identity.requireActor(),
      checkSession: (connection) => this.checkSession(connection),
      session: (id, connection) => this.session(id, connection),
      rows: (connection, text) =>
        this.#firstRows(connection, text, { session: "suggest", longestMs: 10_000, purpose: undefined }),
    });
  }

  /** Judges and runs every statement of a text in order, reporting each as soon as it is known. */
  async *run(request: RunRequest): AsyncGenerator<GovernedStatement> {
    const actor = request.actor ?? this.rooms.identity.requireActor();
    mustBeSayable("The purpose", request.purpose);
    mustBeSayable("The connection's name", request.connection.name);
    const session = this.session(request.sessionId, request.connection, audienceOf(actor));
    let { task } = request;
    const { approval } = request;
    const grant =
      approval === undefined
        ? undefined
        : isAnsweredHere(approval)
          ? (this.agreements.grantFromElsewhere(approval) ?? undefined)
          : this.approvals.asked(approval);
    // A person's statement runs for what others were told; a program's belongs to a task with a purpose of its own.
    const purpose = grant === undefined || isProgram(actor) ? request.purpose : grant.purpose;
    const kept = { changes: this.changes, purpose, ...(grant === undefined ? {} : { grant }) };
    const statements = splitText(
      request.text,
      session.database.engine,
      await session.database.catalogForSplitting(),
    );
    if (request.only === true && statements.length > 1) {
      throw new AgreementError(
        "one-statement",
        `There are ${statements.length} statements in the text, and one at a time is run. Nothing was run.`,
        "Send them one by one.",
      );
    }
    for (const [index, statement] of statements.entries()) {
      const last = index === statements.length - 1;
      if (isProgram(actor)) task = await this.tasks.take(actor, purpose, request.connection, task);
      const within = task === undefined ? {} : { task };
      const judging = { session, statement, actor, purpose, ...within };
      const agreement =
        approval === undefined || grant !== undefined || !isAnsweredHere(approval)
          ? {}
          : { agreement: (judged: Judged) => this.agreements.check(approval, judging, judged) };
      const trace = (judged: Judged) =>
        this.suggestions.reviews.origin(actor, statement, judged, request.suggested ?? []);
      const governed = await session.database.ahead(() =>
        session.inTurn(() =>
          govern(
            { ...request, ...kept, ...within, ...agreement, trace, session, statement, actor },
            this.#judges,
            this.#recorder,
          ),
        ),
      );
      if (task !== undefined) await this.tasks.stopForBehaviour(task, governed.report.decision.findings);
      yield { index, total: statements.length, statement, governed, ...within };
      if (governed.kind === "rows" && !last) {
        await governed.rest.close("More rows exist. Run this statement alone to page through them.");
      }
      const stopped = governed.kind !== "rows" && governed.kind !== "done";
      if (stopped && !request.keepGoing) return;
    }
  }

  /** @throws ApprovalError where there is no collector to ask through. */
  get approvals(): Approvals {
    const { approvals } = this.rooms;
    if (approvals !== undefined && approvals !== null) return approvals;
    throw noCollector();
  }

  #firstRows(connection: ConnectionProfile, text: string, who: FirstRowsFor) {
    return firstRows((request) => this.run(request), connection, text, who);
  }

  /** @throws ApprovalError where there is no collector to ask through. */
  get elevations(): ElevationRequests {
    const { elevations } = this.rooms;
    if (elevations !== undefined && elevations !== null) return elevations.requests;
    throw noCollector();
  }

  /** Which columns somebody sees as they are, by policy or for a while. Decides nothing: it is for showing. */
  shownTo(actor: Actor, { profile, knownCatalog }: Database): (id: ColumnId, label: Label) => boolean {
    const { policy, elevations } = this.rooms;
    const held = elevations?.held;
    const rights =
      knownCatalog === null || held === undefined || held.all.length === 0
        ? []
        : held.rightsOf(actor, profile, indexCatalog(knownCatalog));
    return (id, label) => {
      if (policy.mayReveal(actor, id, label, profile)) return true;
      const ruling = policy.revealing(actor, id, label, profile);
      return rightFor(ruling, rights, (right) => right.kind === "reveal" && right.has(id)) !== undefined;
    };
  }

  /** Asks others for a right for a while. @throws ApprovalError, CollectorError, ConnectError */
  async askElevation(connection: ConnectionProfile, wish: ElevationWish): Promise<Elevation> {
    const actor = this.rooms.identity.requireActor();
    const session = this.checkSession(connection, audienceOf(actor));
    await this.#judges.ready();
    // Only for a device it knows does the collector take what is asked.
    await this.rooms.sync?.now();
    const order = elevationOrder(wish, {
      actor,
      profile: connection,
      chain: this.elevations.chain,
      policy: this.rooms.policy,
      index: await session.index(),
      labelOf: (id) => session.labelOf(id),
    });
    return this.elevations.ask(order, actor, recordedConnection(connection));
  }

  /**
   * Puts back the rows of a change that is kept, where they are still as it left them.
   * @throws UndoError where it is not kept, or its table is another now.
   */
  async undo(
    seq: number,
    { client, signal, actor }: Pick<RunRequest, "client" | "signal" | "actor">,
  ): Promise<Governed> {
    const who = actor ?? this.rooms.identity.requireActor();
    if (isProgram(who))
      throw new TaskError(
        "undo-needs-a-person",
        "Programs undo nothing.",
        "A person undoes it in the editor.",
      );
    const { connection } = this.changes.find(seq);
    const session = this.session(sessionId(`undo:${connection.id}`), connection, audienceOf(who));
    const request = { session, seq, actor: who, client, signal };
    return session.database.ahead(() =>
      session.inTurn(async () => {
        try {
          return await undoChange(request, this.changes, this.#judges, this.#recorder);
        } finally {
          await session.close();
        }
      }),
    );
  }

  /** Judges every statement of a text, finished or not, and runs nothing. */
  async check(
    connection: ConnectionProfile,
    text: string,
    options: {
      readonly actor?: Actor;
      readonly purpose?: string;
      readonly task?: string;
      readonly apart?: boolean;
      /** Through what a program asks: what it is denied is then on record as if it had tried it. */
      readonly denials?: Client;
    } = {},
  ): Promise<readonly Judged[]> {
    const actor = options.actor ?? this.rooms.identity.requireActor();
    const session = this.checkSession(connection, audienceOf(actor));
    const judged: Judged[] = [];
    const within = options.task === undefined ? {} : { task: options.task };
    const { engine } = session.database;
    const catalog = await session.database.catalogForSplitting();
    let inTransaction = false;
    const apart = options.apart === true ? { apart: true } : {};
    for (const statement of splitUnfinishedText(text, engine, catalog)) {
      const one = await judge(
        { session, statement, actor, purpose: options.purpose, inTransaction, ...within, ...apart },
        this.#judges,
      );
      judged.push(one);
      const { denials: client, purpose } = options;
      if (client !== undefined && one.decision.verdict === "deny")
        await this.#recordDenied({ session, statement, text, actor, client, purpose, ...within }, one);
      inTransaction = isOpenAfter(one.facts?.transaction, inTransaction);
    }
    return judged;
  }

  async #recordDenied(request: RecordedRequest, judged: Judged): Promise<void> {
    const { actor, session } = request;
    const { profile } = session.database;
    const purpose = request.purpose?.trim() || CHECK_PURPOSE;
    const task = isProgram(actor) ? await this.tasks.take(actor, purpose, profile, request.task) : undefined;
    await this.#recorder.refused({ ...request, purpose, ...(task === undefined ? {} : { task }) }, judged);
    if (task !== undefined) await this.tasks.stopForBehaviour(task, judged.decision.findings);
  }

  /** What the columns of a view are for this actor. */
  viewColumns(
    profile: ConnectionProfile,
    relation: Relation,
    actor: Actor,
  ): Promise<ReadonlyMap<string, ColumnPlan>> {
    const session = this.checkSession(profile, audienceOf(actor));
    return viewColumns(relation, { session, actor, judges: this.#judges });
  }

  database(profile: ConnectionProfile): Database {
    const central = isCentralId(profile.id);
    if (central) this.#leased?.use(profile.id);
    const known = this.#databases.get(profile.id);
    if (known !== undefined && sameTarget(known.profile, profile)) return known;
    void known?.close();
    this.changes.forget(profile.id);
    const database = new Database({
      profile,
      password: () => this.#password(profile.id),
      ...(central && {
        logins: {
          login: (refused?: Login) => this.#login(profile, refused),
          goesOn: (lease) => this.#leased?.goesOn(profile.id, lease) ?? false,
          whyEnded: async () => (await this.#leased?.whyEnded(profile.id)) ?? null,
        },
      }),
      applicationName: () => `sluice/${this.rooms.identity.label()}`,
      store: this.#labels,
      flows: this.#flows,
      pseudonyms: () => this.#pseudonyms.of(profile.id),
      corrections: this.corrections,
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

  /** @throws ConnectError where there is no such connection. */
  connection(idOrName: string): ConnectionProfile {
    const found = this.findConnection(idOrName);
    if (found !== undefined) return found;
    throw new ConnectError({
      code: "no-such-connection",
      message: `There is no connection called "${idOrName}".`,
      action: "Add it in the Connections view, or give the address of a database.",
    });
  }

  /** A saved one, or one of the collector's as last heard. */
  findConnection(idOrName: string): ConnectionProfile | undefined {
    return this.connections.find(idOrName) ?? this.rooms.central?.connections.find(idOrName);
  }

  /** Saved ones, then the collector's, which is asked. */
  async listConnections(): Promise<readonly ConnectionProfile[]> {
    const saved = this.connections.list();
    return [...saved, ...((await this.rooms.central?.connections.refresh()) ?? [])];
  }

  usePassword(id: ConnectionId, password: string): void {
    this.#passwords.set(id, password);
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
      password: login?.password ?? password ?? (await this.#password(profile.id)),
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
    this.#passwords.delete(id);
    this.changes.forget(id);
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
    this.corrections.shared.entries();
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

  verifyLedger(): Promise<LedgerReport> {
    return this.rooms.ledger.verify();
  }

  async close(): Promise<void> {
    this.changes.clear();
    await Promise.all([...this.#sessions.values()].map((session) => session.close().catch(() => {})));
    await Promise.all([...this.#databases.values()].map((database) => database.close().catch(() => {})));
    await this.#leased?.close();
    this.rooms.elsewhere?.stop();
    this.rooms.inForce?.close();
    this.suggestions.close();
    this.rooms.elevations?.held.close();
    await this.rooms.ledger.endSession();
    // Whatever cannot be kept is read from the ledger again.
    await this.#behaviour.close().catch(() => {});
    await this.rooms.sync?.close(LAST_SYNC_MS);
    await this.rooms.ledger.close();
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

  async #signOutCentral(): Promise<void> {
    await this.#leased?.signOut();
    this.rooms.central?.connections.forget();
  }

  /** What was opened for somebody goes with them. */
  #forgetOthers(): void {
    const known = new Set(this.rooms.central?.connections.known.map(({ id }) => id));
    for (const id of this.#databases.keys())
      if (isCentralId(id) && !known.has(id)) void this.forget(id).catch(() => {});
  }

  async #password(id: ConnectionId): Promise<string | undefined> {
    const given = this.#passwords.get(id);
    if (given !== undefined) return given;
    const variable = `SLUICE_PASSWORD_${id.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
    return (await this.rooms.secrets.get(passwordKey(id))) ?? process.env[variable];
  }
}

const noCollector = (): ApprovalError =>
  new ApprovalError(
    "no-collector",
    "Approvals go through a collector, and none is set up here.",
    "Set `sluice.collector.url` (or SLUICE_COLLECTOR) to your company's collector.",
  );

/** Of a check for which its program gave none. */
const CHECK_PURPOSE = "to see what is allowed";

/** A command that ends waits at most so long for the collector. */
const LAST_SYNC_MS = 1_500;

/** Whether a transaction is open after a statement. */
function isOpenAfter(control: StatementFacts["transaction"], before: boolean): boolean {
  if (control === "begin") return true;
  return control === "commit" || control === "rollback" ? false : before;
}

/** Where a connection's password lies in the secret store. */
export const passwordKey = (id: ConnectionId): string => `password:${id}`;

const sameTarget = (a: ConnectionProfile, b: ConnectionProfile): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
