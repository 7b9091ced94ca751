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

export const signInCancelled = (): IdentityError =>
  new IdentityError("sign-in-cancelled", "Signing in was cancelled.", "Sign in when you are ready.");

/** @throws IdentityError */
export function noProvider(): never {
  throw new IdentityError(
    "no-provider",
    "No sign-in provider is configured.",
    "Set the issuer and client id (settings sluice.identity, or config.json), or continue as a local user.",
  );
}
