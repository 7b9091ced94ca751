import { parseCanonical } from "../audit/seal.ts";
import { fromBase64 } from "../log/base64.ts";
import type { NoteKey, VerifyBytes } from "../log/checkpoint.ts";
import { type ApprovalSubject, GRANT, type Grant, grantText, type SignedGrant } from "./approval.ts";

export type GrantCheck =
  | { readonly kind: "valid"; readonly grant: Grant }
  /** `why` ends the sentence "The approval cannot be used: …". */
  | { readonly kind: "invalid"; readonly why: string };

const invalid = (why: string): GrantCheck => ({ kind: "invalid", why });

/**
 * Whether a grant is the collector's own, for exactly this subject, by people other than the requester, and still good.
 * `log` is the pinned log's key, by whose name the grant is bound to that collector.
 */
export function verifyGrant(
  signed: SignedGrant,
  expected: {
    readonly subject: ApprovalSubject;
    readonly group: string;
    readonly needed: number;
    readonly now: Date;
  },
  key: NoteKey,
  verify: VerifyBytes,
): GrantCheck {
  const signature = fromBase64(signed.signature);
  const text = new TextEncoder().encode(grantText(key.name, signed.canonical));
  if (signature === null || !verify(key.publicKey, text, signature))
    return invalid("its signature is not the collector's");
  const grant = parseCanonical(signed.canonical, GRANT);
  if (grant === null) return invalid("it is not in the form of a grant");
  // Also where the time cannot be read.
  if (!(Date.parse(grant.notAfter) > expected.now.getTime())) return invalid("it has expired");
  const differs = difference(grant.subject, expected.subject);
  if (differs !== null) return invalid(`it was given for another ${differs}`);
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

/** Which part of two subjects differs, in a word; null where none does. */
function difference(one: ApprovalSubject, other: ApprovalSubject): string | null {
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
