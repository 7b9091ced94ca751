import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import type { Actor } from "../../../protocol/actor.ts";
import { ANY_APPROVAL_ID, isAnsweredHere } from "../../../protocol/approval/answeredHere.ts";
import type { ApprovalState } from "../../../protocol/approval/approval.ts";
import type { WaitingState } from "../../../protocol/waiting.ts";
import { defineTool, LOOKS } from "./tool.ts";
import { PROBLEM } from "./toolProblem.ts";
import type { ToolSession } from "./toolSession.ts";
import { answerWith } from "./untrusted.ts";

const LOOK_MS = 250;
const LOOK_ELSEWHERE_MS = 2_000;

export const approvalStatus = defineTool({
  name: "approval_status",
  title: "Ask where an approval stands",
  description:
    "Tells whether the person has answered what waits under a handle. `wait_seconds` waits for the answer. Only a person answers, where they were asked; nothing you can call does.",
  input: z.object({
    handle: z.string().regex(ANY_APPROVAL_ID),
    wait_seconds: z.number().int().min(0).max(60).optional(),
  }),
  output: z.object({
    status: z.enum(["pending", "approved", "denied", "expired", "used", "unknown", "withdrawn", "failed"]),
    reason: z.string().optional(),
    problem: PROBLEM.optional(),
    untrusted: z.boolean().optional(),
  }),
  annotations: LOOKS,
  call: async (session, { handle, wait_seconds: seconds = 0 }, signal) => {
    const actor = await session.actor();
    const until = Date.now() + seconds * 1000;
    const look = () => standingOf(session, handle, actor);
    let found = await look();
    while (found.state === "pending" && Date.now() < until && !signal.aborted) {
      await wait(isAnsweredHere(handle) ? LOOK_MS : LOOK_ELSEWHERE_MS);
      found = await look();
    }
    const said = {
      pending: "The person has not answered yet.",
      approved: "The person agreed. Call run_query with `approval` set to this handle, and without sql.",
      denied: "The person denied it. Do not try it another way.",
      expired: "Nobody answered in time, or the approval was not used in time. Run it again to ask anew.",
      used: "It was approved and has run. It is good for one run.",
      withdrawn:
        "It is not asked any more: the task that asked for it has ended, or the person took it back.",
      unknown: "Nothing was asked for under this handle.",
    }[found.state];
    const reason = found.reason === "" ? {} : { reason: found.reason };
    return answerWith(said, { status: found.state, ...reason }, found.reason === "" ? [] : [reason]);
  },
});

const FROM_OTHERS: Readonly<Record<ApprovalState, WaitingState>> = {
  pending: "pending",
  granted: "approved",
  denied: "denied",
  withdrawn: "denied",
  taken_back: "denied",
  expired: "expired",
  used: "used",
};

/** Of the person's own answer, or of what others were asked through the collector in this session. */
async function standingOf(
  session: ToolSession,
  handle: string,
  actor: Actor,
): Promise<{ readonly state: WaitingState; readonly reason: string }> {
  if (isAnsweredHere(handle)) return session.engine.agreements.stateFor(handle, actor);
  if (!session.asked.has(handle)) return { state: "unknown", reason: "" };
  const { state, decisions } = await session.engine.approvals.find(handle);
  const denied = decisions.find(({ decision }) => decision === "deny");
  return { state: FROM_OTHERS[state], reason: denied?.reason ?? "" };
}
