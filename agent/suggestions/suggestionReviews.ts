import { randomUUID } from "node:crypto";
import { type Actor, actorIdentity } from "../../protocol/actor.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { SessionId } from "../../protocol/ids.ts";
import type { Problem } from "../../protocol/messages.ts";
import type {
  AskedDifference,
  FormerDecision,
  StatementOrigin,
  SuggestedRange,
  SuggestionDecision,
  SuggestionReview,
} from "../../protocol/suggestion/suggestion.ts";
import { hashOf } from "../approvals/approvalOrder.ts";
import type { Ledger } from "../audit/ledger.ts";
import { type Judged, type Judges, judge } from "../judge.ts";
import { isSafeToPlan, plannedCostOf, plannedRowsOf } from "../plannedRows.ts";
import { recordedStatement } from "../recorder.ts";
import { splitUnfinishedText } from "../splitText.ts";
import type { SplitStatement } from "../sql/facts.ts";
import type { StatementSession } from "../statementSession.ts";
import { lookedAt } from "../suggest/differences/lookedAt.ts";
import { type Origin, originOf } from "../suggest/originOf.ts";
import { sqlTokens } from "../suggest/sqlTokens.ts";
import type { FoundDecision, SuggestionStore } from "../suggest/suggestionStore.ts";
import { differenceText, wordDifference } from "../suggest/wordDifference.ts";
import { lastDecision, reviewedConnection, reviewedMeaning, reviewState } from "./reviewGate.ts";
import { differencesOf } from "./suggestionAnswer.ts";

/** A suggestion cannot be reviewed or decided as it was asked. */
export class SuggestionError extends Error {
  readonly problem: Problem;
  constructor(code: string, message: string, action: string) {
    super(message);
    this.name = "SuggestionError";
    this.problem = { code, message, action };
  }
}

/** What of a suggestion only this process knows: as it was written, and as it was asked. */
export interface Remembered {
  readonly sql: string;
  readonly asked: string;
  readonly prompt: string;
  /** What was put right or left away of what the model wrote. */
  readonly notes: readonly AskedDifference[];
}

export interface ReviewRooms {
  readonly store: SuggestionStore;
  readonly ledger: Ledger;
  readonly judges: Judges;
  /** The person; programs review nothing. @throws IdentityError */
  requireActor(): Actor;
  session(id: SessionId, connection: ConnectionProfile): StatementSession;
  remembered(suggestion: string): Remembered | undefined;
}

interface OpenReview {
  readonly suggestion: string;
  readonly actor: string;
  readonly session: StatementSession;
  readonly statement: SplitStatement;
  readonly meaning: string;
  readonly openedAt: number;
}

const MOST_OPEN = 100;

/** Tells what a model wrote, shows it to a person before it runs, and keeps what they decide. */
export class SuggestionReviews {
  readonly #rooms: ReviewRooms;
  readonly #open = new Map<string, OpenReview>();

  constructor(rooms: ReviewRooms) {
    this.#rooms = rooms;
  }

