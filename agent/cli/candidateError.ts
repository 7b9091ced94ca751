import type { Problem } from "../../protocol/messages.ts";

/** A policy that somebody wants to publish, observe or try cannot be used. */
export class CandidateError extends Error {
  readonly problem: Problem;

  constructor(cause: Error & { readonly problem: Problem }) {
    super(cause.message, { cause });
    this.name = "CandidateError";
    this.problem = {
      ...cause.problem,
      action: "Correct the file. Nothing was changed: what is in force goes on.",
    };
  }
}
