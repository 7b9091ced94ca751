import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { defineTool, LOOKS } from "./tool.ts";
import { PROBLEM } from "./toolProblem.ts";
import { answerWith } from "./untrusted.ts";

const LOOK_MS = 250;

export const approvalStatus = defineTool({
  name: "approval_status",
  title: "Ask where an approval stands",
  description:
    "Tells whether the person has answered what waits under a handle. `wait_seconds` waits for the answer. Only a person answers, in their editor; nothing you can call does.",
  input: z.object({
    handle: z.string().regex(/^[0-9a-f]{32}$/),
    wait_seconds: z.number().int().min(0).max(60).optional(),
  }),
  output: z.object({
    status: z.enum(["pending", "approved", "denied", "expired", "used", "unknown", "failed"]),
    reason: z.string().optional(),
    problem: PROBLEM.optional(),
    untrusted: z.boolean().optional(),
  }),
  annotations: LOOKS,
  call: async (session, { handle, wait_seconds: seconds = 0 }, signal) => {
    const actor = await session.actor();
    const { agreements } = session.engine;
    const until = Date.now() + seconds * 1000;
    let found = agreements.stateFor(handle, actor);
    while (found.state === "pending" && Date.now() < until && !signal.aborted) {
      await wait(LOOK_MS);
      found = agreements.stateFor(handle, actor);
    }
    const said = {
      pending: "The person has not answered yet.",
      approved: "The person agreed. Call run_query with `approval` set to this handle, and without sql.",
      denied: "The person denied it. Do not try it another way.",
      expired: "Nobody answered in time, or the approval was not used in time. Run it again to ask anew.",
      used: "It was approved and has run. It is good for one run.",
      unknown: "Nothing was asked for under this handle.",
    }[found.state];
    const reason = found.reason === "" ? {} : { reason: found.reason };
    return answerWith(said, { status: found.state, ...reason }, found.reason === "" ? [] : [reason]);
  },
});
