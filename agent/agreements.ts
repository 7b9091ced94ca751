import { randomBytes } from "node:crypto";
import os from "node:os";
import { type Actor, type AiAgentActor, actorIdentity, actorName } from "../protocol/actor.ts";
import { idHere } from "../protocol/approval/answeredHere.ts";
import type { Approval } from "../protocol/approval/approval.ts";
import { canonicalJson } from "../protocol/audit/seal.ts";
import { type ConnectionProfile, effectiveEnvironment } from "../protocol/connection.ts";
import { CONNECTION_PROFILE } from "../protocol/connectionSchema.ts";
import type { Sha256 } from "../protocol/ids.ts";
import type { Problem } from "../protocol/messages.ts";
import type { WaitingLine, WaitingState } from "../protocol/waiting.ts";
import { approvalConnection, approvalOrder, hashOf, meaningOf, NO_PARAMETERS } from "./approvalOrder.ts";
import { TOO_MANY_WAITING, whyNotAsk } from "./askingLimit.ts";
import { PERSON_HERE } from "./audit/agreementStore.ts";
import type { Ledger } from "./audit/ledger.ts";
import type { Judged, JudgeRequest } from "./judge.ts";
import { type Agreed, recordedConnection, recordedStatement } from "./recorder.ts";
import { WaitingFiles, type WaitingStatement } from "./waitingFiles.ts";

const MINUTE_MS = 60_000;
/** So long a person has to answer, and so long the answer is good for one run. */
const ANSWER_MS = 30 * MINUTE_MS;
const USE_MS = 15 * MINUTE_MS;
const LONGEST_REASON = 2_000;

/** Nobody can be asked, or what is answered is not what was shown. */
export class AgreementError extends Error {
  readonly problem: Problem;
  constructor(code: string, message: string, action: string) {
    super(message);
    this.name = "AgreementError";
    this.problem = { code, message, action };
  }
}

/** A statement as it was judged for the person who reads it. */
export interface Reviewed {
  readonly approval: Approval;
  /** Good for one answer to exactly this, by whoever was shown it. */
  readonly review: string;
}

type JudgeAgain = (waiting: WaitingStatement) => Promise<{ request: JudgeRequest; judged: Judged }>;

/**
 * What programs ask of the person they work for, and what that person answers in the editor. What is asked and answered is
 * in the ledger; an answer is bound to the exact text, what it means, connection, program and task, and good for one run.
 */
export class Agreements {
  readonly #ledger: Ledger;
  readonly #files: WaitingFiles;
  readonly #now: () => Date;
  /** What this process has shown, by the id of its review. */
  readonly #shown = new Map<string, { readonly id: string; readonly subject: Sha256 }>();

  constructor(ledger: Ledger, home: string, now: () => Date = () => new Date()) {
    this.#ledger = ledger;
    this.#files = new WaitingFiles(home);
    this.#now = now;
  }

