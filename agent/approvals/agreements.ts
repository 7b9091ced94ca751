import { randomBytes } from "node:crypto";
import { type Actor, type AiAgentActor, actorIdentity, actorName } from "../../protocol/actor.ts";
import { idHere } from "../../protocol/approval/answeredHere.ts";
import { APPROVAL_ORDER, type Approval, type ApprovalOrder } from "../../protocol/approval/approval.ts";
import { ITS_PERSON } from "../../protocol/approval/itsPerson.ts";
import { shownHash } from "../../protocol/approval/shownHash.ts";
import { effectiveEnvironment } from "../../protocol/connection.ts";
import { CONNECTION_PROFILE } from "../../protocol/connectionSchema.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { Problem } from "../../protocol/messages.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import type { WaitingLine, WaitingState } from "../../protocol/waiting.ts";
import type { Ledger } from "../audit/ledger.ts";
import type { Judged, JudgeRequest } from "../judge.ts";
import { type Agreed, recordedConnection, recordedStatement } from "../recorder.ts";
import { agreementSubject, questionSubject } from "./agreementSubject.ts";
import { approvalOrder, askingProgram, hashOf } from "./approvalOrder.ts";
import type { AskedGrant } from "./approvals.ts";
import type { AskedElsewhere } from "./askedElsewhere.ts";
import { TOO_MANY_WAITING, whyNotAsk } from "./askingLimit.ts";
import { shownWaiting } from "./shownWaiting.ts";
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

type JudgeAgain = (waiting: WaitingStatement) => Promise<{
  readonly request: JudgeRequest;
  readonly judged: Judged;
  /** Rows it would change, where whoever reads it may know them. */
  readonly counted?: ApprovalOrder["counted"];
}>;

/**
 * What programs ask of the person they work for, and what that person answers in the editor. What is asked and answered is
 * in the ledger; an answer is bound to the exact text, what it means, connection, program and task, and good for one run.
 */
export class Agreements {
  readonly #ledger: Ledger;
  readonly #files: WaitingFiles;
  /** Null where no collector is set up: then they answer here or nowhere. */
  readonly #elsewhere: AskedElsewhere | null;
  readonly #now: () => Date;
  /** What this process has shown, by the id of its review. */
  readonly #shown = new Map<string, { readonly id: string; readonly subject: Sha256 }>();

  constructor(
    ledger: Ledger,
    home: string,
    elsewhere: AskedElsewhere | null = null,
    now: () => Date = () => new Date(),
  ) {
    this.#ledger = ledger;
    this.#elsewhere = elsewhere;
    this.#files = new WaitingFiles(home);
    this.#now = now;
  }