  /** The suggestion a statement about to run comes from. A program's statements are judged as a program's. */
  origin(
    actor: Actor,
    { text, span }: SplitStatement,
    { facts, touchesSensitive }: Judged,
    tracked: readonly SuggestedRange[],
  ): Origin | undefined {
    if (actor.kind !== "user" && actor.kind !== "local_user") return undefined;
    const tokens = tracked.length === 0 ? [] : sqlTokens(text);
    const shares = tracked.map(({ suggestion, start, end }) => ({
      suggestion,
      share:
        tokens.filter((token) => span.start + token.start >= start && span.start + token.end <= end).length /
        Math.max(1, tokens.length),
    }));
    const traced = { text, textHash: hashOf(text), actor: actorIdentity(actor), tracked: shares };
    return originOf(this.#rooms.store, { ...traced, facts, touchesSensitive }) ?? undefined;
  }

  /** The statements of a text that come from a model, and whether they may run as they are. */
  async origins(
    session: StatementSession,
    text: string,
    tracked: readonly SuggestedRange[],
  ): Promise<readonly StatementOrigin[]> {
    const actor = this.#rooms.requireActor();
    const found: StatementOrigin[] = [];
    for (const statement of await statementsOf(text, session)) {
      const judged = await this.#judge(session, statement, actor);
      const origin = this.origin(actor, statement, judged, tracked);
      if (origin === undefined) continue;
      const { start, end } = statement.span;
      const state = reviewState(origin, judged, { actor, session }, this.#rooms.judges.policy);
      found.push({ start, end, suggestion: origin.suggestion, state });
    }
    return found;
  }

  /** Everything to be seen before the one statement of a text runs. @throws SuggestionError */
  async review(request: {
    readonly session: StatementSession;
    readonly text: string;
    readonly suggestion: string;
  }): Promise<SuggestionReview> {
    const { session, text } = request;
    const actor = this.#rooms.requireActor();
    const { judges, store } = this.#rooms;
    const [statement, ...more] = await statementsOf(text, session);
    if (statement === undefined || more.length > 0)
      throw new SuggestionError(
        "review-one-statement",
        "One statement is reviewed at a time.",
        "Review the statements one after the other.",
      );
    const judged = await this.#judge(session, statement, actor);
    const kept = store.find(request.suggestion);
    // What another person asked is theirs.
    const own = kept?.actor === actorIdentity(actor);
    const remembered = own ? this.#rooms.remembered(request.suggestion) : undefined;
    const question = own ? kept.question : "";
    const origin: Origin = {
      suggestion: request.suggestion,
      decisions: store
        .decisions(hashOf(statement.text), actorIdentity(actor))
        .filter(({ suggestion }) => suggestion === request.suggestion),
      use: () => false,
    };
    const former = lastDecision(origin, session.database.profile);
    const asked = remembered?.asked ?? question;
    const same = kept?.textHash === hashOf(statement.text);
    const before = remembered?.sql ?? kept?.statement ?? "";
    const planned = await plannedOf(judged, statement, session);
    const review = randomUUID();
    this.#keep(review, {
      suggestion: request.suggestion,
      actor: actorIdentity(actor),
      session,
      statement,
      meaning: reviewedMeaning(judged),
      openedAt: Date.now(),
    });
    return {
      review,
      suggestion: request.suggestion,
      model: kept?.model ?? "unknown",
      how: kept?.how ?? "ask",
      madeAt: new Date(kept?.at ?? Date.now()).toISOString(),
      question,
      prompt: remembered?.prompt ?? null,
      promptHash: kept?.promptHash ?? "",
      report: planned.rows === undefined ? judged.report : { ...judged.report, plannedRows: planned.rows },
      differences: [
        ...(remembered?.notes ?? []),
        ...(await differencesOf(asked, { statement: statement.text, facts: judged.facts, session })),
      ],
      lookedAt: lookedAt(asked),
      changed: same || kept === undefined ? null : wordDifference(before, statement.text),
      tables: await tablesOf(judged, session),
      plannedCost: planned.cost ?? null,
      state: reviewState(origin, judged, { actor, session }, judges.policy),
      former: former === undefined ? null : formerOf(former),
    };
  }

