import type { Problem } from "../../protocol/messages.ts";

/** Nobody can be asked, or this cannot be asked for. */
export class ApprovalError extends Error {
  readonly problem: Problem;
  constructor(code: string, message: string, action: string) {
    super(message);
    this.name = "ApprovalError";
    this.problem = { code, message, action };
  }
}

/** What the collector took down is not what was sent. */
export const changedOnTheWay = (): ApprovalError =>
  new ApprovalError(
    "approval-changed",
    "The collector took down something else than this machine asked for: something between the two changes what is sent. Whatever is agreed to, nothing will run under it.",
    "Withdraw the request, check the collector's address and any proxy on the way, and tell whoever runs the collector.",
  );

/** Nothing says here what others were shown, so their agreement cannot be held against it. */
export const notAskedHere = (): ApprovalError =>
  new ApprovalError(
    "approval-not-asked-here",
    "This machine has no record of what it asked for under this approval, so it cannot tell what those who agreed were shown.",
    "Ask for approval of the statement again, on this machine.",
  );
