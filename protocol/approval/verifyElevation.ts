import { canonicalJson, parseCanonical } from "../audit/seal.ts";
import { fromBase64 } from "../log/base64.ts";
import type { NoteKey, VerifyBytes } from "../log/checkpoint.ts";
import type { SignedGrant } from "./approval.ts";
import { ELEVATION_GRANT, type ElevationGrant, type ElevationSubject, elevationText } from "./elevation.ts";

export type ElevationCheck =
  | { readonly kind: "valid"; readonly grant: ElevationGrant }
  /** `why` ends the sentence "The elevation cannot be used: …". */
  | { readonly kind: "invalid"; readonly why: string };

const invalid = (why: string): ElevationCheck => ({ kind: "invalid", why });

/**
 * Whether an elevation is the collector's own, for exactly this right, by people other than the requester, and good at
 * this time. `log` is the pinned log's key, by whose name it is bound to that collector.
 */
export function verifyElevation(
  signed: SignedGrant,
  expected: {
    readonly subject: ElevationSubject;
    readonly group: string;
    readonly needed: number;
    readonly now: Date;
  },
  key: NoteKey,
  verify: VerifyBytes,
): ElevationCheck {
  const signature = fromBase64(signed.signature);
  const text = new TextEncoder().encode(elevationText(key.name, signed.canonical));
  if (signature === null || !verify(key.publicKey, text, signature))
    return invalid("its signature is not the collector's");
  const grant = parseCanonical(signed.canonical, ELEVATION_GRANT);
  if (grant === null) return invalid("it is not in the form of an elevation");
  const now = expected.now.getTime();
  if (!(Date.parse(grant.notAfter) > now)) return invalid("it has ended");
  if (canonicalJson(grant.subject) !== canonicalJson(expected.subject))
    return invalid("it was given for another right, connection, person or device");
  if (grant.group !== expected.group)
    return invalid(`it is of ${grant.group}, and ${expected.group} has to agree`);
  const { requester } = grant.subject;
  const people = new Set(
    grant.approvers
      .filter(({ issuer, subject }) => issuer !== requester.issuer || subject !== requester.subject)
      .map(({ issuer, subject }) => JSON.stringify([issuer, subject])),
  );
  return people.size < expected.needed
    ? invalid(`${expected.needed} people other than the requester have to agree`)
    : { kind: "valid", grant };
}
