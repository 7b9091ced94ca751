import { z } from "zod";
import { parseCanonical } from "../audit/seal.ts";
import { sha256 } from "../ids.ts";
import { fromBase64 } from "../log/base64.ts";
import type { NoteKey, VerifyBytes } from "../log/checkpoint.ts";
import type { HashBytes } from "../log/merkle.ts";
import { CENTRAL_POLICY, type CentralPolicy } from "./centralPolicy.ts";

/** The policy a collector gives to every agent. */

const HASH = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform(sha256);

/** What the collector stands for now: this version, until then. */
const LEASE = z.object({
  v: z.literal(1),
  /** 0 where nothing was ever published. */
  version: z.number().int().nonnegative(),
  /** SHA-256 of the policy's canonical text; 64 zeros for none. */
  hash: HASH,
  /** ISO 8601. */
  issuedAt: z.string(),
  validUntil: z.string(),
  /** The one that agents judge by beside it, and enforce nothing of. */
  observed: z.object({ version: z.number().int().positive(), hash: HASH }).exactOptional(),
});
export type PolicyLease = z.infer<typeof LEASE>;

/** `GET /v1/policy`, for everybody who is signed in. */
export const POLICY_ANSWER = z.object({
  /** RFC 8785 canonical JSON of the policy; null for none. */
  policy: z.string().nullable(),
  /** RFC 8785 canonical JSON of the observed one. */
  observed: z.string().exactOptional(),
  /** RFC 8785 canonical JSON of the lease. */
  lease: z.string(),
  /** Ed25519 by the log key over `leaseText`, base64. */
  signature: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
});
export type PolicyAnswer = z.infer<typeof POLICY_ANSWER>;

export const leaseText = (log: string, canonical: string): string => `sluice-policy-v1\n${log}\n${canonical}`;

export const NO_POLICY = sha256("0".repeat(64));

/** Judged by beside the one in force; null where its text is not what was signed. */
export interface ObservedText {
  readonly version: number;
  readonly policy: CentralPolicy | null;
}

export type PolicyCheck =
  | {
      readonly kind: "valid";
      readonly policy: CentralPolicy | null;
      readonly observed: ObservedText | null;
      readonly lease: PolicyLease;
    }
  /** `why` ends the sentence "The collector's policy is refused: …". */
  | { readonly kind: "invalid"; readonly why: string };

const invalid = (why: string): PolicyCheck => ({ kind: "invalid", why });

/** Whether an answer is the collector's own, whole, and no older than one that was seen. Says nothing of time. */
export function checkPolicyAnswer(
  answer: PolicyAnswer,
  seenVersion: number,
  key: NoteKey,
  sha256Bytes: HashBytes,
  verify: VerifyBytes,
): PolicyCheck {
  const utf8 = new TextEncoder();
  const signature = fromBase64(answer.signature);
  if (signature === null || !verify(key.publicKey, utf8.encode(leaseText(key.name, answer.lease)), signature))
    return invalid("it is not signed by the collector");
  const lease = parseCanonical(answer.lease, LEASE);
  if (lease === null) return invalid("it is not in the form of a lease");
  if (lease.version < seenVersion)
    return invalid(`it is version ${lease.version}, and version ${seenVersion} was in force before`);
  const read = (text: string, signed: { readonly version: number; readonly hash: string }) => {
    const policy = parseCanonical(text, CENTRAL_POLICY);
    return hexOf(sha256Bytes(utf8.encode(text))) === signed.hash && policy?.version === signed.version
      ? policy
      : null;
  };
  // Whatever is wrong with what is only observed, work goes on under what is in force.
  const observed =
    lease.observed === undefined
      ? null
      : { version: lease.observed.version, policy: read(answer.observed ?? "", lease.observed) };
  if (answer.policy === null) {
    return lease.version === 0 && lease.hash === NO_POLICY
      ? { kind: "valid", policy: null, observed, lease }
      : invalid("its text is missing");
  }
  const policy = read(answer.policy, lease);
  if (policy === null) return invalid("its text is another than was signed");
  return { kind: "valid", policy, observed, lease };
}

const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
