import type { SignedGrant } from "../../protocol/approval/approval.ts";
import { ITS_PERSON } from "../../protocol/approval/itsPerson.ts";
import type { Question, QuestionStanding } from "../../protocol/approval/question.ts";
import type { Redemption } from "../../protocol/approval/redemption.ts";
import { canonicalJson } from "../../protocol/audit/seal.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { deviceRefused, type Sender } from "../ingest/sender.ts";
import type { Commit } from "../log/commit.ts";
import { Refusal } from "../refusal.ts";
import { type Device, isOwnedBy } from "../store/device.ts";
import type { Store } from "../store/store.ts";
import type { Approvals } from "./approvals.ts";
import { checkProgramAsks } from "./programLimit.ts";
import { type ApprovalRequest, isForPerson, isOverdue } from "./request.ts";
import type { Step } from "./step.ts";
import { overtaken, withdrawn } from "./transitions.ts";

export interface QuestionParts {
  readonly store: Store;
  readonly approvals: Approvals;
  /** By which people here sign in. */
  readonly issuer: string;
  /** Name of the log. */
  readonly log: string;
  readonly now: () => Date;
}

type Asking = Extract<Question, { what: "ask" }>;

/**
 * What devices ask people on behalf of their programs. A device shows by its key that it asks; nothing here is done with a
 * token, and nothing here answers: that is the person's alone.
 */
export class Questions {
  readonly #parts: QuestionParts;

  constructor(parts: QuestionParts) {
    this.#parts = parts;
  }

  /** @throws Refusal */
  async answer(sender: Sender, question: Question, signal: AbortSignal): Promise<QuestionStanding> {
    const { log, now } = this.#parts;
    const device = signedFor(sender);
    if (question.log !== log)
      throw new Refusal("bad-request", "This was signed for another collector.", "Ask the one it is for.");
    const request =
      question.what === "ask"
        ? await this.#ask(device, question)
        : question.what === "look"
          ? await this.#look(device, question, signal)
          : await this.#close(device.chain, question.id);
    return standingOf(request, now().getTime());
  }

  /** Hands the person's agreement out to the device that asked, for one run. @throws Refusal */
  async redeem(sender: Sender, id: string, redemption: Redemption): Promise<SignedGrant> {
    const device = signedFor(sender);
    const found = ofDevice(await this.#parts.store.approvals.find(id), device.chain);
    return this.#parts.approvals.redeemFor(device, found, redemption);
  }

  async #ask(device: Device, question: Asking): Promise<ApprovalRequest> {
    const { approvals } = this.#parts;
    this.#check(device, question);
    return approvals.commit([device.chain], async (commit) => {
      const now = await commit.device(device.chain);
      if (now?.state !== "active") throw deviceRefused(now ?? device);
      return this.#asked(commit, now, question);
    });
  }

  /** @throws Refusal where the device may not ask this, by what it says. */
  #check(device: Device, { order }: Asking): void {
    const { chain, requester } = order.subject;
    if (order.program?.asks !== "person" || order.group !== ITS_PERSON || order.needed !== 1)
      throw new Refusal(
        "bad-request",
        "Only what a program asks the person it works for is asked this way.",
        "Ask groups with the person's own token.",
      );
    if (chain !== device.chain)
      throw new Refusal(
        "forbidden",
        "This would ask in another device's name.",
        "Ask for the device itself.",
      );
    if (requester.issuer !== this.#parts.issuer)
      throw new Refusal(
        "bad-request",
        "Nobody whom that provider knows signs in here.",
        "Answer where the program runs.",
      );
    const own = device.owner !== null && isOwnedBy(device, { ...requester, name: "" });
    if (!own && device.confirmedAt === null)
      throw new Refusal(
        "forbidden",
        "A device asks other people than its owner once an administrator has confirmed it.",
        "Have an administrator confirm the device on its page of the collector's console.",
      );
  }

  async #asked(
    commit: Commit,
    { chain, owner }: Device,
    { id, name, order, expiresAt }: Asking,
  ): Promise<{ readonly request: ApprovalRequest; readonly step: Step | null }> {
    const now = commit.now.getTime();
    const known = await commit.approvals.find(id);
    if (known !== null) {
      // Whoever chooses an id that is taken learns nothing of what it stands for.
      if (known.asked.kind !== "statement" || canonicalJson(known.asked.order) !== canonicalJson(order))
        throw new Refusal("bad-request", "This id is taken.", "Choose another one.");
      return { request: known, step: null };
    }
    const { issuer, subject } = order.subject.requester;
    // The owner's name is the provider's word; of others it is the device's.
    const own = owner !== null && owner.issuer === issuer && owner.subject === subject ? owner.name : name;
    const requester = { issuer, subject, name: own.trim() === "" ? subject : own };
    const until = Math.min(now + this.#parts.approvals.expireMs, Date.parse(expiresAt));
    if (until <= now)
      throw new Refusal("bad-request", "Nobody could answer this in time.", "Ask for it anew.");
    if (order.program !== undefined)
      await checkProgramAsks(commit.approvals, requester, order.program, chain, now);
    const request: ApprovalRequest = {
      id,
      version: 1,
      state: "pending",
      asked: { kind: "statement", order },
      requester,
      answers: [],
      createdAt: now,
      expiresAt: until,
      grantedAt: null,
      notAfter: null,
      redeemed: null,
      endedBy: null,
      endReason: "",
      endedAt: null,
    };
    return { request, step: { before: null, after: request, by: null } };
  }

  async #look(
    { chain }: Device,
    { id, version, wait }: Extract<Question, { what: "look" }>,
    signal: AbortSignal,
  ): Promise<ApprovalRequest> {
    const { store, approvals, now } = this.#parts;
    const find = async () => ofDevice(await store.approvals.find(id), chain);
    const request = await find();
    if (isOverdue(request, now().getTime())) await approvals.overtake(id);
    else if (request.version === version)
      await approvals.followers.wait(chain, { id, version }, wait, signal);
    else return request;
    return find();
  }

  /** Nothing that was answered becomes undone: what was granted and is closed was never handed out, and expires. */
  #close(chain: Sha256, id: string): Promise<ApprovalRequest> {
    return this.#parts.approvals.commit([chain], async (commit) => {
      const before = ofDevice(await commit.approvals.find(id), chain);
      const now = commit.now.getTime();
      const open = before.state === "pending" && !isOverdue(before, now);
      const after = open ? withdrawn(before, now) : null;
      return after === null
        ? { request: before, step: null }
        : { request: after, step: { before, after, by: null } };
    });
  }
}

/** The device, which has signed for what came. @throws Refusal */
function signedFor({ device, signedBody }: Sender): Device {
  if (signedBody === null)
    throw new Refusal("forbidden", "Only the device itself asks this.", "Sign the request with its key.");
  if (device.state !== "active") throw deviceRefused(device);
  return device;
}

/** @throws Refusal that does not tell apart what is not there and what is another's. */
function ofDevice(request: ApprovalRequest | null, chain: Sha256): ApprovalRequest {
  if (request === null || !isForPerson(request) || request.asked.order.subject.chain !== chain)
    throw new Refusal("not-found", "There is no such question of this device.", "Ask it anew.");
  return request;
}

function standingOf(kept: ApprovalRequest, now: number): QuestionStanding {
  const { id, version, state, answers, endReason } = overtaken(kept, now) ?? kept;
  const denial = answers.find(({ decision }) => decision === "deny");
  // A statement's request is in no other state.
  const known = state === "ended" ? "expired" : state;
  return { id, version, state: known, reason: denial?.reason ?? endReason };
}
