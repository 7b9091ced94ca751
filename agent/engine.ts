import type { Actor } from "../protocol/actor.ts";
import { isAnsweredHere } from "../protocol/approval/answeredHere.ts";
import type { Elevation } from "../protocol/approval/elevation.ts";
import type { Relation } from "../protocol/catalog.ts";
import type { ConnectionProfile } from "../protocol/connection.ts";
import type { ColumnPlan } from "../protocol/decision.ts";
import { sessionId } from "../protocol/ids.ts";
import type { Label } from "../protocol/label.ts";
import type { LedgerReport } from "../protocol/messages.ts";
import { isProgram } from "../protocol/task.ts";
import { AgreementError, Agreements } from "./approvals/agreements.ts";
import { ApprovalError } from "./approvals/approvalError.ts";
import type { Approvals } from "./approvals/approvals.ts";
import { Asking } from "./approvals/asking.ts";
import { StoppedElsewhere } from "./approvals/stoppedElsewhere.ts";
import { Behaviour } from "./behaviour/behaviour.ts";
import { ConnectError } from "./connect/connectError.ts";
import { ConnectionStore } from "./connect/connectionStore.ts";
import type { Database } from "./database.ts";
import { ledgersBefore } from "./device/ledgersBefore.ts";
import { type ElevationWish, elevationOrder } from "./elevations/elevationOrder.ts";
import { suspended } from "./elevations/elevationOver.ts";
import type { ElevationRequests } from "./elevations/elevationRequests.ts";
import type { EngineEvents } from "./engineEvents.ts";
import { type FirstRowsFor, firstRows } from "./firstRows.ts";
import { type Governed, govern } from "./govern.ts";
import { type Judged, type Judges, judge } from "./judge.ts";
import { LabelCorrections } from "./labels/labelCorrections.ts";
import { audienceOf } from "./labels/labelling.ts";
import { OpenDatabases } from "./openDatabases.ts";
import { rightFor } from "./policy/elevatedRight.ts";
import { type Client, type RecordedRequest, Recorder, recordedConnection } from "./recorder.ts";
import type { Rooms } from "./rooms.ts";
import type { GovernedStatement, RunRequest } from "./runRequest.ts";
import { splitText, splitUnfinishedText } from "./splitText.ts";
import type { ColumnId, StatementFacts } from "./sql/facts.ts";
import { indexCatalog } from "./sql/postgres/catalogIndex.ts";
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
  readonly open: OpenDatabases;
  readonly corrections: LabelCorrections;
  readonly tasks: Tasks;
  readonly agreements: Agreements;
  readonly asking: Asking;
  readonly changes = new CapturedChanges();
  readonly suggestions: Suggestions;
  readonly #recorder: Recorder;
  readonly #behaviour: Behaviour;
  readonly #judges: Judges;

  constructor(rooms: Rooms, events: EngineEvents) {
    this.rooms = rooms;
    this.connections = new ConnectionStore(rooms.home.connections);
    this.corrections = new LabelCorrections(rooms);
    this.open = new OpenDatabases(rooms, events, this);
    rooms.identity.beforeSignOut(() => this.open.giveBack());
    // Who may lower labels is another question with every person.
    rooms.identity.onChange((state) => {
      void this.open.relabel().catch(() => {});
      if (state.kind !== "expired") this.open.forgetOthers();
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
    const elsewhere = rooms.elsewhere
      ? new StoppedElsewhere(rooms.elsewhere, rooms.ledger, rooms.home.root)
      : null;
    this.tasks = new Tasks(
      rooms.ledger,
      () => rooms.policy,
      () => new Date(),
      (task) => void elsewhere?.ask(task).catch(() => {}),
    );
    this.agreements = new Agreements(rooms.ledger, rooms.home.root, rooms.elsewhere ?? null);
    rooms.inForce?.onChange(() => {
      void this.open.relabel().catch(() => {});
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
      session: (...asked) => this.open.session(...asked),
      checkSession: (...asked) => this.open.checkSession(...asked),
      run: (request) => this.run(request),
      approvals: () => this.approvals,
    });
    this.suggestions = new Suggestions({
      file: rooms.home.suggestions,
      ledger: rooms.ledger,
      judges: this.#judges,
      requireActor: () => rooms.identity.requireActor(),
      checkSession: (connection) => this.open.checkSession(connection),
      session: (id, connection) => this.open.session(id, connection),
      rows: (connection, text) =>
        this.#firstRows(connection, text, { session: "suggest", longestMs: 10_000, purpose: undefined }),
    });
  }

  /** Judges and runs every statement of a text in order, reporting each as soon as it is known. */
  async *run(request: RunRequest): AsyncGenerator<GovernedStatement> {
    const actor = request.actor ?? this.rooms.identity.requireActor();
    mustBeSayable("The purpose", request.purpose);
    mustBeSayable("The connection's name", request.connection.name);
    const session = this.open.session(request.sessionId, request.connection, audienceOf(actor));
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
    const session = this.open.checkSession(connection, audienceOf(actor));
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
    const session = this.open.session(sessionId(`undo:${connection.id}`), connection, audienceOf(who));
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
    const session = this.open.checkSession(connection, audienceOf(actor));
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
    const session = this.open.checkSession(profile, audienceOf(actor));
    return viewColumns(relation, { session, actor, judges: this.#judges });
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

  verifyLedger(): Promise<LedgerReport> {
    return this.rooms.ledger.verify();
  }

  async close(): Promise<void> {
    this.changes.clear();
    await this.open.close();
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
