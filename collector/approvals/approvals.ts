import { randomBytes } from "node:crypto";
import type { ApprovalDecision, SignedGrant } from "../../protocol/approval/approval.ts";
import type { Redemption } from "../../protocol/approval/redemption.ts";
import { letsGoOn } from "../../protocol/approval/stoppedTask.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { requireOwnDevice } from "../devices/ownDevice.ts";
import type { Caller } from "../identity/caller.ts";
import { deviceRefused } from "../ingest/sender.ts";
import type { Commit } from "../log/commit.ts";
import type { LogKeys } from "../log/logKeys.ts";
import type { Sequencer } from "../log/sequencer.ts";
import { Refusal } from "../refusal.ts";
import type { Device } from "../store/device.ts";
import type { Store } from "../store/store.ts";
import { deliveriesOf, type Hooks } from "../webhooks/hooks.ts";
import { ask, checkAsked } from "./ask.ts";
import { type Box, type RequestPage, requestsIn } from "./boxes.ts";
import { Followers } from "./followers.ts";
import { signedGrant } from "./grant.ts";
import { isApprover, mayEnd, maySee, mayTakeBack } from "./mayDo.ts";
import { checkRedemption, handOut } from "./redeem.ts";
import { type ApprovalRequest, isForPerson, isOverdue, isSamePerson, type RequestKind } from "./request.ts";
import { recordsOf, type Step } from "./step.ts";
import type { RequestPlace } from "./tables.ts";
import { answered, cutOff, decided, ended, overtaken, takenBack, withdrawn } from "./transitions.ts";

export interface ApprovalTimes {
  /** Until when a request may be answered. */
  readonly expireMs: number;
  /** How long after it was granted a statement may run. */
  readonly grantMs: number;
  readonly longestElevationMinutes: number;
}

export interface ApprovalParts {
  readonly store: Store;
  readonly sequencer: Sequencer;
  readonly keys: LogKeys;
  readonly now: () => Date;
  readonly times: ApprovalTimes;
  readonly hooks: Hooks;
}

/**
 * What people ask others to agree to. Every change is made inside of a commit, where nobody else's is: whoever comes
 * second finds what the first has left. Its record, and the messages about it, are of the same commit.
 */
export class Approvals {
  readonly followers: Followers;
  readonly #parts: ApprovalParts;
  #queued: () => void = () => {};

  constructor(parts: ApprovalParts) {
    this.#parts = parts;
    this.followers = new Followers(parts.store.approvals);
  }

  /** Told after messages were queued here. */
  onQueued(listener: () => void): void {
    this.#queued = listener;
  }

  /** Until when a request may be answered, from when it is made. */
  get expireMs(): number {
    return this.#parts.times.expireMs;
  }

  /** Asks for it, or finds the same request of theirs where it is open already. @throws Refusal */
  async ask(caller: Caller, asked: ApprovalRequest["asked"]): Promise<ApprovalRequest> {
    requirePerson(caller, "ask");
    const { times } = this.#parts;
    checkAsked(caller, asked, times.longestElevationMinutes);
    const id = randomBytes(16).toString("hex");
    return this.commit([asked.order.subject.chain], (commit) =>
      ask(commit, caller, asked, { id, expireMs: times.expireMs }),
    );
  }

