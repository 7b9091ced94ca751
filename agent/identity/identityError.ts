import type { Problem } from "../../protocol/messages.ts";

/** Nobody is signed in, or signing in did not work. `problem` is for a person. */
export class IdentityError extends Error {
  readonly problem: Problem;
  constructor(code: string, message: string, action: string, cause?: unknown) {
    super(message, { cause });
    this.name = "IdentityError";
    this.problem = { code, message, action };
  }
}
