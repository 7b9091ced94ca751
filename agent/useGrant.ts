import type { Grant } from "../protocol/approval/approval.ts";
import type { AgreementCheck } from "../protocol/approval/signedAgreement.ts";
import { verifyGrant } from "../protocol/approval/verifyGrant.ts";
import type { Decision } from "../protocol/decision.ts";
import type { Problem } from "../protocol/messages.ts";
import { verifyBytes } from "../protocol/node/crypto.ts";
import { approvalSubject } from "./approvalOrder.ts";
import type { HeldGrant } from "./approvals.ts";
import type { Judged, JudgeRequest } from "./judge.ts";

/** Whether the grant is for exactly this statement, as it was judged now: by this person, here, on this device. */
function checkGrant(held: HeldGrant, request: JudgeRequest, judged: Judged): AgreementCheck<Grant> {
  const { facts, decision } = judged;
  const { profile } = request.session.database;
  const subject =
    facts === null
      ? null
      : approvalSubject({ text: request.statement.text, actor: request.actor, profile }, facts, held.chain);
  if (subject === null) return { kind: "invalid", why: "nobody can agree to this" };
  const expected = {
    subject,
    group: decision.approvers ?? "",
    needed: decision.approvalsNeeded ?? 1,
    now: new Date(),
  };
  return verifyGrant(held.signed, expected, held.key, verifyBytes);
}

/** The decision with what others have agreed to: it may run, and change as many rows as they were told. */
function granted(judged: Judged, grant: Grant): Judged {
  const { maxAffectedRows, ...obligations } = judged.decision.obligations;
  const limit = grant.maxAffectedRows ?? maxAffectedRows;
  const names = grant.approvers.map(({ name }) => name).join(" and ");
  const decision: Decision = {
    ...judged.decision,
    verdict: "allow",
    reason: `Approved by ${names}.`,
    obligations: { ...obligations, ...(limit === undefined ? {} : { maxAffectedRows: limit }) },
  };
  return { ...judged, decision, report: { ...judged.report, decision } };
}

interface Permitted {
  readonly judged: Judged;
  /** Used up by the intent. */
  readonly grant?: Grant;
  /** Why a grant that was given does not help. */
  readonly problem?: Problem;
}

/** What needs approval runs under a grant for exactly this; what policy denies, under none. */
export function permitted(request: JudgeRequest & { readonly grant?: HeldGrant }, judged: Judged): Permitted {
  const { grant: held } = request;
  if (held === undefined || judged.decision.verdict !== "approve") return { judged };
  const check = checkGrant(held, request, judged);
  if (check.kind === "valid") return { judged: granted(judged, check.grant), grant: check.grant };
  const message = `The approval cannot be used: ${check.why}.`;
  return {
    judged,
    problem: { code: "approval-invalid", message, action: "Ask for approval of it as it is now." },
  };
}