  /** @throws Refusal that does not tell apart what is not there and what is not for the caller's eyes. */
  async find(caller: Caller, kind: RequestKind, id: string): Promise<ApprovalRequest> {
    return seen(await this.#parts.store.approvals.find(id), caller, kind);
  }

  /** Like `find`; waits while it is of this version, up to so many seconds. @throws Refusal */
  async follow(
    caller: Caller,
    kind: RequestKind,
    id: string,
    { version, seconds, signal }: { version: number; seconds: number; signal: AbortSignal },
  ): Promise<ApprovalRequest> {
    const request = await this.find(caller, kind, id);
    if (isOverdue(request, this.#now())) await this.overtake(id);
    else if (request.version === version) {
      const who = JSON.stringify([caller.issuer, caller.subject]);
      await this.followers.wait(who, { id, version }, seconds, signal);
    } else return request;
    return this.find(caller, kind, id);
  }

  /** @throws Refusal */
  list(caller: Caller, kind: RequestKind, box: Box, after: RequestPlace | null): Promise<RequestPage> {
    return requestsIn(box, this.#parts.store.approvals, caller, kind, this.#now(), after);
  }

  /** @throws Refusal */
  decide(
    caller: Caller,
    kind: RequestKind,
    id: string,
    decision: ApprovalDecision,
  ): Promise<ApprovalRequest> {
    return this.#change(caller, kind, id, (request, now) => {
      requirePerson(caller, "answer");
      const [ofProgram, own] = [isForPerson(request), isSamePerson(caller, request.requester)];
      if (ofProgram && own && !caller.signedIn)
        throw new Refusal(
          "forbidden",
          "A program of theirs asks this person, and this token was given to a program.",
          "Sign in yourself: in the editor, or on the collector's page.",
        );
      if (!ofProgram && own)
        throw new Refusal(
          "forbidden",
          "Nobody agrees to what they ask themselves.",
          "Wait for somebody else.",
        );
      if (!isApprover(caller, request))
        throw new Refusal(
          "forbidden",
          ofProgram
            ? "Only the person the program works for answers this."
            : `Only members of ${request.asked.order.group} answer this.`,
          "Leave it to them.",
        );
      const goesOn = request.asked.kind === "statement" && letsGoOn(request.asked.order);
      if (goesOn && decision.reason.trim() === "")
        throw new Refusal("bad-request", "Why it may go on, or not, is put on record.", "Give a reason.", {
          field: "reason",
        });
      const { issuer, subject, name } = caller;
      return answered(request, { issuer, subject, name }, decision, now, this.#parts.times.grantMs);
    });
  }

  /** @throws Refusal */
  withdraw(caller: Caller, kind: RequestKind, id: string): Promise<ApprovalRequest> {
    return this.#change(caller, kind, id, (request, now) => {
      requirePerson(caller, "withdraw");
      requireRequester(caller, request);
      return withdrawn(request, now);
    });
  }

  /** Ends an elevation that is in force. @throws Refusal */
  end(caller: Caller, id: string): Promise<ApprovalRequest> {
    return this.#change(caller, "elevation", id, (request, now) => {
      if (!mayEnd(caller, request))
        throw new Refusal(
          "forbidden",
          "Only who has it, those who may agree to it, and administrators end it.",
          "Tell one of them.",
        );
      const { issuer, subject, name } = caller;
      return ended(request, { issuer, subject, name }, now);
    });
  }

  /** Takes what was granted back, before it is handed out to be run. @throws Refusal */
  takeBack(caller: Caller, id: string, reason: string): Promise<ApprovalRequest> {
    return this.#change(caller, "statement", id, (request, now) => {
      requirePerson(caller, "take back what others agreed to");
      if (!mayTakeBack(caller, request))
        throw new Refusal(
          "forbidden",
          "Only those who agreed or may agree to it, who asked for it, and administrators take it back.",
          "Tell one of them.",
        );
      const { issuer, subject, name } = caller;
      return takenBack(request, { issuer, subject, name }, reason, now);
    });
  }

  /** Hands the agreement to a statement out to the device that asked, for one run. @throws Refusal */
  async redeem(caller: Caller, id: string, redemption: Redemption): Promise<SignedGrant> {
    requirePerson(caller, "run what was agreed to");
    const found = await this.find(caller, "statement", id);
    requireRequester(caller, found);
    const { chain } = found.asked.order.subject;
    const device = requireOwnDevice(await this.#parts.store.device(chain), caller);
    return this.#handOver(device, found, redemption, caller);
  }

  /** Likewise of what a program asked its person: the device it came from is who asks. @throws Refusal */
  redeemFor(device: Device, found: ApprovalRequest, redemption: Redemption): Promise<SignedGrant> {
    return this.#handOver(device, found, redemption, null);
  }

  async #handOver(
    device: Device,
    found: ApprovalRequest,
    redemption: Redemption,
    by: Caller | null,
  ): Promise<SignedGrant> {
    const { keys, sequencer } = this.#parts;
    const { log } = await sequencer.published();
    await checkRedemption(device, log, found, redemption);
    const { id } = found;
    const { value } = await sequencer.run([device.chain], async (commit) => {
      const now = await commit.device(device.chain);
      if (now?.state !== "active") throw deviceRefused(now ?? device);
      const request = await commit.approvals.find(id);
      if (request === null) throw notFound();
      const handed = await handOut(commit, by, request, redemption.nonce);
      if (handed.step !== null) await this.take(commit, handed.step);
      return handed;
    });
    this.followers.changed(id, value.request.version);
    if (value.refusal !== null) throw value.refusal;
    const signed = signedGrant(value.request, keys.checkpoints(log));
    if (signed === null) throw decided(value.request, this.#now());
    return signed;
  }

  /** The signed right for a while, to the requester alone, as long as it is good. @throws Refusal */
  async grant(caller: Caller, id: string): Promise<SignedGrant> {
    const { store, keys } = this.#parts;
    const request = await this.find(caller, "elevation", id);
    requireRequester(caller, request);
    const now = this.#now();
    const signed = signedGrant(request, keys.checkpoints((await this.#parts.sequencer.published()).log));
    if (request.state === "pending" && !isOverdue(request, now))
      throw new Refusal("not-found", "Nobody has agreed to this yet.", "Wait until they have.");
    if (request.state !== "granted" || isOverdue(request, now) || signed === null)
      throw decided(request, now);
    requireOwnDevice(await store.device(request.asked.order.subject.chain), caller);
    return signed;
  }

  /** Writes down what time has made of it. */
  async overtake(id: string): Promise<void> {
    await this.commit([], async (commit) => {
      const request = await commit.approvals.find(id);
      if (request === null) throw notFound();
      const after = overtaken(request, commit.now.getTime());
      return {
        request: after ?? request,
        step: after === null ? null : { before: request, after, by: null },
      };
    });
  }

  /** Ends everything of a device that is no longer trusted, inside of the commit that says so. */
  async cutOff(commit: Commit, chain: Sha256, by: Caller): Promise<void> {
    for (const before of await commit.approvals.unfinished(chain)) {
      const after = cutOff(before, commit.now.getTime());
      if (after !== null) await this.take(commit, { before, after, by });
    }
  }

  /** Keeps a step, records it and queues the messages about it; all of it holds once the commit does. */
  async take(commit: Commit, step: Step): Promise<void> {
    await commit.approvals.put(step.after, step.before?.version ?? null);
    for (const body of recordsOf(step)) await commit.say(body);
    for (const delivery of deliveriesOf(this.#parts.hooks, step, commit))
      await commit.approvals.enqueue(delivery);
  }

  #change(
    caller: Caller,
    kind: RequestKind,
    id: string,
    work: (request: ApprovalRequest, now: number) => ApprovalRequest | null,
  ): Promise<ApprovalRequest> {
    return this.commit([], async (commit) => {
      const before = seen(await commit.approvals.find(id), caller, kind);
      const after = work(before, commit.now.getTime());
      return after === null
        ? { request: before, step: null }
        : { request: after, step: { before, after, by: caller } };
    });
  }

  /** Makes one change of a request, and tells whoever follows it. @throws Refusal */
  async commit(
    chains: readonly Sha256[],
    work: (commit: Commit) => Promise<{ readonly request: ApprovalRequest; readonly step: Step | null }>,
  ): Promise<ApprovalRequest> {
    const { value } = await this.#parts.sequencer.run(chains, async (commit) => {
      const { request, step } = await work(commit);
      if (step !== null) await this.take(commit, step);
      return request;
    });
    this.followers.changed(value.id, value.version);
    this.#queued();
    return value;
  }

  #now(): number {
    return this.#parts.now().getTime();
  }
}

function seen(request: ApprovalRequest | null, caller: Caller, kind: RequestKind): ApprovalRequest {
  if (request === null || request.asked.kind !== kind || !maySee(caller, request)) throw notFound();
  return request;
}

const notFound = (): Refusal =>
  new Refusal("not-found", "There is no such request.", "Look for it in your list of requests.");

function requirePerson({ kind }: Caller, verb: string): void {
  if (kind !== "person")
    throw new Refusal(
      "forbidden",
      `Programs do not ${verb}: only people who are signed in themselves do.`,
      "Sign in in person.",
    );
}

function requireRequester(caller: Caller, request: ApprovalRequest): void {
  if (!isSamePerson(caller, request.requester))
    throw new Refusal("forbidden", "This is for who asked for it.", "Leave it to them.");
}
