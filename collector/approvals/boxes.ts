import type { Caller } from "../identity/caller.ts";
import { Refusal } from "../refusal.ts";
import { isApprover, mayEnd, mayTakeBack } from "./mayDo.ts";
import { type ApprovalRequest, isOverdue, isSamePerson, type RequestKind } from "./request.ts";
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
    case "mine":
      return reads.search({ kind, requester: caller, limit });
    case "decide": {
      const waiting = await reads.search({ kind, groups, state: "pending", limit });
      return waiting.filter(
        (request) =>
          isApprover(caller, request) &&
          !isOverdue(request, now) &&
          !request.answers.some(({ by }) => isSamePerson(by, caller)),
      );
    }
    case "decided": {
      const asked = await reads.search({ kind, groups, limit });
      return asked.filter(({ answers }) => answers.some(({ by }) => isSamePerson(by, caller)));
    }
    case "active": {
      const everywhere = caller.roles.has("admin") ? {} : { groups };
      const [others, own] = await Promise.all([
        reads.search({ kind, state: "granted", limit, ...everywhere }),
        reads.search({ kind, state: "granted", limit, requester: caller }),
      ]);
      const known = new Set(others.map(({ id }) => id));
      return [...others, ...own.filter(({ id }) => !known.has(id))]
        .filter(
          (request) =>
            (kind === "elevation" ? mayEnd(caller, request) : mayTakeBack(caller, request)) &&
            request.redeemed === null &&
            !isOverdue(request, now),
        )
        .sort((one, other) => other.createdAt - one.createdAt);
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