  /**
   * Puts a judged statement before the person; `count` tells how many rows it would change, for who reads it elsewhere.
   * @throws AgreementError where that would be of no use.
   */
  async ask(
    request: JudgeRequest & { readonly purpose: string; readonly task: string },
    judged: Judged,
    count: () => Promise<ApprovalOrder["counted"]>,
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
    const order = await this.#questionOf(request, judged, count);
    await this.#ledger.append({
      kind: "approval_requested",
      actor: waiting.actor,
      connection: recordedConnection(profile),
      purpose,
      statement: recordedStatement(request, judged),
      statementHash: hashOf(statement.text),
      group: ITS_PERSON,
      approval: waiting.id,
      task,
      ...(order === null ? {} : { shown: shownHash(order, nodeVerifier), meaning: order.subject.meaning }),
    });
    this.#files.keep(waiting);
    if (order !== null) await this.#askElsewhere(waiting, order);
    return waiting;
  }

  /** On which page the person was asked through the collector as well; null where not, and why where that was tried. */
  whetherAskedElsewhere(id: string): { readonly page: string | null; readonly problem: Problem | null } {
    const heard = this.#elsewhere?.heard(id);
    const asked = (heard?.standing ?? null) !== null;
    return { page: asked ? (this.#elsewhere?.pageOf(id) ?? null) : null, problem: heard?.problem ?? null };
  }

  /** What the person has agreed to through the collector; null where they have not, or answered here. */
  grantFromElsewhere(id: string): AskedGrant | null {
    const agreement = this.#ledger.agreements.find(id);
    if (agreement === null || agreement.decided !== null) return null;
    const heard = this.#elsewhere?.heard(id)?.standing;
    return heard?.state === "granted" ? (this.#elsewhere?.grant(id) ?? null) : null;
  }

  /** What is sent to be shown to the person elsewhere. Null where there is no way, or it cannot be told that way. */
  async #questionOf(
    request: JudgeRequest & { readonly purpose: string; readonly task: string },
    judged: Judged,
    count: () => Promise<ApprovalOrder["counted"]>,
  ): Promise<ApprovalOrder | null> {
    const { actor, session, purpose, task } = request;
    if (this.#elsewhere === null || actor.kind !== "ai_agent") return null;
    const subject = questionSubject(request, judged, this.#elsewhere.chain);
    if (subject === null) return null;
    const order = approvalOrder(judged, subject, {
      recorded: recordedStatement(request, judged),
      purpose,
      connectionName: session.database.profile.name,
      counted: await count(),
      program: askingProgram(actor, task, "person"),
    });
    return APPROVAL_ORDER.safeParse(order).success ? order : null;
  }

  async #askElsewhere(waiting: WaitingStatement, order: ApprovalOrder): Promise<void> {
    const { id, actor, expiresAt } = waiting;
    const name = actor.kind === "ai_agent" && actor.onBehalfOf.kind === "user" ? actor.onBehalfOf.name : "";
    const stillOpen = (): boolean => this.#stateHere(id) === "pending";
    // Other processes of this home show it no more either; what was denied is nothing to keep.
    const answered = (how: "granted" | "denied"): void => {
      if (how === "denied") this.#files.forget(id);
      else if (this.#files.find(id) !== null) this.#files.keep({ ...waiting, answered: true });
    };
    const shownName = name.slice(0, 200).toWellFormed();
    await this.#elsewhere?.ask({ id, name: shownName, order, expiresAt, stillOpen, answered });
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
    const elsewhere = agreement.decided === null ? this.#elsewhere?.heard(id)?.standing?.reason : undefined;
    return { state: this.#stateOf(id), reason: agreement.decided?.reason ?? elsewhere ?? "" };
  }

  /** What waits for this person, oldest first. */
  waitingFor(person: Actor): readonly WaitingLine[] {
    return this.#files.list().flatMap((waiting): readonly WaitingLine[] => {
      if (!isFor(waiting, person) || waiting.answered === true) return [];
      const state = this.#stateOf(waiting.id);
      if (state === "denied" || state === "used" || state === "expired") this.#files.forget(waiting.id);
      if (state !== "pending") return [];
      const { id, actor, purpose, text, askedAt, expiresAt, connection } = waiting;
      const { name } = connection;
      const environment = effectiveEnvironment(connection);
      return [
        {
          id,
          who: `AI agent ${actorName(actor)}`,
          purpose,
          connection: name,
          environment,
          text,
          askedAt,
          expiresAt,
        },
      ];
    });
  }

  /** What a person has to see before they answer, judged now. @throws AgreementError */
  async review(id: string, person: Actor, judgeAgain: JudgeAgain): Promise<Reviewed> {
    const waiting = this.#pending(id, person);
    const { request, judged, counted = null } = await judgeAgain(waiting);
    const subject = agreementSubject(request, judged);
    const review = randomBytes(16).toString("hex");
    for (const [other, shown] of this.#shown) if (shown.id === id) this.#shown.delete(other);
    this.#shown.set(review, { id, subject });
    return { approval: shownWaiting(waiting, judged, subject, counted), review };
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
    const subject = agreementSubject(request, judged);
    if (decision === "approve" && (subject !== shown.subject || judged.decision.personAgrees !== true)) {
      this.#shown.delete(review);
      throw new AgreementError(
        "changed-since-review",
        "What this statement does, or what is known of it, has changed since it was shown.",
        "Look at it again.",
      );
    }
    this.#shown.delete(review);
    await this.#requireOpenElsewhere(id);
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
    const elsewhere = this.#elsewhere?.heard(id)?.standing?.state;
    if (elsewhere === "denied" || elsewhere === "taken_back")
      return invalid("its person has denied it in another place");
    if (this.#ledger.hasUsed(id)) return invalid("it was used already");
    if (this.#stateHere(id) !== "approved") return invalid("it has expired");
    if (requested.statementHash !== hashOf(request.statement.text))
      return invalid("it is for another statement");
    if (judged.decision.personAgrees !== true) return invalid("a person is not enough for this");
    if (decided.subject !== agreementSubject(request, judged))
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

  /** They answer once, wherever: what they have answered elsewhere is not answered here. @throws AgreementError */
  async #requireOpenElsewhere(id: string): Promise<void> {
    const standing = await this.#elsewhere?.close(id);
    const state = standing?.state ?? "withdrawn";
    if (state === "withdrawn" || state === "expired" || state === "pending") return;
    throw new AgreementError(
      "nothing-waits",
      `It was answered already, in another place: ${state.replace("_", " ")}.`,
      "Nothing needs to be done.",
    );
  }

  /** Where it stands, by an answer here, or else by what the collector last said. */
  #stateOf(id: string): WaitingState {
    const here = this.#stateHere(id);
    const heard = this.#elsewhere?.heard(id)?.standing;
    if (heard === undefined || heard === null) return here;
    // An answer that was given in time is good for as long as the collector says.
    const open = here === "pending" || (here === "expired" && this.#isUnanswered(id));
    return open && heard.state !== "pending" ? ELSEWHERE[heard.state] : here;
  }

  #isUnanswered(id: string): boolean {
    return this.#ledger.agreements.find(id)?.decided === null;
  }

  #stateHere(id: string): WaitingState {
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
}

const ELSEWHERE: Readonly<Record<Exclude<Approval["state"], "pending">, WaitingState>> = {
  granted: "approved",
  denied: "denied",
  withdrawn: "withdrawn",
  taken_back: "denied",
  expired: "expired",
  used: "used",
};

const personOf = ({ onBehalfOf }: AiAgentActor) =>
  onBehalfOf.kind === "user" ? { ...onBehalfOf, groups: [...onBehalfOf.groups] } : { ...onBehalfOf };

const isFor = ({ actor }: WaitingStatement, person: Actor): boolean =>
  actor.kind === "ai_agent" && actorIdentity(actor.onBehalfOf) === actorIdentity(person);
