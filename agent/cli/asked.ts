import { setTimeout as sleep } from "node:timers/promises";
import type { Approval } from "../../protocol/approval/approval.ts";
import { approvalStatus } from "../../protocol/approval/approvalWords.ts";
import type { Approvals } from "../approvals.ts";
import { CollectorError } from "../audit/sync/collectorError.ts";
import type { Io } from "./command.ts";
import { printable } from "./text.ts";

/** Seconds between two tries of a collector that does not answer. */
const DELAYS = { first: 2, longest: 60 } as const;

/** The approval once somebody has decided, or it ended by itself; still pending where Ctrl-C ended the waiting. */
export async function ended(approvals: Approvals, asked: Approval, io: Io): Promise<Approval> {
  let approval = asked;
  let told = "";
  let failures = 0;
  for (;;) {
    const status = approvalStatus(approval, new Date());
    if (approval.state !== "pending" || io.signal.aborted) return approval;
    if (status !== told) io.err(`${printable(status)}\n`);
    told = status;
    try {
      approval = await approvals.follow(approval.id, approval.version, io.signal);
      failures = 0;
    } catch (error) {
      if (io.signal.aborted) return approval;
      if (!(error instanceof CollectorError) || error.failure.kind !== "unreachable") throw error;
      if (failures === 0) io.err(`${error.problem.message} Trying again.\n`);
      failures += 1;
      const seconds = Math.min(DELAYS.longest, DELAYS.first * 2 ** (failures - 1));
      await sleep(seconds * 1000, undefined, { signal: io.signal }).catch(() => {});
    }
  }
}

/** The id alone on stdout, so that a script has it; the rest for a person. */
export function printAsked(approval: Approval, io: Io): void {
  io.out(`${approval.id}\n`);
  io.err(`${printable(approvalStatus(approval, new Date()))}\n`);
  if (approval.state === "pending") io.err(`Once it is approved: sluice query --approval ${approval.id} …\n`);
}
