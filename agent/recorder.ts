import type { Actor } from "../protocol/actor.ts";
import type { Grant } from "../protocol/approval/approval.ts";
import type { IntentBody, OutcomeBody, RecordedConnection, RecordRef } from "../protocol/audit/record.ts";
import { type ConnectionProfile, effectiveEnvironment } from "../protocol/connection.ts";
import { isSensitive } from "../protocol/label.ts";
import type { Problem } from "../protocol/messages.ts";
import type { Ledger, UseCounts } from "./audit/ledger.ts";
import { describeSqliteError } from "./audit/ledgerError.ts";
import { engineOf } from "./engines/engines.ts";
import type { Judged, JudgeRequest } from "./judge.ts";
import type { MaskedAt } from "./maskAtSource.ts";
import { problemOf } from "./problemOf.ts";
import { type ColumnId, columnKey } from "./sql/facts.ts";

/** What a person works with, as recorded. */
export interface Client {
  readonly kind: "editor" | "query-box" | "cli";
  readonly session: string;
}

/** A statement that may now be sent. */
export interface Intent {
  readonly record: RecordRef;
}

export interface RecordedRequest extends JudgeRequest {
  readonly client: Client;
  readonly text: string;
}

export type Outcome = Omit<OutcomeBody, "kind" | "intent">;

/** The statement was sent, and what came of it could not be written down. */
export class UnrecordedOutcome extends Error {
  readonly problem: Problem;
  constructor(cause: unknown, { outcome }: Outcome) {
    const { code, message, action } = problemOf(cause);
    const ran = outcome === "done" ? "The statement ran, but" : "The statement was sent, and";
    super(message, { cause });
    this.name = "UnrecordedOutcome";
    this.problem = {
      code,
      message: `${ran} what came of it could not be recorded. ${message}`,
      action: `Do not run it again before you have looked. ${action}`,
    };
  }
}

const BUDGET_WINDOW_MS = 60 * 60 * 1000;

/** Puts statements into the ledger: redacted, described by facts, never with a value of a row (law 4). */
export class Recorder {
  readonly #ledger: Ledger;
  #failure: unknown;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Durable when it settles; only then may the statement be sent. A grant is used up by it. @throws LedgerError */
  async intent(request: RecordedRequest, judged: Judged, maskedAt: MaskedAt, grant?: Grant): Promise<Intent> {
    if (this.#failure !== undefined) await this.#probe();
    const body = { kind: "intent", ...judgement(request, judged, maskedAt) } as const;
    if (grant === undefined) return { record: await this.#ledger.append(body) };
    const { id, approvers } = grant;
    const agreed = { id, approvers: approvers.map(({ name }) => name) };
    return { record: await this.#ledger.appendUsing(id, { ...body, verdict: "approve", grant: agreed }) };
  }

  refused(request: RecordedRequest, judged: Judged): Promise<RecordRef> {
    return this.#ledger.append({ kind: "refused", ...judgement(request, judged, { kind: "nowhere" }) });
  }

  /** @throws UnrecordedOutcome */
  async outcome(intent: Intent, outcome: Outcome): Promise<RecordRef> {
    try {
      return await this.#ledger.append(outcomeBody(intent, outcome));
    } catch (error) {
      throw new UnrecordedOutcome(error, outcome);
    }
  }

  /** For results whose reader does not wait; a failure stops the next statement instead. */
  outcomeLater(intent: Intent, outcome: Outcome): void {
    this.#ledger.appendSoon(outcomeBody(intent, outcome)).catch((error: unknown) => {
      this.#failure = error;
    });
  }

  /** Uses of masked columns within the last hour, which policy holds against a budget. */
  countUses(actor: Actor): UseCounts {
    return this.#ledger.countUses(actor, new Date(Date.now() - BUDGET_WINDOW_MS));
  }

  async #probe(): Promise<void> {
    const failure = this.#failure;
    this.#failure = undefined;
    throw describeSqliteError("ledger.db", failure);
  }
}

const outcomeBody = (intent: Intent, outcome: Outcome): OutcomeBody => ({
  kind: "outcome",
  intent: intent.record.seq,
  ...outcome,
  milliseconds: Math.round(outcome.milliseconds * 1000) / 1000,
});

function judgement(request: RecordedRequest, judged: Judged, maskedAt: MaskedAt): Omit<IntentBody, "kind"> {
  const { decision, report, facts } = judged;
  const { profile } = request.session.database;
  const uses = [...(facts?.reads ?? []), ...(facts?.writes ?? [])];
  const inferred = decision.findings.filter((finding) => finding.rule.startsWith("inference-")).length;
  return {
    actor: request.actor,
    client: request.client,
    connection: recordedConnection(profile),
    purpose: request.purpose ?? null,
    statement: recordedStatement(request, judged),
    statementKind: report.kind,
    effect: report.effect,
    reads: distinct((facts?.reads ?? []).map(({ column, role }) => ({ column: columnKey(column), role }))),
    writes: [...new Set((facts?.writes ?? []).map(({ column }) => columnKey(column)))],
    outputs: decision.columns.map(({ name, mask, sources }) => ({ name, mask, sources: [...sources] })),
    labels: labelsTouched(
      request,
      uses.map(({ column }) => column),
    ),
    findings: decision.findings.map(({ rule, verdict }) => ({ rule, verdict })),
    risk: decision.risk.score,
    verdict: decision.verdict,
    reason: decision.reason,
    policyVersion: decision.policyVersion,
    masks: { at: maskedAt.kind, reason: maskedAt.kind === "agent" ? maskedAt.reason : null },
    matches: decision.findings.filter((finding) => finding.rule.startsWith("match-")).length,
    inferences: inferred,
    grant: null,
    ...(decision.elevations === undefined ? {} : { elevations: [...decision.elevations] }),
  };
}

/** A connection as records name it. */
export const recordedConnection = (profile: ConnectionProfile): RecordedConnection => ({
  id: profile.id,
  name: profile.name,
  engine: profile.engine,
  host: profile.host,
  port: profile.port,
  database: profile.database,
  environment: effectiveEnvironment(profile),
  environmentSet: profile.environment !== undefined,
});

/** The statement as it may be recorded: literals beside hidden columns are taken out. */
export function recordedStatement(request: JudgeRequest, { understanding, facts }: Judged): string {
  const { session, statement } = request;
  const isHidden = (id: ColumnId): boolean => {
    const label = session.labelOf(id);
    return label === undefined || isSensitive(label);
  };
  const told = understanding.kind === "understood" ? facts : null;
  const { profile, knownCatalog } = session.database;
  return engineOf(profile.engine).redact(statement, told, isHidden, knownCatalog);
}

function labelsTouched(request: RecordedRequest, columns: readonly ColumnId[]): IntentBody["labels"] {
  const touched = new Map<string, IntentBody["labels"][number]>();
  for (const column of columns) {
    const label = request.session.labelOf(column);
    if (label === undefined || !isSensitive(label)) continue;
    const key = columnKey(column);
    touched.set(key, { column: key, infoType: label.infoType, level: label.level });
  }
  return [...touched.values()];
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
