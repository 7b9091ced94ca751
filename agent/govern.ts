import type { Actor } from "../protocol/actor.ts";
import type { RecordRef } from "../protocol/audit/record.ts";
import { counted } from "../protocol/counted.ts";
import type {
  OfferedUndo,
  Problem,
  ResultColumn,
  RowPage,
  StatementReport,
  UndoOffer,
} from "../protocol/messages.ts";
import { isProgram } from "../protocol/task.ts";
import { type AllowedTime, allowedTime } from "./allowedTime.ts";
import type { AskedGrant } from "./approvals/approvals.ts";
import { type AgreementCheck, handedOut, permitted } from "./approvals/useGrant.ts";
import { mayRead } from "./audit/taskStore.ts";
import type { Capture, RestorePlan } from "./connect/capturePlan.ts";
import { ConnectError, loginChanged } from "./connect/connectError.ts";
import { type DatabaseSession, type DescribedColumn, TooManyRowsError } from "./connect/databaseSession.ts";
import { TextRow } from "./connect/incomingRow.ts";
import { NotRestoredError } from "./connect/notRestoredError.ts";
import { MOST_ROW_BYTES, PROGRAM_ROW_BYTES } from "./connect/rowTooLarge.ts";
import { errorClass, explainFailure, isCancelled } from "./explainFailure.ts";
import { followUp, readsRows, standsAlone } from "./howItRuns.ts";
import { type Judged, type Judges, judge } from "./judge.ts";
import { compileRowMask, type RowMask } from "./mask/rowMask.ts";
import { chooseMaskPlace, type MaskedAt } from "./maskAtSource.ts";
import { MaskedRows, NO_MORE_ROWS, type RestOfRows } from "./maskedRows.ts";
import { PlanMismatchError, planCheck, plannedRelations } from "./planCheck.ts";
import { type Client, type Intent, type Recorder, UnrecordedOutcome } from "./recorder.ts";
import { REDACTOR } from "./redactor.ts";
import { shownNotices } from "./shownNotices.ts";
import type { SplitStatement, StatementFacts } from "./sql/facts.ts";
import type { StatementSession } from "./statementSession.ts";
import type { Origin } from "./suggest/originOf.ts";
import { reviewed } from "./suggestions/reviewGate.ts";
import { typeName } from "./typeNames.ts";
import { type CapturedChanges, offerOf } from "./undo/capturedChanges.ts";
import { changeOf, type KeepPlan, planKeeping } from "./undo/keptChange.ts";
import { dropLost, settlePending } from "./undo/settlePending.ts";

/** One statement on its way to a database. */
export interface StatementRequest {
  readonly session: StatementSession;
  readonly statement: SplitStatement;
  /** The whole text the statement's spans point into. */
  readonly text: string;
  readonly actor: Actor;
  readonly client: Client;
  readonly purpose: string | undefined;
  readonly pageRows: number;
  /** Longer cells become previews. */
  readonly maxCellLength: number;
  readonly signal: AbortSignal;
  /** Where changes are kept that can be undone. */
  readonly changes?: CapturedChanges;
  /** The rows a write changes are to be kept. */
  readonly keepChanges?: boolean;
  /** What others have agreed to; used where the statement needs it. */
  readonly grant?: AskedGrant;
  /** Whether the person a program works for has agreed; asked where the statement needs it. */
  readonly agreement?: AgreementCheck;
  /** The task of the program that asks. */
  readonly task?: string;
  /** Finds the suggestion of a model it comes from; it then needs somebody who has looked at it. */
  readonly trace?: (judged: Judged) => Origin | undefined;
  /** The statement puts back the rows of a former write. */
  readonly restore?: RestorePlan;
}

