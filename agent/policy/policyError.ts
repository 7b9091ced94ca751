import type { Problem } from "../../protocol/messages.ts";

/** A policy cannot be used; nothing runs under a policy nobody understands. */
export class PolicyError extends Error {
  readonly problem: Problem;
  constructor(file: string, detail: string, action = "Correct the policy; until then nothing runs.") {
    super(`${file}: ${detail}`);
    this.name = "PolicyError";
    this.problem = {
      code: "policy-invalid",
      message: `The policy ${file} cannot be used: ${detail}.`,
      action,
    };
  }
}
