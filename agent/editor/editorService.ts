import { randomUUID } from "node:crypto";
import type { CancellationToken, Connection } from "vscode-languageserver/node";
import type { HeldElevationView } from "../../protocol/approval/heldElevationView.ts";
import { canonicalJson } from "../../protocol/audit/seal.ts";
import type { ScanView } from "../../protocol/classification.ts";
import { type ConnectionId, type ResultId, resultId, type SessionId } from "../../protocol/ids.ts";
import { isCentralId } from "../../protocol/lease/centralId.ts";
import type {
  AgentNotifications,
  AgentStatus,
  Requests,
  RowPage,
  StatementState,
} from "../../protocol/messages.ts";
import type { SyncState } from "../../protocol/sync.ts";
import { approvalConnection } from "../approvals/approvalOrder.ts";
import { passwordKey } from "../connectionPasswords.ts";
import { rotateKey } from "../device/rotateKey.ts";
import type { Engine } from "../engine.ts";
import type { EngineEvents } from "../engineEvents.ts";
import type { Governed } from "../govern.ts";
import type { RestOfRows } from "../maskedRows.ts";
import { problemOf } from "../problemOf.ts";
import type { GovernedStatement } from "../runRequest.ts";
import { approvalAnswers } from "./approvalRequests.ts";
import { catalogView } from "./catalogView.ts";
import type { Documents } from "./documents.ts";
import { elevationAnswers } from "./elevationRequests.ts";
import { labelAnswers } from "./labelRequests.ts";
import { ProgramRequests } from "./programRequests.ts";
import { problemAt, reportAt } from "./reportAt.ts";
import * as schema from "./requestSchemas.ts";
import { signalOf } from "./signalOf.ts";
import { suggestionAnswers } from "./suggestionRequests.ts";
import { taskAnswers } from "./taskRequests.ts";
import { recentActivity, undoAnswers } from "./undoRequests.ts";

/** The version in package.json, put in when the agent is built. */
declare const SLUICE_VERSION: string;

const MAX_CELL_LENGTH = 64 * 1024;

/** How far back an entry is looked for whose outcome is new. */
const RECENT_ENTRIES = 200;

interface OpenedResult {
  readonly sessionId: SessionId;
  readonly rest: RestOfRows;
  /** The record of the statement it belongs to. */
  readonly seq: number;
}

type Answer = (params: unknown, token: CancellationToken) => Promise<unknown>;

/** Answers the `sluice/*` requests of one editor window. Holds its open results, and no rule of its own. */
export class EditorService implements EngineEvents {
  readonly #connection: Connection;
  readonly #documents: Documents;
  #engine: Promise<Engine> = Promise.reject(new Error("not started"));
  readonly #results = new Map<ResultId, OpenedResult>();
  readonly #programs: ProgramRequests;

