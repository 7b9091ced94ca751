import type { Approval } from "../../protocol/approval/approval.ts";
import { approvalStatus } from "../../protocol/approval/approvalWords.ts";
import type { Io } from "./command.ts";
import { printable } from "./text.ts";

/** The id alone on stdout, so that a script has it; the rest for a person. */
export function printAsked(approval: Approval, io: Io): void {
  io.out(`${approval.id}\n`);
  io.err(`${printable(approvalStatus(approval, new Date()))}\n`);
  if (approval.state === "pending") io.err(`Once it is approved: sluice query --approval ${approval.id} …\n`);
}
