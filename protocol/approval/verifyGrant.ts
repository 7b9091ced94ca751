import type { NoteKey, VerifyBytes } from "../log/checkpoint.ts";
import { type ApprovalSubject, GRANT, type Grant, grantText, type SignedGrant } from "./approval.ts";
import {
  type AgreementCheck,
  type AgreementForm,
  type ExpectedAgreement,
  verifyAgreement,
} from "./signedAgreement.ts";

const FORM: AgreementForm<Grant> = {
  schema: GRANT,
  text: grantText,
  noun: "a grant",
  over: "it has expired",
};

/** Whether a grant is the collector's own, for exactly this subject and this run, by people other than the requester, and still good. */
export function verifyGrant(
  signed: SignedGrant,
  expected: ExpectedAgreement & { readonly subject: ApprovalSubject; readonly nonce: string },
  key: NoteKey,
  verify: VerifyBytes,
): AgreementCheck<Grant> {
  const differs = ({ subject, nonce }: Grant): string | null => {
    const part = subjectDifference(subject, expected.subject);
    if (part !== null) return `it was given for another ${part}`;
    return nonce === expected.nonce ? null : "it was handed out for another run";
  };
  return verifyAgreement(signed, FORM, expected, differs, { key, verify });
}

/** Which part of two subjects differs, in a word; null where none does. */
export function subjectDifference(one: ApprovalSubject, other: ApprovalSubject): string | null {
  if (one.statement !== other.statement) return "statement";
  if (one.parameters !== other.parameters) return "set of parameters";
  if (one.meaning !== other.meaning) return "meaning: what its names stand for has changed";
  if (one.chain !== other.chain) return "device";
  const { requester, connection } = one;
  if (requester.issuer !== other.requester.issuer || requester.subject !== other.requester.subject)
    return "person";
  const same =
    connection.engine === other.connection.engine &&
    connection.host === other.connection.host &&
    connection.port === other.connection.port &&
    connection.database === other.connection.database &&
    connection.environment === other.connection.environment;
  return same ? null : "connection";
}