  constructor(connection: Connection, documents: Documents) {
    this.#connection = connection;
    this.#programs = new ProgramRequests(
      () => this.#engine,
      (waiting) => this.#notify("sluice/programsWait", waiting),
    );
    this.#documents = documents;
    this.#engine.catch(() => {});
  }

  /** Everything else waits for this; a failure to start is what every request then answers. */
  start(engine: Promise<Engine>): void {
    this.#engine = engine;
    engine.then(
      ({ rooms }) => {
        rooms.identity.onChange((state) => {
          this.#notify("sluice/identityChanged", state);
          this.#documents.recheck();
        });
        this.#notify("sluice/identityChanged", rooms.identity.state());
        this.syncChanged(rooms.sync?.state ?? { kind: "none" });
        this.#programs.watch();
        this.#documents.recheck();
      },
      () => {},
    );
  }

  /** To be called before the engine closes. */
  close(): Promise<void> {
    return this.#programs.close();
  }

  catalogChanged(id: ConnectionId): void {
    this.#notify("sluice/catalogChanged", { connectionId: id });
    this.#documents.recheck(id);
  }

  progress(id: ConnectionId, message: string, done: boolean, scan: ScanView): void {
    this.#notify("sluice/progress", { connectionId: id, message, done, scan });
  }

  noticed(id: ConnectionId, notices: readonly string[]): void {
    this.#notify("sluice/labelsIgnored", { connectionId: id, notices });
  }

  syncChanged(state: SyncState): void {
    this.#notify("sluice/syncChanged", state);
  }

  policyChanged(): void {
    this.#documents.recheck();
  }

  elevationChanged(told: HeldElevationView): void {
    this.#notify("sluice/elevationChanged", told);
    // What is masked for this person is something else now.
    this.#documents.recheck();
    const target = canonicalJson(told.elevation.order.subject.connection);
    void this.#engine.then(({ connections }) => {
      for (const profile of connections.list())
        if (canonicalJson(approvalConnection(profile)) === target)
          this.#notify("sluice/catalogChanged", { connectionId: profile.id });
    });
  }

  approvalsChanged(): void {
    this.#documents.refreshLenses();
  }

  /** Every request by its method; parameters are checked before anything looks at them. */
  requests(): Iterable<readonly [keyof Requests, Answer]> {
    const answers: {
      readonly [M in keyof Requests]: (
        params: unknown,
        token: CancellationToken,
      ) => Promise<Requests[M]["result"]>;
    } = {
      "sluice/status": () => this.#status(),
      "sluice/signIn": async (_params, token) => {
        const { identity } = (await this.#engine).rooms;
        await identity.signIn({ signal: signalOf(token) });
        return identity.state();
      },
      "sluice/signOut": async () => {
        const { identity } = (await this.#engine).rooms;
        await identity.signOut();
        return identity.state();
      },
      "sluice/continueAsLocalUser": async () => {
        const { identity } = (await this.#engine).rooms;
        await identity.continueAsLocalUser();
        return identity.state();
      },
      "sluice/connections/list": async () => (await this.#engine).listConnections(),
      "sluice/connections/save": async (params) => {
        const engine = await this.#engine;
        engine.connections.requireOwn(schema.NAMED.parse(params).profile.id);
        const { profile, password } = schema.SAVE.parse(params);
        engine.connections.save(profile);
        if (password !== undefined) await engine.rooms.secrets.store(passwordKey(profile.id), password);
        await engine.open.forget(profile.id);
        this.#documents.recheck(profile.id);
        return profile;
      },
      "sluice/connections/remove": async (params) => {
        const { id } = schema.BY_ID.parse(params);
        const engine = await this.#engine;
        engine.connections.remove(id);
        await engine.rooms.secrets.delete(passwordKey(id));
        await engine.open.forget(id);
        return null;
      },
      "sluice/connections/test": async (params) => {
        const engine = await this.#engine;
        engine.rooms.identity.requireActor();
        const { id } = schema.NAMED.parse(params).profile;
        if (isCentralId(id)) return engine.open.test(engine.connection(id), undefined);
        const { profile, password } = schema.SAVE.parse(params);
        return engine.open.test(profile, password);
      },
      "sluice/catalog": async (params) => {
        const { connectionId, refresh } = schema.CATALOG.parse(params);
        const engine = await this.#engine;
        const actor = engine.rooms.identity.requireActor();
        const database = engine.open.database(engine.connection(connectionId));
        if (refresh === true) await database.refresh(false);
        await database.catalog();
        return catalogView(database, engine.shownTo(actor, database));
      },
      ...labelAnswers(
        () => this.#engine,
        (entry) => this.#notify("sluice/activityAdded", entry),
      ),
      "sluice/lookAgain": async () => {
        await (await this.#engine).open.lookAgain();
        return null;
      },
      "sluice/bind": async (params) => {
        const { uri, connectionId } = schema.BIND.parse(params);
        await this.#engine;
        this.#documents.bind(uri, connectionId);
        return null;
      },
      "sluice/check": async (params) => {
        const { connectionId, text } = schema.CHECK.parse(params);
        const engine = await this.#engine;
        return (await engine.check(engine.connection(connectionId), text)).map(({ report }) => report);
      },
      ...approvalAnswers(() => this.#engine),
      ...this.#programs.answers(),
      ...suggestionAnswers(() => this.#engine),
      ...elevationAnswers(() => this.#engine),
      ...taskAnswers(() => this.#engine),
      ...undoAnswers(
        () => this.#engine,
        (entry) => this.#notify("sluice/activityAdded", entry),
      ),
      "sluice/run": (params, token) => this.#run(params, token),
      "sluice/fetch": async (params) => {
        const { resultId: id, maxRows } = schema.FETCH.parse(params);
        const result = this.#results.get(id);
        if (result === undefined) return { rows: [], done: true };
        const page = await result.rest.next(maxRows);
        if (page.done) await this.#ended([id]);
        return page;
      },
      "sluice/closeResult": async (params) => {
        const { resultId: id } = schema.BY_RESULT.parse(params);
        await this.#results.get(id)?.rest.close();
        await this.#ended([id]);
        return null;
      },
      "sluice/cancel": async (params) => {
        const { sessionId } = schema.BY_SESSION.parse(params);
        await (await this.#engine).open.cancel(sessionId);
        return null;
      },
      "sluice/activity": async (params) => {
        const { limit } = schema.ACTIVITY.parse(params);
        return recentActivity(await this.#engine, limit);
      },
      "sluice/sync": async () => (await (await this.#engine).rooms.sync?.now()) ?? { kind: "none" },
      "sluice/device/rotateKey": async () => rotateKey((await this.#engine).rooms, ""),
      "sluice/audit/verify": async () => (await this.#engine).verifyLedger(),
    };
    return Object.entries(answers) as Iterable<[keyof Requests, Answer]>;
  }

  async #status(): Promise<AgentStatus> {
    try {
      const { rooms } = await this.#engine;
      return {
        version: SLUICE_VERSION,
        identity: rooms.identity.state(),
        ledger: { kind: "ready", records: rooms.ledger.count() },
        home: rooms.home.root,
      };
    } catch (error) {
      return {
        version: SLUICE_VERSION,
        identity: { kind: "signed_out", providerConfigured: false },
        ledger: { kind: "refused", problem: problemOf(error) },
        home: "",
      };
    }
  }

  async #run(params: unknown, token: CancellationToken): Promise<Requests["sluice/run"]["result"]> {
    const request = schema.RUN.parse(params);
    const engine = await this.#engine;
    await this.#closeResultsOf(request.sessionId);
    const run = engine.run({
      sessionId: request.sessionId,
      connection: engine.connection(request.connectionId),
      text: request.text,
      client: { kind: "editor", session: request.sessionId },
      purpose: request.purpose,
      pageRows: request.pageRows,
      maxCellLength: MAX_CELL_LENGTH,
      signal: signalOf(token),
      keepGoing: false,
      keepChanges: request.keepChanges ?? false,
      ...(request.approval === undefined ? {} : { approval: request.approval }),
      ...(request.suggested === undefined ? {} : { suggested: request.suggested }),
    });
    let statements = 0;
    for await (const step of run) {
      statements = step.index + 1;
      this.#notify("sluice/statement", {
        runToken: request.runToken,
        index: step.index,
        total: step.total,
        report: reportAt(step.governed.report, request.baseOffset),
        state: this.#stateOf(step, request.sessionId, request.baseOffset),
      });
      const [entry] = recentActivity(engine, 1);
      if (entry !== undefined) this.#notify("sluice/activityAdded", entry);
      if (step.governed.kind === "done" && step.governed.committed !== undefined) {
        this.#tellAgain(engine, new Set(step.governed.committed.map(({ recordSeq }) => recordSeq)));
      }
      const { kind } = step.governed;
      if (kind !== "rows" && kind !== "done") return { statements, stoppedAt: step.index };
    }
    return { statements };
  }

  #stateOf(
    { governed, index, total }: GovernedStatement,
    sessionId: SessionId,
    base: number,
  ): StatementState {
    switch (governed.kind) {
      case "rows":
        return this.#opened(governed, sessionId, index < total - 1);
      case "done": {
        const { tag, affected, milliseconds, notices, record, undo, committed } = governed;
        const kept = { ...(undo && { undo }), ...(committed && { committed }) };
        return { kind: "done", tag, affected, milliseconds, notices, record, ...kept };
      }
      case "blocked":
        return {
          kind: "blocked",
          record: governed.record,
          ...(governed.problem && { problem: governed.problem }),
        };
      case "failed":
        return { kind: "failed", problem: problemAt(governed.problem, base), record: governed.record };
      case "cancelled":
        return { kind: "cancelled", record: governed.record };
    }
  }

  #opened(
    governed: Extract<Governed, { kind: "rows" }>,
    sessionId: SessionId,
    followed: boolean,
  ): StatementState {
    const id = resultId(randomUUID());
    const { columns, milliseconds, notices, record, undo } = governed;
    if (!governed.first.done) this.#results.set(id, { sessionId, rest: governed.rest, seq: record.seq });
    const page: RowPage =
      followed && !governed.first.done
        ? {
            ...governed.first,
            done: true,
            truncated: "More rows exist. Run this statement alone to page through them.",
          }
        : governed.first;
    const shown = { resultId: id, columns, page, milliseconds, notices, record };
    return { kind: "rows", ...shown, ...(undo && { undo }) };
  }

  async #closeResultsOf(sessionId: SessionId): Promise<void> {
    const open = [...this.#results].filter(([, result]) => result.sessionId === sessionId);
    for (const [, { rest }] of open) await rest.close();
    await this.#ended(open.map(([id]) => id));
  }

  /** Forgets results that ended, and tells what came of their statements. */
  async #ended(ids: readonly ResultId[]): Promise<void> {
    const seqs = new Set(ids.flatMap((id) => this.#results.get(id)?.seq ?? []));
    for (const id of ids) this.#results.delete(id);
    if (seqs.size > 0) this.#tellAgain(await this.#engine, seqs);
  }

  /** Of these records something is new: what came of them, or that they can be undone. */
  #tellAgain(engine: Engine, seqs: ReadonlySet<number>): void {
    for (const entry of recentActivity(engine, RECENT_ENTRIES)) {
      if (seqs.has(entry.seq)) this.#notify("sluice/activityAdded", entry);
    }
  }

  #notify<M extends keyof AgentNotifications>(method: M, params: AgentNotifications[M]): void {
    void this.#connection.sendNotification(method, params);
  }
}
