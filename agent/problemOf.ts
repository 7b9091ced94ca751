import type { Problem } from "../protocol/messages.ts";

/** The words for a person that a room's error carries, or a plain account of an error nobody foresaw. */
export function problemOf(error: unknown): Problem {
  if (typeof error === "object" && error !== null && "problem" in error && isProblem(error.problem)) {
    return error.problem;
  }
  if (error instanceof Error && "code" in error && error.code === "ENOSPC") {
    return {
      code: "disk-full",
      message: "The disk is full, so nothing can be recorded.",
      action: "Free some space; nothing runs until records can be written again.",
    };
  }
  return {
    code: "internal",
    message: `Something went wrong inside Sluice (${error instanceof Error ? error.name : typeof error}).`,
    action: "Run it again; if it happens again, report it with what you did. Nothing ran outside the rules.",
  };
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === "object" && value !== null && "code" in value && "message" in value && "action" in value
  );
}
