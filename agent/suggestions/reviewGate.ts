import { canonicalJson } from "../../protocol/audit/seal.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { Decision, Finding } from "../../protocol/decision.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { type ReviewState, SUGGESTION_UNDECIDED } from "../../protocol/suggestion/suggestion.ts";
import { approvalConnection, hashOf, meaningOf } from "../approvals/approvalOrder.ts";
import type { Permitted } from "../approvals/useGrant.ts";
import type { Judged, JudgeRequest } from "../judge.ts";
import type { Policy } from "../policy/policy.ts";
import { changesSomething, type Origin } from "../suggest/originOf.ts";
import type { FoundDecision } from "../suggest/suggestionStore.ts";

/** What somebody has agreed to is looked at anew on the next working day. */
const GOOD_FOR_MS = 12 * 3_600_000;

/** What a review is bound to beside the text: what it does, and what of it is shown how. */
export function reviewedMeaning({ facts, decision }: Judged): Sha256 {
  return hashOf(
    canonicalJson({
      meaning: facts === null ? null : meaningOf(facts),
      columns: decision.columns.map(({ name, mask, sources }) => ({ name, mask, sources: [...sources] })),
    }),
  );
}

/** The database a decision is for. */
export const reviewedConnection = (profile: ConnectionProfile): Sha256 =>
  hashOf(canonicalJson({ id: profile.id, ...approvalConnection(profile) }));

/** What was decided last for this text on this database. */
export const lastDecision = (
  { decisions }: Origin,
  profile: ConnectionProfile,
): FoundDecision | undefined => {
  const connection = reviewedConnection(profile);
  return decisions.find((decision) => decision.connection === connection);
};

/** Whether what a model wrote may run as it was judged now. */
export function reviewState(
  origin: Origin,
  judged: Judged,
  { actor, session }: Pick<JudgeRequest, "actor" | "session">,
  policy: Policy,
): ReviewState {
  const { profile } = session.database;
  const effect = judged.facts?.effect ?? "unknown";
  if (policy.allowsOfSuggestion("unreviewed", actor, profile, { effect, sensitive: judged.touchesSensitive }))
    return "free";
  const here = lastDecision(origin, profile);
  if (here === undefined) return "undecided";
  if (here.decision === "reject") return "rejected";
  // Agreed to once, a change is made once.
  if (here.used && changesSomething(judged.facts)) return "undecided";
  const holds = Date.now() - here.at < GOOD_FOR_MS && here.meaning === reviewedMeaning(judged);
  return holds ? "approved" : "undecided";
}

/**
 * What may run, held against who wrote it: a model's statement runs once a person has agreed to this very text. What
 * changes data takes that agreement with it.
 */
export function reviewed(
  request: JudgeRequest & { readonly origin?: Origin },
  permitted: Permitted,
  policy: Policy,
): Permitted {
  const { origin } = request;
  const { judged } = permitted;
  if (origin === undefined || judged.decision.verdict !== "allow") return permitted;
  const state = reviewState(origin, judged, request, policy);
  if (state === "free") return permitted;
  const here = lastDecision(origin, request.session.database.profile);
  if (state === "approved" && here !== undefined) {
    if (!changesSomething(judged.facts) || origin.use(here.id)) return permitted;
  }
  const message =
    state === "rejected"
      ? "A model wrote this statement, and you rejected it."
      : here?.decision === "run"
        ? "A model wrote this statement; what you agreed to has run, was another, or is too long ago."
        : "A model wrote this statement, and nobody has looked at this very text here.";
  const { start, end } = judged.report;
  const finding: Finding = {
    rule: "suggestion-review",
    severity: "error",
    message,
    verdict: "deny",
    start,
    end,
  };
  const decision: Decision = {
    ...judged.decision,
    verdict: "deny",
    reason: message,
    findings: [...judged.decision.findings, finding],
  };
  return {
    judged: { ...judged, decision, report: { ...judged.report, decision } },
    problem: {
      code: SUGGESTION_UNDECIDED,
      message,
      action: "Review it in the editor: it says what it would do, and whether that is what was asked.",
    },
  };
}