/** What came of it. Rows are already masked. */
export type Governed =
  | {
      readonly kind: "blocked";
      readonly report: StatementReport;
      readonly record: RecordRef;
      /** Where a grant was given, and is none for this. */
      readonly problem?: Problem;
    }
  | {
      readonly kind: "failed";
      readonly report: StatementReport;
      readonly problem: Problem;
      readonly record: RecordRef | null;
    }
  | { readonly kind: "cancelled"; readonly report: StatementReport; readonly record: RecordRef | null }
  | {
      readonly kind: "done";
      readonly report: StatementReport;
      readonly tag: string;
      readonly affected: number | null;
      readonly milliseconds: number;
      readonly notices: readonly string[];
      readonly record: RecordRef;
      /** Where the rows of writes are kept. */
      readonly undo?: UndoOffer;
      /** Kept changes of the transaction it committed. */
      readonly committed?: readonly OfferedUndo[];
    }
  | {
      readonly kind: "rows";
      readonly report: StatementReport;
      readonly columns: readonly ResultColumn[];
      readonly first: RowPage;
      readonly milliseconds: number;
      readonly notices: readonly string[];
      readonly record: RecordRef;
      readonly undo?: UndoOffer;
      readonly rest: RestOfRows;
    };

/**
 * THE way of one statement, whoever asks and from wherever. Nothing else in the agent sends a person's SQL
 * to a database.
 *
 * Understood, resolved, classified and judged; refused or recorded as an intent; executed; the server's own
 * description held against the plan; rows masked; the outcome recorded.
 * @throws LedgerError where nothing can be recorded: then nothing ran.
 */
export async function govern(asked: StatementRequest, judges: Judges, recorder: Recorder): Promise<Governed> {
  const { actor, task, session } = asked;
  if (isProgram(actor) && task === undefined) throw new TypeError("A program's statement belongs to a task.");
  await session.worksFor(actor);
  const first = await judge(asked, judges);
  const origin = asked.trace?.(first);
  const request = { ...asked, ...(origin === undefined ? {} : { origin }) };
  const handed = await handedOut(request, first);
  // Being handed a grant takes a while: what runs is what is judged after it.
  const now = handed.kind === "held" ? await judge(request, judges) : first;
  const allowed = permitted(request, now, handed);
  const { judged, grant, problem } = reviewed(request, allowed, judges.policy);
  const { report } = judged;
  if (report.decision.verdict !== "allow" || judged.facts === null) {
    const record = await recorder.refused(request, judged);
    return { kind: "blocked", report, record, ...(problem === undefined ? {} : { problem }) };
  }

  const maskedAt = chooseMaskPlace(request.statement.text, judged.facts, report.decision);
  const { profile } = session.database;
  const { effect, limit = null } = judged.facts;
  const rows = mayRead(effect, { limit, maxRows: judged.decision.obligations.maxRows ?? null });
  const holds = task === undefined ? undefined : () => judges.stillStands(task, actor, profile, rows);
  const opening = await session.lease().then(
    (lease) => ({ kind: "open", lease }) as const,
    (error: unknown) => ({ kind: "closed", error }) as const,
  );
  const lease = opening.kind === "open" ? opening.lease : undefined;
  const intent = await recorder.intent(request, judged, maskedAt, { grant, holds, lease });
  const time = allowedTime(request.signal, judged.decision.elevations, judges);
  const run: Run = {
    request,
    judged,
    facts: judged.facts,
    maskedAt,
    intent,
    recorder,
    time,
    started: performance.now(),
  };
  try {
    time.signal.throwIfAborted();
    if (opening.kind === "closed") throw opening.error;
    const backend = await session.backend();
    // It was lost in between: under the next login it would run as nothing that is on record.
    if (session.database.leaseOf(backend) !== lease) throw new ConnectError(loginChanged(profile));
    request.session.carry(judged.facts.flows);
    request.session.begins(request.statement);
    const stop = (): void => void backend.cancel();
    time.signal.addEventListener("abort", stop);
    try {
      if (!readsRows(judged.facts)) return await change(run, backend);
      const governed = await read(run, backend);
      await dropLost(request.session, judged.facts, "read");
      return governed;
    } finally {
      time.signal.removeEventListener("abort", stop);
    }
  } catch (error) {
    await dropLost(request.session, judged.facts, "failed");
    if (error instanceof UnrecordedOutcome) throw error;
    // What was judged is not what is there: running it again is judged by what is.
    if (error instanceof PlanMismatchError) await request.session.refresh().catch(() => {});
    const stopped = time.signal.aborted && isCancelled(error, time.signal);
    const over = stopped ? time.over() : null;
    const cancelled = stopped && over === null;
    const explained = over?.problem ?? explainFailure(error, judged, request.statement, sentOffset(maskedAt));
    const record = await recorder.outcome(intent, {
      outcome: stopped ? "cancelled" : endOf(error, judged.facts),
      rows: null,
      affected: error instanceof TooManyRowsError ? error.affected : null,
      maskedCells: 0,
      milliseconds: performance.now() - run.started,
      errorClass: over?.problem.code ?? errorClass(error, judged),
    });
    if (cancelled) return { kind: "cancelled", report, record };
    // In others' words, which are for people alone.
    const person = actor.kind === "user" || actor.kind === "local_user";
    const problem = person ? await session.database.whyLost(explained) : explained;
    return { kind: "failed", report, problem, record };
  }
}

