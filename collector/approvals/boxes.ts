import type { Caller } from "../identity/caller.ts";
import { Refusal } from "../refusal.ts";
import { isApprover, mayEnd, mayTakeBack } from "./mayDo.ts";
import { type ApprovalRequest, isForPerson, isOverdue, isSamePerson, type RequestKind } from "./request.ts";
import type { ApprovalReads, RequestPlace, RequestSearch } from "./tables.ts";

/** Requests of one page, and those that are read at a time. */
const PAGE = 200;
/** Requests that are read for one page, however few of them belong to it: the next page goes on from there. */
const MOST_READ = 1_000;

/** `decided`: the caller has answered. `active`: what is granted, and the caller may end or take back. `all` is for auditors. */
export type Box = "mine" | "decide" | "decided" | "active" | "all";

export interface RequestPage {
  readonly requests: readonly ApprovalRequest[];
  /** Where the next page goes on; null at the end. */
  readonly next: RequestPlace | null;
}

/** Which requests are read for a box, and which of them are in it. */
interface BoxRule {
  readonly from: Omit<RequestSearch, "kind" | "limit" | "after">;
  readonly holds: (request: ApprovalRequest) => boolean;
}

/** A page of a caller's list of requests, newest first. @throws Refusal */
export async function requestsIn(
  box: Box,
  reads: ApprovalReads,
  caller: Caller,
  kind: RequestKind,
  now: number,
  begin: RequestPlace | null = null,
): Promise<RequestPage> {
  const { from, holds } = ruleOf(box, caller, kind, now);
  const requests: ApprovalRequest[] = [];
  let last: RequestPlace | null = begin;
  for (let read = 0; read < MOST_READ && requests.length < PAGE; read += PAGE) {
    const after = last === null ? {} : { after: last };
    const found = await reads.search({ ...from, ...after, kind, limit: PAGE });
    for (const [place, request] of found.entries()) {
      if (holds(request)) requests.push(request);
      last = { createdAt: request.createdAt, id: request.id };
      if (requests.length === PAGE && place < found.length - 1) return { requests, next: last };
    }
    if (found.length < PAGE) return { requests, next: null };
  }
  return { requests, next: last };
}

function ruleOf(box: Box, caller: Caller, kind: RequestKind, now: number): BoxRule {
  const { groups } = caller;
  const answered = ({ answers }: ApprovalRequest): boolean =>
    answers.some(({ by }) => isSamePerson(by, caller));
  switch (box) {
    case "mine":
      return { from: { requester: caller }, holds: (request) => !isForPerson(request) };
    case "decide":
      return {
        from: { groups, requester: caller, state: "pending" },
        holds: (request) => isApprover(caller, request) && !isOverdue(request, now) && !answered(request),
      };
    case "decided":
      return { from: { groups, requester: caller }, holds: answered };
    case "active":
      return {
        from: { state: "granted", ...(caller.roles.has("admin") ? {} : { groups, requester: caller }) },
        holds: (request) =>
          (kind === "elevation" ? mayEnd(caller, request) : mayTakeBack(caller, request)) &&
          request.redeemed === null &&
          !isOverdue(request, now),
      };
    case "all":
      if (caller.roles.has("auditor") || caller.roles.has("admin")) return { from: {}, holds: () => true };
      throw new Refusal(
        "forbidden",
        "All requests are shown to auditors.",
        "Ask for your own, or for those that wait for you.",
      );
  }
}
