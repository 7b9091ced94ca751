import type { Problem } from "../protocol/messages.ts";

const REQUEST_CANCELLED = -32_800;

/** A failure whose `Problem` is known on this side already. */
export class ProblemError extends Error {
  readonly data: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.name = "ProblemError";
    this.data = problem;
  }
}

/** The `Problem` an agent's error carries, or one that says what is known of any other error. */
export function problemOf(error: unknown): Problem {
  if (typeof error === "object" && error !== null && "data" in error && isProblem(error.data)) {
    return error.data;
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: "unexpected",
    message: /[.!?]$/.test(message) ? message : `${message}.`,
    action: "Look into the log (Sluice: Show Log) and try again.",
  };
}

/** Whether a request ended because the person cancelled it. */
export const isCancelled = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === REQUEST_CANCELLED;

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === "object" &&
    value !== null &&
    "code" in value &&
    typeof value.code === "string" &&
    "message" in value &&
    typeof value.message === "string" &&
    "action" in value &&
    typeof value.action === "string"
  );
}
