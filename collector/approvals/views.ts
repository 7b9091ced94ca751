import { APPROVAL_STATE, type Approval } from "../../protocol/approval/approval.ts";
import { ELEVATION_STATE, type Elevation } from "../../protocol/approval/elevation.ts";
import type { Caller } from "../identity/caller.ts";
import { isApprover, mayEnd, mayTakeBack } from "./mayDo.ts";
import { type ApprovalRequest, isSamePerson } from "./request.ts";
import { overtaken } from "./transitions.ts";

/** A request as the caller is shown it. */
export type View = Approval | Elevation;

const iso = (time: number): string => new Date(time).toISOString();

/** As it is at this time, also where nobody has written that down yet. */
export function viewOf(kept: ApprovalRequest, caller: Caller, now: number): View {
  const request = overtaken(kept, now) ?? kept;
  const { id, version, state, asked, requester, answers: decisions, notAfter, redeemed, endedBy } = request;
  const pending = state === "pending" && isApprover(caller, request);
  const shared = {
    id,
    version,
    requester,
    decisions,
    createdAt: iso(request.createdAt),
    expiresAt: iso(request.expiresAt),
    mayDecide: pending && !decisions.some(({ by }) => isSamePerson(by, caller)),
  };
  if (asked.kind === "statement")
    return {
      ...shared,
      state: APPROVAL_STATE.parse(state),
      order: asked.order,
      notAfter: notAfter === null ? null : iso(notAfter),
      takenBack:
        state === "taken_back" && endedBy !== null ? { by: endedBy, reason: request.endReason } : null,
      mayTakeBack: state === "granted" && redeemed === null && mayTakeBack(caller, request),
      redeemedAt: redeemed === null ? null : iso(redeemed.at),
    };
  return {
    ...shared,
    state: ELEVATION_STATE.parse(state),
    order: asked.order,
    notAfter: notAfter === null ? null : iso(notAfter),
    leftMs: state === "granted" && notAfter !== null ? Math.max(0, notAfter - now) : null,
    endedBy,
    mayEnd: state === "granted" && mayEnd(caller, request),
  };
}