/** A connection that breaks under a change leaves it open whether the server carried it out. */
function endOf(error: unknown, facts: StatementFacts): "rolled_back" | "unknown" | "failed" {
  if (error instanceof TooManyRowsError || error instanceof NotRestoredError) return "rolled_back";
  const lost = error instanceof ConnectError && error.problem.code === "connection-lost";
  return lost && !readsRows(facts) ? "unknown" : "failed";
}

interface Run {
  readonly request: StatementRequest;
  readonly judged: Judged;
  readonly facts: StatementFacts;
  readonly maskedAt: MaskedAt;
  readonly intent: Intent;
  readonly recorder: Recorder;
  readonly time: AllowedTime;
  readonly started: number;
}

/** Law 8: a read runs where it cannot write. Its rows stream from a cursor, up to the limit policy set. */
async function read(run: Run, backend: DatabaseSession): Promise<Governed> {
  const { request, facts, judged, maskedAt } = run;
  const maxRows = judged.decision.obligations.maxRows ?? Number.POSITIVE_INFINITY;
  const source = maskedAt.kind === "source" ? maskedAt.query : undefined;
  const mask = await rowMask(run, source?.masked);
  const result = await backend.read({
    text: source?.text ?? request.statement.text,
    relationOids: plannedRelations(facts),
    check: planCheck(facts, source?.masked),
    firstRows: Math.min(request.pageRows, maxRows + 1),
    maxRowBytes: isProgram(request.actor) ? PROGRAM_ROW_BYTES : MOST_ROW_BYTES,
    toRow: mask,
  });
  const over = run.time.over();
  if (over !== null) {
    await result.close();
    throw over;
  }
  const rows = new MaskedRows(result, {
    maskedColumns: maskedColumns(judged),
    maxRows,
    time: run.time,
    ended: (end) =>
      run.recorder.outcomeLater(run.intent, {
        outcome: end.kind,
        rows: end.rows,
        affected: null,
        maskedCells: end.maskedCells,
        milliseconds: performance.now() - run.started,
        errorClass: end.error === undefined ? null : errorClass(end.error, judged),
      }),
    explain: (error) => explainFailure(error, judged, request.statement, sentOffset(maskedAt)),
  });
  return {
    kind: "rows",
    report: judged.report,
    columns: resultColumns(run, result.columns),
    first: rows.first(),
    milliseconds: performance.now() - run.started,
    notices: shownNotices(backend, judged),
    record: run.intent.record,
    rest: rows,
  };
}

/** How rows are masked on their way out. `done`: positions the server has masked already. */
async function rowMask({ request, judged }: Run, done?: ReadonlySet<number>): Promise<RowMask> {
  const { columns } = judged.decision;
  const named = columns.some(({ mask }) => mask === "pseudonym");
  const pseudonym = named ? await request.session.database.pseudonyms() : undefined;
  return compileRowMask(columns, {
    redactor: REDACTOR,
    maxCellLength: request.maxCellLength,
    ...(pseudonym === undefined ? {} : { pseudonym }),
    ...(done === undefined ? {} : { done }),
  });
}

