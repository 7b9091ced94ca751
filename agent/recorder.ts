import type { Actor } from "../protocol/actor.ts";
import type { IntentBody, OutcomeBody, RecordedConnection, RecordRef } from "../protocol/audit/record.ts";
import { type ConnectionProfile, effectiveEnvironment } from "../protocol/connection.ts";
import { isSensitive } from "../protocol/label.ts";
import type { Problem } from "../protocol/messages.ts";
import type { Ledger } from "./audit/ledger.ts";
import { describeSqliteError } from "./audit/ledgerError.ts";
import type { UseCounts } from "./audit/useStore.ts";
import { engineOf } from "./engines/engines.ts";
import type { Judged, JudgeRequest } from "./judge.ts";
import type { MaskedAt } from "./maskAtSource.ts";
import { problemOf } from "./problemOf.ts";
import { type ColumnId, columnKey, type Flow } from "./sql/facts.ts";
import type { Origin } from "./suggest/originOf.ts";

/** What a person works with, as recorded. */
export interface Client {
  readonly kind: "editor" | "query-box" | "cli" | "chat" | "mcp";
  readonly session: string;
}

/** A statement that may now be sent. */
export interface Intent {
  readonly record: RecordRef;
}

export interface RecordedRequest extends JudgeRequest {
  /** The suggestion of a model it comes from. */
  readonly origin?: Origin;
  readonly client: Client;
  readonly text: string;
}

/** By whose agreement a statement runs. */
export interface Agreed {
  readonly id: string;
  readonly approvers: readonly string[];
}

/** On what terms a statement is sent. */
export interface IntentTerms {
  readonly grant?: Agreed | undefined;
  readonly holds?: (() => Problem | null) | undefined;
  /** The lease of the login it is sent with. */
  readonly lease?: string | undefined;
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

type Basis = NonNullable<IntentBody["basis"]>;

const BUDGET_WINDOW_MS = 60 * 60 * 1000;

/** Puts statements into the ledger: redacted, described by facts, never with a value of a row (law 4). */
export class Recorder {
  readonly #ledger: Ledger;
  #failure: unknown;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /**
   * Durable when it settles; only then may the statement be sent. A grant is used up by it; `holds` looks a last time
   * whether a program's task may go on. @throws LedgerError
   */
  async intent(
    request: RecordedRequest,
    judged: Judged,
    maskedAt: MaskedAt,
    { grant, holds, lease }: IntentTerms,
  ): Promise<Intent> {
    if (this.#failure !== undefined) await this.#probe();
    const body = {
      kind: "intent",
      ...judgement(request, judged, maskedAt),
      ...(lease === undefined ? {} : { lease }),
    } as const;
    if (grant === undefined && holds === undefined) return { record: await this.#ledger.append(body) };
    const agreed = grant === undefined ? {} : ({ verdict: "approve", grant } as const);
    return { record: await this.#ledger.appendIf({ grant: grant?.id, holds }, { ...body, ...agreed }) };
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
    return this.#ledger.uses.count(actor, new Date(Date.now() - BUDGET_WINDOW_MS));
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

function judgement(
  request: RecordedRequest,
  judged: Judged,
  maskedAt: MaskedAt,
): Omit<IntentBody, "kind" | "lease"> {
  const { decision, report, facts } = judged;
  const { profile } = request.session.database;
  const uses = [...(facts?.reads ?? []), ...(facts?.writes ?? [])];
  const inferred = decision.findings.filter((finding) => finding.rule.startsWith("inference-")).length;
  const sources = (facts?.outputs ?? []).flatMap((output) => output.sources);
  const used = [...uses.map(({ column }) => column), ...sources];
  return {
    actor: request.actor,
    client: request.client,
    connection: recordedConnection(profile),
    purpose: request.purpose ?? null,
    statement: recordedStatement(request, judged),
    statementKind: report.kind,
    effect: report.effect,
    reads: distinct(
      (facts?.reads ?? []).map(({ column, role, bare }) => ({
        column: columnKey(column),
        role,
        ...(bare ? { bare } : {}),
      })),
    ),
    writes: [...new Set((facts?.writes ?? []).map(({ column }) => columnKey(column)))],
    outputs: decision.columns.map(({ name, mask, sources }, position) => {
      const { transform = "direct", countOnly = false } = facts?.outputs[position] ?? {};
      return {
        name,
        mask,
        sources: [...sources],
        ...(transform === "direct" ? {} : { transform }),
        ...(countOnly ? { countOnly } : {}),
      };
    }),
    labels: labelsTouched(request, used),
    findings: decision.findings.map(({ rule, verdict }) => ({ rule, verdict })),
    risk: decision.risk.score,
    riskFactors: decision.risk.factors.map(({ name, points }) => ({ name, points })),
    verdict: decision.verdict,
    reason: decision.reason,
    policyVersion: decision.policyVersion,
    masks: { at: maskedAt.kind, reason: maskedAt.kind === "agent" ? maskedAt.reason : null },
    matches: decision.findings.filter((finding) => finding.rule.startsWith("match-")).length,
    inferences: inferred,
    grant: null,
    task: request.task ?? null,
    suggestion: request.origin?.suggestion ?? null,
    basis: {
      central: judged.central,
      unclassified: distinct(used.filter((id) => request.session.labelOf(id) === undefined).map(columnKey)),
      relations: distinct((facts?.relations ?? []).map(({ schema, name }) => `${schema}.${name}`)),
      functions: distinct((facts?.functions ?? []).map(({ name }) => name)),
      ...copies(request, facts?.flows ?? []),
      limit: facts?.limit ?? null,
      maxRows: decision.obligations.maxRows ?? null,
      inferencesBefore: judged.inferencesBefore,
    },
    ...(judged.observed === null ? {} : { observed: judged.observed }),
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
export function recordedStatement(
  request: Pick<JudgeRequest, "session" | "statement">,
  { understanding, facts }: Pick<Judged, "understanding" | "facts">,
): string {
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
    const { infoType, level, category, mask: own, paths } = label;
    // A document whose paths are not known is never redacted.
    const mask = infoType === "personal_json" && own === "redact" && paths === undefined ? "full" : own;
    touched.set(key, { column: key, infoType, level, category, mask });
  }
  return [...touched.values()];
}

function copies({ session }: RecordedRequest, flows: readonly Flow[]): Pick<Basis, "flows"> {
  const isOrdinary = (id: ColumnId): boolean => {
    const label = session.labelOf(id);
    return label !== undefined && !isSensitive(label);
  };
  const copied = flows.filter(({ sources, opaque }) => opaque || !sources.every(isOrdinary));
  if (copied.length === 0) return {};
  return {
    flows: copied.map(({ target, sources, opaque }) => ({
      target: columnKey(target),
      sources: distinct(sources.map(columnKey)),
      ...(opaque ? { opaque } : {}),
    })),
  };
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
