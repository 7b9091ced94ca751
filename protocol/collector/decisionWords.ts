import type { RecordDecision } from "./search.ts";

const DECISIONS: Readonly<Record<RecordDecision["kind"], string>> = {
  allowed: "Allowed",
  approved: "Approved, ran",
  held: "Held for approval",
  blocked: "Blocked",
  unapproved: "Ran without approval",
};

/** What was decided of a statement, with who agreed. */
export const decisionText = (decision: RecordDecision): string =>
  decision.kind === "approved" && decision.by.length > 0
    ? `Approved by ${decision.by.join(" and ")}, ran`
    : DECISIONS[decision.kind];

/** The name of a decision as one searches for it. */
export const decisionName = (kind: string): string =>
  Object.entries(DECISIONS).find(([known]) => known === kind)?.[1] ?? kind;
