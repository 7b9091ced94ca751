import type { Caller } from "../identity/caller.ts";
import { type ApprovalRequest, isSamePerson } from "./request.ts";

const isOfGroup = (caller: Caller, { asked }: ApprovalRequest): boolean =>
  caller.groups.includes(asked.order.group);

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

/** Somebody of the group, in person, and never the requester. No role stands in for the group. */
export const isApprover = (caller: Caller, request: ApprovalRequest): boolean =>
  caller.kind === "person" && isOfGroup(caller, request) && !isSamePerson(caller, request.requester);

/** Giving up a right, or taking it away, harms nobody: administrators may as well. */
export const mayEnd = (caller: Caller, request: ApprovalRequest): boolean =>
  caller.kind === "person" &&
  (isSamePerson(caller, request.requester) || isOfGroup(caller, request) || caller.roles.has("admin"));

/** Of a statement that was agreed to, as `mayEnd`; and whoever agreed may think better of it. */
export const mayTakeBack = (caller: Caller, request: ApprovalRequest): boolean =>
  mayEnd(caller, request) || (caller.kind === "person" && hasAnswered(caller, request));
