import type { Caller } from "../identity/caller.ts";
import { type ApprovalRequest, isForPerson, isSamePerson } from "./request.ts";

/** Where a program asks its own person, no group is asked, whatever one is called. */
const isOfGroup = (caller: Caller, request: ApprovalRequest): boolean =>
  !isForPerson(request) && caller.groups.includes(request.asked.order.group);

/** Also where they have left the group since. */
const hasAnswered = (caller: Caller, { answers }: ApprovalRequest): boolean =>
  answers.some(({ by }) => isSamePerson(by, caller));

/** Everybody else is not told that it exists. */
export const maySee = (caller: Caller, request: ApprovalRequest): boolean =>
  isSamePerson(caller, request.requester) ||
  isOfGroup(caller, request) ||
  hasAnswered(caller, request) ||
  caller.roles.has("auditor") ||
  caller.roles.has("admin");

/**
 * Somebody of the group, in person, and never the requester; of what a program asks its person, that person alone, signed
 * in themselves: a token that a program was given for them answers nothing. No role stands in for either.
 */
export const isApprover = (caller: Caller, request: ApprovalRequest): boolean =>
  isForPerson(request)
    ? caller.signedIn && isSamePerson(caller, request.requester)
    : caller.kind === "person" && isOfGroup(caller, request) && !isSamePerson(caller, request.requester);

/** Giving up a right, or taking it away, harms nobody: administrators may as well. */
export const mayEnd = (caller: Caller, request: ApprovalRequest): boolean =>
  caller.kind === "person" &&
  (isSamePerson(caller, request.requester) || isOfGroup(caller, request) || caller.roles.has("admin"));

/** Of a statement that was agreed to, as `mayEnd`; and whoever agreed may think better of it. */
export const mayTakeBack = (caller: Caller, request: ApprovalRequest): boolean =>
  mayEnd(caller, request) || (caller.kind === "person" && hasAnswered(caller, request));
