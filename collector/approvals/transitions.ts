import type { ApprovalDecision, ApprovalPerson } from "../../protocol/approval/approval.ts";
import { Refusal } from "../refusal.ts";
import { type ApprovalRequest, approversOf, isOverdue, isSamePerson, type RequestState } from "./request.ts";

const MINUTE = 60_000;

/** What becomes of a request. Each gives the request as it is afterwards, or null where it is so already. */

/** @throws Refusal where it was decided before, or its time is over. */
export function answered(
  request: ApprovalRequest,
  by: ApprovalPerson,
  { decision, reason }: ApprovalDecision,
  now: number,
  grantMs: number,
): ApprovalRequest | null {
  const mine = request.answers.filter((answer) => isSamePerson(answer.by, by)).at(-1);
  if (mine?.decision === decision) return null;
  requirePending(request, now);
  const answers = [...request.answers, { by, decision, reason, at: new Date(now).toISOString() }];
  const after: ApprovalRequest = { ...request, version: request.version + 1, answers };
  if (decision === "deny") return { ...after, state: "denied" };
  const { order } = request.asked;
  if (approversOf(after).length < order.needed) return after;
  const good = request.asked.kind === "statement" ? grantMs : request.asked.order.minutes * MINUTE;
  return { ...after, state: "granted", grantedAt: now, notAfter: now + good };
}

/** By the requester. @throws Refusal */
export function withdrawn(request: ApprovalRequest, now: number): ApprovalRequest | null {
  if (request.state === "withdrawn") return null;
  requirePending(request, now);
  return inState(request, "withdrawn");
}

/** An elevation in force, before its time. @throws Refusal */
export function ended(request: ApprovalRequest, by: ApprovalPerson, now: number): ApprovalRequest | null {
  if (request.state === "ended") return null;
  if (request.state !== "granted" || isOverdue(request, now)) throw decided(request, now);
  return { ...inState(request, "ended"), endedBy: by, endedAt: now };
}

/** A statement that was granted, before it is handed out to be run. @throws Refusal */
export function takenBack(
  request: ApprovalRequest,
  by: ApprovalPerson,
  reason: string,
  now: number,
): ApprovalRequest | null {
  if (request.state === "taken_back") return null;
  if (request.state === "pending" && !isOverdue(request, now))
    throw new Refusal("not-found", "Nobody has agreed to this yet.", "Deny it instead, with a reason.");
  if (request.state !== "granted" || isOverdue(request, now)) throw decided(request, now);
  if (request.redeemed !== null)
    throw new Refusal(
      "already-redeemed",
      `It was handed out to be run at ${new Date(request.redeemed.at).toISOString()}, and may have run.`,
      "Look for the record of the statement, and speak with whoever asked.",
    );
  return { ...inState(request, "taken_back"), endedBy: by, endReason: reason, endedAt: now };
}

/** By time alone. */
export function overtaken(request: ApprovalRequest, now: number): ApprovalRequest | null {
  if (!isOverdue(request, now)) return null;
  const over = request.state === "granted" && request.asked.kind === "elevation" ? "ended" : "expired";
  return inState(request, over);
}

/** A granted statement that is handed out for its run, for the first time or once more. */
export const redeemed = (request: ApprovalRequest, nonce: string, now: number): ApprovalRequest => {
  const { at, times } = request.redeemed ?? { at: now, times: 0 };
  return { ...inState(request, "granted"), redeemed: { nonce, at, times: times + 1 } };
};

/** By a statement that ran under it. */
export const used = (request: ApprovalRequest): ApprovalRequest => inState(request, "used");

/** Its device is no longer trusted: nothing more is asked from it, and nothing it was given is good. */
export function cutOff(request: ApprovalRequest, now: number): ApprovalRequest | null {
  if (request.state === "pending") return inState(request, "withdrawn");
  if (request.state !== "granted") return null;
  return { ...inState(request, request.asked.kind === "elevation" ? "ended" : "expired"), endedAt: now };
}

const inState = (request: ApprovalRequest, state: RequestState): ApprovalRequest => ({
  ...request,
  version: request.version + 1,
  state,
});

function requirePending(request: ApprovalRequest, now: number): void {
  if (request.state !== "pending" || isOverdue(request, now)) throw decided(request, now);
}

/** Says what it is by now. */
export function decided(request: ApprovalRequest, now: number): Refusal {
  const { state } = overtaken(request, now) ?? request;
  return new Refusal(
    "already-decided",
    `That is no longer possible: the request is ${state.replace("_", " ")}.`,
    "Look at it again; what is needed now has to be asked for anew.",
  );
}