  /**
   * Keeps what was decided about what a review showed; on record before it counts. `milliseconds`: how long it was in
   * view, at most since it was opened. @throws SuggestionError where what it would do is another by now.
   */
  async decide(answer: {
    readonly review: string;
    readonly decision: SuggestionDecision;
    readonly reason: string | null;
    readonly milliseconds: number;
  }): Promise<void> {
    const { decision } = answer;
    const actor = this.#rooms.requireActor();
    if (actor.kind !== "user" && actor.kind !== "local_user")
      throw new SuggestionError(
        "review-needs-person",
        "Only a person decides about what a model wrote.",
        "Let a person review it.",
      );
    const open = this.#open.get(answer.review);
    if (open === undefined || open.actor !== actorIdentity(actor))
      throw new SuggestionError(
        "review-gone",
        "This review is no longer open, or another person opened it.",
        "Open the review again.",
      );
    const reason = answer.reason?.trim() ?? "";
    if (decision === "reject" && reason === "")
      throw new SuggestionError(
        "review-reason",
        "Say why it is rejected: it goes on the record, and others learn from it.",
        "Give a reason.",
      );
    const { session, statement, suggestion, meaning, openedAt } = open;
    const judged = await this.#judge(session, statement, actor);
    if (decision === "run" && reviewedMeaning(judged) !== meaning)
      throw new SuggestionError(
        "review-changed",
        "What this statement would do has changed since you opened the review.",
        "Open the review again and look at what it does now.",
      );
    const kept = this.#rooms.store.find(suggestion);
    const textHash = hashOf(statement.text);
    await this.#rooms.ledger.append({
      kind: "suggestion_decided",
      suggestion,
      actor,
      decision,
      reason: reason === "" ? null : reason,
      milliseconds: Math.max(0, Math.round(Math.min(answer.milliseconds, Date.now() - openedAt))),
      statementHash: textHash,
      difference:
        kept === undefined || kept.textHash === textHash
          ? null
          : differenceText(wordDifference(kept.statement, recordedStatement({ session, statement }, judged))),
    });
    this.#rooms.store.decide({
      suggestion,
      actor: actorIdentity(actor),
      connection: reviewedConnection(session.database.profile),
      textHash,
      meaning,
      decision,
      reason: reason === "" ? null : reason,
      at: Date.now(),
    });
    this.#open.delete(answer.review);
  }

  #judge(session: StatementSession, statement: SplitStatement, actor: Actor): Promise<Judged> {
    return session.inTurn(() => judge({ session, statement, actor, purpose: undefined }, this.#rooms.judges));
  }

  #keep(id: string, review: OpenReview): void {
    this.#open.set(id, review);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST_OPEN && oldest !== undefined) this.#open.delete(oldest);
  }
}

const formerOf = ({ decision, reason, at, used }: FoundDecision): FormerDecision => ({
  decision,
  reason,
  at: new Date(at).toISOString(),
  used,
});

async function statementsOf(text: string, session: StatementSession): Promise<readonly SplitStatement[]> {
  const { database } = session;
  return splitUnfinishedText(text, database.engine, await database.catalogForSplitting());
}

async function tablesOf({ facts }: Judged, session: StatementSession): Promise<SuggestionReview["tables"]> {
  const index = await session.index();
  const tables = new Map<string, SuggestionReview["tables"][number]>();
  for (const use of facts?.relations ?? []) {
    if (use.kind === "system" || use.kind === "sequence") continue;
    const name = `${use.schema}.${use.name}`;
    const rows = index.relationByOid(use.oid)?.estimatedRows;
    const known = tables.get(name);
    const access = known?.access === "write" ? "write" : use.access;
    tables.set(name, { name, access, rows: rows === undefined || rows < 0 ? null : Math.round(rows) });
  }
  return [...tables.values()];
}

/** The planner's rows and cost of a statement: of reads too, where it may be asked. */
async function plannedOf(
  { report, facts }: Judged,
  { text }: SplitStatement,
  session: StatementSession,
): Promise<{ readonly rows?: number | undefined; readonly cost?: number | undefined }> {
  const rows = report.plannedRows;
  const plans = facts !== null && (facts.kind === "select" || rows !== undefined);
  if (!plans || !isSafeToPlan(facts, (id) => session.labelOf(id))) return { rows };
  const json = await session.database.plan(text);
  return json === undefined ? { rows } : { rows: rows ?? plannedRowsOf(json), cost: plannedCostOf(json) };
}