/** Everything that may change something: checked inside its transaction before COMMIT. */
async function change(run: Run, backend: DatabaseSession): Promise<Governed> {
  const { request, facts, judged } = run;
  const text = request.statement.text;
  const { changes, keepChanges, restore, session, statement } = request;
  const inside = backend.transaction() !== "none";
  const keeping =
    keepChanges !== true
      ? undefined
      : await planKeeping(session, statement, facts, judged.report.plannedRows);
  const ran = standsAlone(facts)
    ? backend.plain(text)
    : backend.write({
        text,
        relationOids: plannedRelations(facts),
        check: planCheck(facts),
        maxAffectedRows: judged.decision.obligations.maxAffectedRows,
        mayCommit: () => run.time.signal.throwIfAborted(),
        keepRows: request.pageRows,
        ...(keeping?.kind === "keep" ? { capture: keeping.capture } : {}),
        ...(restore === undefined ? {} : { restore }),
      });
  // Whatever comes of it and of its record: a part of it may be done.
  const result = await ran.finally(() => loseWhenOver(run, backend));
  // Before anything can fail: what was rolled back may not stay.
  const undo = keptOf(run, keeping, result.capture, inside);
  const committed = settlePending(session, backend, { statement, facts, tag: result.tag }, changes);
  const milliseconds = performance.now() - run.started;
  const record = await run.recorder.outcome(run.intent, {
    outcome: "done",
    rows: result.returned,
    affected: result.affected,
    maskedCells: result.returned * maskedColumns(judged),
    milliseconds,
    errorClass: null,
  });
  request.session.remember(request.statement);
  if (facts.transaction !== undefined) request.session.transactionIs(backend.transaction());
  // It ran and is on record: what is not known of the session afterwards is learnt on a new backend.
  await followUp(request.session, facts).catch(() => request.session.close());
  const { report } = judged;
  const notices = shownNotices(backend, judged);
  const base = { report, milliseconds, notices, record, ...(undo === undefined ? {} : { undo }) };
  if (result.columns.length === 0) {
    const told = committed.length > 0 ? { committed } : {};
    return { kind: "done", ...base, tag: result.tag, affected: result.affected, ...told };
  }
  const mask = await rowMask(run);
  const shown = result.rows.slice(0, request.pageRows).map((row) => mask(new TextRow(row)));
  const left = result.returned - shown.length;
  const first: RowPage =
    left > 0
      ? {
          rows: shown,
          done: true,
          truncated: `${counted(left, "more returned row")} ${left === 1 ? "is" : "are"} not shown.`,
        }
      : { rows: shown, done: true };
  return { kind: "rows", ...base, columns: resultColumns(run, result.columns), first, rest: NO_MORE_ROWS };
}

/** What it did in a transaction that is still open lasts no longer than the elevations it rests on. */
function loseWhenOver({ request: { session }, time }: Run, backend: DatabaseSession): void {
  if (backend.transaction() === "none") return;
  const { transactionNumber } = session;
  time.onOver(() => session.loseTransaction(transactionNumber));
}

/** Keeps what a write changed: with its transaction, where a person has opened one. */
function keptOf(
  { request, intent }: Run,
  plan: KeepPlan | undefined,
  capture: Capture | undefined,
  inside: boolean,
): UndoOffer | undefined {
  const { changes, session } = request;
  if (changes === undefined || plan === undefined) return undefined;
  const change = changeOf(plan, capture, {
    seq: intent.record.seq,
    connection: session.database.profile,
  });
  if (change?.kind !== "change") return change;
  if (!inside) return changes.keep(change);
  session.pending.add(change);
  return { ...offerOf(change), kind: "pending" };
}

const maskedColumns = (judged: Judged): number =>
  judged.decision.columns.filter((column) => column.mask !== null).length;

function resultColumns(run: Run, described: readonly DescribedColumn[]): readonly ResultColumn[] {
  const catalog = run.request.session.database.knownCatalog;
  return run.judged.decision.columns.map((plan, position) => ({
    ...plan,
    type: described[position]?.type ?? typeName(described[position]?.typeOid ?? 0, catalog),
  }));
}

/** Where the person's statement begins in what is sent. */
const sentOffset = (maskedAt: MaskedAt): number => (maskedAt.kind === "source" ? maskedAt.query.offset : 0);