  /** Puts a judged statement before the person. @throws AgreementError where that would be of no use. */
  async ask(
    request: JudgeRequest & { readonly purpose: string; readonly task: string },
    judged: Judged,
  ): Promise<WaitingStatement> {
    const { actor, session, statement, purpose, task } = request;
    const { profile } = session.database;
    if (actor.kind !== "ai_agent" || judged.decision.personAgrees !== true) {
      throw new AgreementError(
        "no-person-can-agree",
        `The person this program works for cannot agree to this: ${judged.decision.reason}`,
        "Write it another way, or leave it to a person.",
      );
    }
    const known = this.#files
      .list()
      .find((one) => one.text === statement.text && one.task === task && one.connection.id === profile.id);
    if (known !== undefined && this.#stateOf(known.id) === "pending") return known;
    this.#mayAsk(actor, task);
    const now = this.#now();
    const waiting: WaitingStatement = {
      id: idHere(randomBytes(16).toString("hex")),
      actor: { ...actor, onBehalfOf: personOf(actor) },
      connection: CONNECTION_PROFILE.parse(profile),
      text: statement.text,
      purpose,
      task,
      askedAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + ANSWER_MS).toISOString(),
    };
    await this.#ledger.append({
      kind: "approval_requested",
      actor: waiting.actor,
      connection: recordedConnection(profile),
      purpose,
      statement: recordedStatement(request, judged),
      statementHash: hashOf(statement.text),
      group: PERSON_HERE,
      approval: waiting.id,
      task,
    });
    this.#files.keep(waiting);
    return waiting;
  }

  /** The text that was asked for under this id by this program in this task; null where there is none. */
  textOf(
    id: string,
    actor: Actor,
    task: string,
  ): { readonly text: string; readonly connection: string } | null {
    const found = this.#files.find(id);
    const own = found !== null && found.task === task && actorIdentity(found.actor) === actorIdentity(actor);
    return own ? { text: found.text, connection: found.connection.id } : null;
  }

  /** Where it stands, for the program that asked; `unknown` to any other. */
  stateFor(id: string, actor: Actor): { readonly state: WaitingState; readonly reason: string } {
    const agreement = this.#ledger.agreements.find(id);
    if (agreement === null || actorIdentity(agreement.requested.actor) !== actorIdentity(actor))
      return { state: "unknown", reason: "" };
    return { state: this.#stateOf(id), reason: agreement.decided?.reason ?? "" };
  }

  /** What waits for this person, oldest first. */
  waitingFor(person: Actor): readonly WaitingLine[] {
    return this.#files.list().flatMap((waiting): readonly WaitingLine[] => {
      if (!isFor(waiting, person)) return [];
      const state = this.#stateOf(waiting.id);
      if (state === "denied" || state === "used" || state === "expired") this.#files.forget(waiting.id);
      if (state !== "pending") return [];
      const { id, actor, purpose, text, askedAt, expiresAt, connection } = waiting;
      const { name } = connection;
      const environment = effectiveEnvironment(profileOf(waiting));
      return [
        { id, who: actorName(actor), purpose, connection: name, environment, text, askedAt, expiresAt },
      ];
    });
  }

  /** What a person has to see before they answer, judged now. @throws AgreementError */
  async review(id: string, person: Actor, judgeAgain: JudgeAgain): Promise<Reviewed> {
    const waiting = this.#pending(id, person);
    const { request, judged } = await judgeAgain(waiting);
    const subject = subjectOf(request, judged);
    const review = randomBytes(16).toString("hex");
    for (const [other, shown] of this.#shown) if (shown.id === id) this.#shown.delete(other);
    this.#shown.set(review, { id, subject });
    return { approval: this.#viewOf(waiting, judged, subject), review };
  }

  /**
   * A person's answer to what they were shown. @throws AgreementError where they were shown something else, it is another's,
   * or it was answered already.
   */
  async decide(
    answer: {
      readonly id: string;
      readonly review: string;
      readonly decision: "approve" | "deny";
      readonly reason: string;
    },
    person: Actor,
    judgeAgain: JudgeAgain,
  ): Promise<void> {
    const { id, review, decision } = answer;
    const reason = answer.reason.trim().slice(0, LONGEST_REASON);
    const waiting = this.#pending(id, person);
    const shown = this.#shown.get(review);
    if (shown === undefined || shown.id !== id) {
      throw new AgreementError(
        "not-reviewed",
        "Nobody was shown this statement, so nobody can answer.",
        "Open it in the Approvals view and answer there.",
      );
    }
    if (decision === "deny" && reason === "")
      throw new AgreementError("approval-reason", "The agent is told why it is denied.", "Give a reason.");
    const { request, judged } = await judgeAgain(waiting);
    const subject = subjectOf(request, judged);
    if (decision === "approve" && (subject !== shown.subject || judged.decision.personAgrees !== true)) {
      this.#shown.delete(review);
      throw new AgreementError(
        "changed-since-review",
        "What this statement does, or what is known of it, has changed since it was shown.",
        "Look at it again.",
      );
    }
    this.#shown.delete(review);
    await this.#ledger.append({
      kind: "approval_decided",
      actor: person,
      approval: id,
      statementHash: hashOf(waiting.text),
      subject,
      decision,
      reason,
    });
    if (decision === "deny") this.#files.forget(id);
  }

  /** Whether a person agreed to exactly what is about to run; why not, where they did not. */
  check(
    id: string,
    request: JudgeRequest,
    judged: Judged,
  ):
    | { readonly kind: "valid"; readonly agreed: Agreed }
    | { readonly kind: "invalid"; readonly why: string } {
    const invalid = (why: string) => ({ kind: "invalid", why }) as const;
    const { actor } = request;
    const agreement = this.#ledger.agreements.find(id);
    if (agreement === null || actor.kind !== "ai_agent") return invalid("there is none");
    const { requested, decided } = agreement;
    if (actorIdentity(requested.actor) !== actorIdentity(actor))
      return invalid("another program asked for it");
    if (decided === null) return invalid("nobody has agreed yet");
    if (decided.decision !== "approve") return invalid("it was denied");
    if (actorIdentity(decided.actor) !== actorIdentity(actor.onBehalfOf))
      return invalid("somebody else than the person this program works for answered");
    if (this.#ledger.hasUsed(id)) return invalid("it was used already");
    if (this.#stateOf(id) !== "approved") return invalid("it has expired");
    if (requested.statementHash !== hashOf(request.statement.text))
      return invalid("it is for another statement");
    if (judged.decision.personAgrees !== true) return invalid("a person is not enough for this");
    if (decided.subject !== subjectOf(request, judged))
      return invalid(
        "the statement, its connection, its task or what it means is another than the person saw",
      );
    return { kind: "valid", agreed: { id, approvers: [actorName(decided.actor)] } };
  }

  /** @throws AgreementError where the person is asked too much already. */
  #mayAsk(actor: AiAgentActor, task: string): void {
    const identity = actorIdentity(actor);
    const now = this.#now().getTime();
    const open = this.#files
      .list()
      .filter((one) => actorIdentity(one.actor) === identity && this.#stateOf(one.id) === "pending");
    const why = whyNotAsk({
      ofTask: open.filter((one) => one.task === task).length,
      ofPerson: open.length,
      lastMinute: this.#ledger.agreements.askedSince(identity, new Date(now - MINUTE_MS)),
    });
    if (why === null) return;
    throw new AgreementError(
      TOO_MANY_WAITING,
      `${why} Nothing more was asked.`,
      "Wait until they have answered. Asking on in vain stops the task.",
    );
  }

  #pending(id: string, person: Actor): WaitingStatement {
    const waiting = this.#files.find(id);
    if (waiting === null || !isFor(waiting, person) || this.#ledger.agreements.find(id) === null)
      throw new AgreementError(
        "nothing-waits",
        "Nothing waits for you under this id.",
        "It may have been answered.",
      );
    const state = this.#stateOf(id);
    if (state === "pending") return waiting;
    if (state === "withdrawn") {
      throw new AgreementError(
        "request-withdrawn",
        "The task that asked for this has ended, so nothing would run.",
        "Nothing needs to be done.",
      );
    }
    throw new AgreementError(
      "nothing-waits",
      `Nothing is left to answer: it is ${state}.`,
      "Nothing needs to be done.",
    );
  }

  #stateOf(id: string): WaitingState {
    const found = this.#ledger.agreements.find(id);
    if (found === null) return "unknown";
    const since = (at: Date): number => this.#now().getTime() - at.getTime();
    if (this.#ledger.hasUsed(id)) return "used";
    if (found.decided?.decision === "deny") return "denied";
    if (found.decided !== null && found.decidedAt !== null)
      return since(found.decidedAt) > USE_MS ? "expired" : "approved";
    if (since(found.requestedAt) > ANSWER_MS) return "expired";
    const task = found.requested.task;
    const ended = task !== null && this.#ledger.tasks.find(task)?.task.state.kind === "ended";
    return ended ? "withdrawn" : "pending";
  }

  #viewOf(waiting: WaitingStatement, judged: Judged, subject: Sha256): Approval {
    const profile = profileOf(waiting);
    const { actor, text } = waiting;
    const requester = {
      issuer: actor.kind === "ai_agent" ? actor.agent : "",
      subject: actorIdentity(actor),
    };
    const bound = {
      statement: hashOf(text),
      parameters: NO_PARAMETERS,
      meaning: subject,
      connection: approvalConnection(profile),
      requester,
      chain: subject,
    };
    const order = approvalOrder(judged, bound, {
      recorded: text,
      purpose: waiting.purpose,
      connectionName: profile.name,
      counted: null,
    });
    return {
      id: waiting.id,
      version: 1,
      state: "pending",
      order: { ...order, group: "you", device: os.hostname() },
      requester: { ...requester, name: actorName(actor) },
      decisions: [],
      createdAt: waiting.askedAt,
      expiresAt: waiting.expiresAt,
      notAfter: null,
      redeemedAt: null,
      takenBack: null,
      mayDecide: true,
      mayTakeBack: false,
    };
  }
}

/** Everything an answer is bound to. */
function subjectOf({ session, statement, actor, task }: JudgeRequest, judged: Judged): Sha256 {
  const { facts, decision } = judged;
  return hashOf(
    canonicalJson({
      statement: hashOf(statement.text),
      meaning: facts === null ? null : meaningOf(facts),
      connection: approvalConnection(session.database.profile),
      program: actorIdentity(actor),
      agent: actor.kind === "ai_agent" ? actor.agent : null,
      task: task ?? null,
      rules: decision.findings
        .filter(({ verdict }) => verdict !== "allow")
        .map(({ rule }) => rule)
        .sort(),
      masks: decision.columns.map(({ name, mask }) => [name, mask]),
    }),
  );
}

const personOf = ({ onBehalfOf }: AiAgentActor) =>
  onBehalfOf.kind === "user" ? { ...onBehalfOf, groups: [...onBehalfOf.groups] } : { ...onBehalfOf };

const isFor = ({ actor }: WaitingStatement, person: Actor): boolean =>
  actor.kind === "ai_agent" && actorIdentity(actor.onBehalfOf) === actorIdentity(person);

const profileOf = ({ connection }: WaitingStatement): ConnectionProfile => connection;
