import type { ApprovalSubject, Grant } from "../../protocol/approval/approval.ts";
import { ITS_PERSON } from "../../protocol/approval/itsPerson.ts";
import type { AgreementCheck as GrantCheck } from "../../protocol/approval/signedAgreement.ts";
import { subjectDifference, verifyGrant } from "../../protocol/approval/verifyGrant.ts";
import type { Decision } from "../../protocol/decision.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { Problem } from "../../protocol/messages.ts";
import { verifyBytes } from "../../protocol/node/crypto.ts";
import type { Judged, JudgeRequest } from "../judge.ts";
import type { Agreed } from "../recorder.ts";
import { questionSubject } from "./agreementSubject.ts";
import { approvalSubject } from "./approvalOrder.ts";
import type { AskedGrant, HeldGrant } from "./approvals.ts";

/** Whether a grant was had for a statement: it was not asked for, or not for this, or here it is. */
export type HandedOut =
  | { readonly kind: "none" }
  | { readonly kind: "not_for_this"; readonly why: string }
  | { readonly kind: "held"; readonly held: HeldGrant; readonly asks: AskedGrant["asks"] };

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
  if (grant.asks === "person" && judged.decision.personAgrees !== true)
    return { kind: "not_for_this", why: NOT_ENOUGH };
  const subject = subjectOf(request, judged, { asks: grant.asks, chain: grant.subject.chain });
  if (subject === null) return { kind: "not_for_this", why: NOBODY };
  const part = subjectDifference(grant.subject, subject);
  if (part !== null) return { kind: "not_for_this", why: `it was given for another ${part}` };
  return { kind: "held", held: await grant.redeem(), asks: grant.asks };
}

const NOBODY = "nobody can agree to this";
const NOT_ENOUGH = "a person is not enough for this";

function subjectOf(
  request: JudgeRequest,
  judged: Judged,
  { asks, chain }: { readonly asks: AskedGrant["asks"]; readonly chain: Sha256 },
): ApprovalSubject | null {
  if (asks === "person") return questionSubject(request, judged, chain);
  const { profile } = request.session.database;
  const { facts } = judged;
  return facts === null
    ? null
    : approvalSubject({ ...request, text: request.statement.text, profile }, facts, chain);
}

/** Whether the grant is for exactly this statement, as it was judged now: by this person, here, on this device. */
function checkGrant(
  { held, asks }: Extract<HandedOut, { kind: "held" }>,
  request: JudgeRequest,
  judged: Judged,
): GrantCheck<Grant> {
  const { decision } = judged;
  const { shown, nonce, chain } = held;
  if (asks === "person" && decision.personAgrees !== true) return { kind: "invalid", why: NOT_ENOUGH };
  const subject = subjectOf(request, judged, { asks, chain });
  if (subject === null) return { kind: "invalid", why: NOBODY };
  const who =
    asks === "person"
      ? { group: ITS_PERSON, needed: 1, person: subject.requester }
      : { group: decision.approvers ?? "", needed: decision.approvalsNeeded ?? 1 };
  const expected = { subject, shown, nonce, ...who, now: new Date() };
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
    handed.kind === "held" ? checkGrant(handed, request, judged) : { kind: "invalid", why: handed.why };
  if (check.kind === "valid") {
    const { id, approvers } = check.grant;
    const names = approvers.map(({ name }) => name);
    const usedAs = handed.kind === "held" ? handed.held.usedAs : id;
    const grant = { id: usedAs, approvers: names };
    return { judged: granted(judged, check.grant.maxAffectedRows, names), grant };
  }
  const message = `The approval cannot be used: ${check.why}.`;
  return {
    judged,
    problem: { code: "approval-invalid", message, action: "Ask for approval of it as it is now." },
  };
}
