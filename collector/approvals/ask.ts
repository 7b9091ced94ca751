import { letsGoOn } from "../../protocol/approval/stoppedTask.ts";
import { canonicalJson } from "../../protocol/audit/seal.ts";
import { requireOwnDevice } from "../devices/ownDevice.ts";
import type { Caller } from "../identity/caller.ts";
import type { Commit } from "../log/commit.ts";
import { Refusal } from "../refusal.ts";
import { checkProgramAsks } from "./programLimit.ts";
import { type ApprovalRequest, isForPerson, isOverdue, isSamePerson, programOf } from "./request.ts";
import type { Step } from "./step.ts";

/** Requests that one person may have open. */
const MOST_OPEN = 50;
/** More than a person and their programs may have open. */
const MOST_FOUND = 200;
/** Requests that one person may make in an hour: each stays on record. */
const MOST_AN_HOUR = 200;
const HOUR = 60 * 60 * 1000;

/** Whether the caller may ask for this at all, by what it says. @throws Refusal */
export function checkAsked(caller: Caller, asked: ApprovalRequest["asked"], longestMinutes: number): void {
  if (!isSamePerson(caller, asked.order.subject.requester))
    throw new Refusal("forbidden", "This would ask in somebody else's name.", "Ask with your own token.");
  if (isForPerson({ asked }) || (asked.kind === "statement" && letsGoOn(asked.order)))
    throw new Refusal(
      "bad-request",
      "What a program asks its person is asked by the device it runs on, with that device's signature.",
      "Ask it as a question of the device.",
    );
  if (asked.kind === "elevation" && asked.order.minutes > longestMinutes)
    throw new Refusal(
      "bad-request",
      `A right is given for at most ${longestMinutes} minutes.`,
      "Ask for less, and again when it is over.",
    );
}

/** A new request from an active device of the caller's; the same one where it is open already. @throws Refusal */
export async function ask(
  commit: Commit,
  caller: Caller,
  asked: ApprovalRequest["asked"],
  { id, expireMs }: { readonly id: string; readonly expireMs: number },
): Promise<{ readonly request: ApprovalRequest; readonly step: Step | null }> {
  requireOwnDevice(await commit.device(asked.order.subject.chain), caller);
  const now = commit.now.getTime();
  const { issuer, subject, name } = caller;
  const search = { kind: asked.kind, requester: caller, state: "pending", limit: MOST_FOUND } as const;
  const open = (await commit.approvals.search(search)).filter((request) => !isOverdue(request, now));
  const order = canonicalJson(asked.order);
  const same = open.find((request) => canonicalJson(request.asked.order) === order);
  if (same !== undefined) return { request: same, step: null };
  const program = programOf({ asked });
  // What a program asks is no share of what its person may.
  if (program !== undefined)
    await checkProgramAsks(
      commit.approvals,
      { issuer, subject, name },
      { program, subject: asked.order.subject },
      now,
    );
  const own = open.filter((request) => programOf(request) === undefined);
  if (program === undefined && own.length >= MOST_OPEN)
    throw new Refusal(
      "too-many",
      `You have ${own.length} open requests.`,
      "Withdraw those that are no longer needed.",
    );
  if ((await commit.approvals.count(caller, now - HOUR)) >= MOST_AN_HOUR)
    throw new Refusal(
      "too-many",
      `You have made ${MOST_AN_HOUR} requests within an hour.`,
      "Wait a while, or ask for another policy.",
    );
  const request: ApprovalRequest = {
    id,
    version: 1,
    state: "pending",
    asked,
    requester: { issuer, subject, name },
    answers: [],
    createdAt: now,
    expiresAt: now + expireMs,
    grantedAt: null,
    notAfter: null,
    redeemed: null,
    endedBy: null,
    endReason: "",
    endedAt: null,
  };
  return { request, step: { before: null, after: request, by: caller } };
}
