import type { Caller } from "../identity/caller.ts";
import { Refusal } from "../refusal.ts";
import { isApprover, mayEnd, mayTakeBack } from "./mayDo.ts";
import { type ApprovalRequest, isForPerson, isOverdue, isSamePerson, type RequestKind } from "./request.ts";
import type { ApprovalReads } from "./tables.ts";

const MOST_SHOWN = 200;

/** `decided`: the caller has answered. `active`: what is granted, and the caller may end or take back. `all` is for auditors. */
export type Box = "mine" | "decide" | "decided" | "active" | "all";

/** A caller's list of requests, newest first. @throws Refusal */
export async function requestsIn(
  box: Box,
  reads: ApprovalReads,
  caller: Caller,
  kind: RequestKind,
  now: number,
): Promise<readonly ApprovalRequest[]> {
  const [limit, { groups }] = [MOST_SHOWN, caller];
  switch (box) {
    case "mine": {
      const asked = await reads.search({ kind, requester: caller, limit });
      return asked.filter((request) => !isForPerson(request));
    }
    case "decide": {
      const [ofGroups, ofPrograms] = await Promise.all([
        reads.search({ kind, groups, state: "pending", limit }),
        reads.search({ kind, requester: caller, state: "pending", limit }),
      ]);
      return merged(ofGroups, ofPrograms).filter(
        (request) =>
          isApprover(caller, request) &&
          !isOverdue(request, now) &&
          !request.answers.some(({ by }) => isSamePerson(by, caller)),
      );
    }
    case "decided": {
      const [ofGroups, ofPrograms] = await Promise.all([
        reads.search({ kind, groups, limit }),
        reads.search({ kind, requester: caller, limit }),
      ]);
      return merged(ofGroups, ofPrograms).filter(({ answers }) =>
        answers.some(({ by }) => isSamePerson(by, caller)),
      );
    }
    case "active": {
      const everywhere = caller.roles.has("admin") ? {} : { groups };
      const [others, own] = await Promise.all([
        reads.search({ kind, state: "granted", limit, ...everywhere }),
        reads.search({ kind, state: "granted", limit, requester: caller }),
      ]);
      return merged(others, own).filter(
        (request) =>
          (kind === "elevation" ? mayEnd(caller, request) : mayTakeBack(caller, request)) &&
          request.redeemed === null &&
          !isOverdue(request, now),
      );
    }
    case "all":
      if (caller.roles.has("auditor") || caller.roles.has("admin")) return reads.search({ kind, limit });
      throw new Refusal(
        "forbidden",
        "All requests are shown to auditors.",
        "Ask for your own, or for those that wait for you.",
      );
  }
}

/** Each once, newest first. */
function merged(
  some: readonly ApprovalRequest[],
  others: readonly ApprovalRequest[],
): readonly ApprovalRequest[] {
  const known = new Set(some.map(({ id }) => id));
  return [...some, ...others.filter(({ id }) => !known.has(id))].sort(
    (one, other) => other.createdAt - one.createdAt,
  );
}
