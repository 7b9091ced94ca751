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
  const state =
    typeof error === "object" && error !== null && "sqlstate" in error ? error.sqlstate : undefined;
  if (typeof state === "string") return refusedBy(state);
  return {
    code: "internal",
    message: `Something went wrong inside Sluice (${error instanceof Error ? error.name : typeof error}).`,
    action: "Run it again; if it happens again, report it with what you did. Nothing ran outside the rules.",
  };
}

/** What a server answered to the agent's own questions; its words may hold values and stay here. */
function refusedBy(state: string): Problem {
  const [said, action] = ANSWERS[state] ?? [
    `it answered with ${state}`,
    "Look up that code in the database's manual, mend it there, and run it again.",
  ];
  return {
    code: "database-refused",
    message: `The database would not do what Sluice asked of it: ${said}.`,
    action,
  };
}

const SLOW = [
  "it took longer than this role may",
  "Raise the role's statement_timeout to a few seconds, or connect with another role.",
] as const;
const CROWDED = [
  "this role has no connection left",
  "Close other connections, or raise the limit of the role: Sluice needs two.",
] as const;
const ANSWERS: Readonly<Record<string, readonly [said: string, action: string]>> = {
  "57014": SLOW,
  "25P03": SLOW,
  "53300": CROWDED,
  "42501": [
    "this role may not",
    "Grant the role what it needs to read the catalog and the tables, or connect with another.",
  ],
};

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === "object" && value !== null && "code" in value && "message" in value && "action" in value
  );
}
