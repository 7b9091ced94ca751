import type { Problem } from "../protocol/messages.ts";

/** Nobody can be asked, or this cannot be asked for. */
export class ApprovalError extends Error {
  readonly problem: Problem;
  constructor(code: string, message: string, action: string) {
    super(message);
    this.name = "ApprovalError";
    this.problem = { code, message, action };
  }
}
