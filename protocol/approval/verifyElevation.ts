import { canonicalJson } from "../audit/seal.ts";
import type { NoteKey, VerifyBytes } from "../log/checkpoint.ts";
import type { SignedGrant } from "./approval.ts";
import { ELEVATION_GRANT, type ElevationGrant, type ElevationSubject, elevationText } from "./elevation.ts";
import {
  type AgreementCheck,
  type AgreementForm,
  type ExpectedAgreement,
  verifyAgreement,
} from "./signedAgreement.ts";

const FORM: AgreementForm<ElevationGrant> = {
  schema: ELEVATION_GRANT,
  text: elevationText,
  noun: "an elevation",
  over: "it has ended",
};

/**
 * Whether an elevation is the collector's own, for exactly this right, by people other than the requester, and good at
 * this time.
 */
export function verifyElevation(
  signed: SignedGrant,
  expected: ExpectedAgreement & { readonly subject: ElevationSubject },
  key: NoteKey,
  verify: VerifyBytes,
): AgreementCheck<ElevationGrant> {
  const differs = (grant: ElevationGrant): string | null =>
    canonicalJson(grant.subject) === canonicalJson(expected.subject)
      ? null
      : "it was given for another right, connection, person or device";
  return verifyAgreement(signed, FORM, expected, differs, { key, verify });
}
