import type { ApprovalSubject, Grant } from "../protocol/approval/approval.ts";
import type { AgreementCheck as GrantCheck } from "../protocol/approval/signedAgreement.ts";
import { subjectDifference, verifyGrant } from "../protocol/approval/verifyGrant.ts";
import type { Decision } from "../protocol/decision.ts";
import type { Sha256 } from "../protocol/ids.ts";
import type { Problem } from "../protocol/messages.ts";
import { verifyBytes } from "../protocol/node/crypto.ts";
import { approvalSubject } from "./approvalOrder.ts";
import type { AskedGrant, HeldGrant } from "./approvals.ts";
import type { Judged, JudgeRequest } from "./judge.ts";
import type { Agreed } from "./recorder.ts";

/** Whether a grant was had for a statement: it was not asked for, or not for this, or here it is. */
export type HandedOut =
  | { readonly kind: "none" }
  | { readonly kind: "not_for_this"; readonly why: string }
  | { readonly kind: "held"; readonly held: HeldGrant };

/**
 * The grant, handed out for this run, where the statement needs one and is what it was asked for. It is handed out once,
 * so only right before the statement runs, and where nothing that is known here speaks against it.
 * @throws CollectorError, LedgerError, ApprovalError
 */
export async function handedOut(
  request: JudgeRequest & { readonly grant?: AskedGrant },
  judged: Judged,
): Promise<HandedOut> {
  const { grant } = request;
  if (grant === undefined || judged.decision.verdict !== "approve") return { kind: "none" };
  const subject = subjectOf(request, judged, grant.subject.chain);
  if (subject === null) return { kind: "not_for_this", why: NOBODY };
  const part = subjectDifference(grant.subject, subject);
  if (part !== null) return { kind: "not_for_this", why: `it was given for another ${part}` };
  return { kind: "held", held: await grant.redeem() };
}

const NOBODY = "nobody can agree to this";

function subjectOf(request: JudgeRequest, { facts }: Judged, chain: Sha256): ApprovalSubject | null {
  const { profile } = request.session.database;
  return facts === null
    ? null
    : approvalSubject({ ...request, text: request.statement.text, profile }, facts, chain);
}

/** Whether the grant is for exactly this statement, as it was judged now: by this person, here, on this device. */
function checkGrant(held: HeldGrant, request: JudgeRequest, judged: Judged): GrantCheck<Grant> {
  const subject = subjectOf(request, judged, held.chain);
  if (subject === null) return { kind: "invalid", why: NOBODY };
  const expected = {
    subject,
    shown: held.shown,
    nonce: held.nonce,
    group: judged.decision.approvers ?? "",
    needed: judged.decision.approvalsNeeded ?? 1,
    now: new Date(),
  };
  const check = verifyGrant(held.signed, expected, held.key, verifyBytes);
  return check.kind === "valid" && check.grant.id !== held.id
    ? { kind: "invalid", why: "it is of another request" }
    : check;
}

/** The decision with what others have agreed to: it may run, and change as many rows as they were told. */
function granted(judged: Judged, mayAffect: number | null, approvers: readonly string[]): Judged {
  const { maxAffectedRows, ...obligations } = judged.decision.obligations;
  const limit = mayAffect ?? maxAffectedRows;
  const names = approvers.join(" and ");
  const decision: Decision = {
    ...judged.decision,
    verdict: "allow",
    reason: `Approved by ${names}.`,
    obligations: { ...obligations, ...(limit === undefined ? {} : { maxAffectedRows: limit }) },
  };
  return { ...judged, decision, report: { ...judged.report, decision } };
}

/** What may run, and by whose agreement. */
export interface Permitted {
  readonly judged: Judged;
  /** Used up by the intent. */
  readonly grant?: Agreed;
  /** Why a grant that was given does not help. */
  readonly problem?: Problem;
}

/** Whether the person a program works for has agreed to this. */
export type AgreementCheck = (
  judged: Judged,
) => { readonly kind: "valid"; readonly agreed: Agreed } | { readonly kind: "invalid"; readonly why: string };

function agreed(check: ReturnType<AgreementCheck>, judged: Judged): Permitted {
  if (check.kind === "valid")
    return { judged: granted(judged, null, check.agreed.approvers), grant: check.agreed };
  const message = `The approval cannot be used: ${check.why}.`;
  return {
    judged,
    problem: {
      code: "approval-invalid",
      message,
      action: "Run it without, and wait for the person's answer.",
    },
  };
}

/** What needs approval runs under a grant for exactly this; what policy denies, under none. */
export function permitted(
  request: JudgeRequest & { readonly agreement?: AgreementCheck },
  judged: Judged,
  handed: HandedOut,
): Permitted {
  const { agreement } = request;
  if (judged.decision.verdict !== "approve") return { judged };
  if (agreement !== undefined) return agreed(agreement(judged), judged);
  if (handed.kind === "none") return { judged };
  const check: GrantCheck<Grant> =
    handed.kind === "held" ? checkGrant(handed.held, request, judged) : { kind: "invalid", why: handed.why };
  if (check.kind === "valid") {
    const { id, approvers } = check.grant;
    const names = approvers.map(({ name }) => name);
    return { judged: granted(judged, check.grant.maxAffectedRows, names), grant: { id, approvers: names } };
  }
  const message = `The approval cannot be used: ${check.why}.`;
  return {
    judged,
    problem: { code: "approval-invalid", message, action: "Ask for approval of it as it is now." },
  };
}
