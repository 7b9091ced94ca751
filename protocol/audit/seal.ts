import canonicalize from "canonicalize";
import type { ZodType } from "zod";
import { type Sha256, sha256 } from "../ids.ts";
import type { AuditRecord, SealedRecord } from "./record.ts";

/** The primitives a record rests on, given by the platform: node:crypto in the agent and the collector. */
export interface Digest {
  /** SHA-256 in lower-case hex. */
  sha256(text: string | Uint8Array): string;
}
export interface Signer {
  /** First 16 hex of the SHA-256 of the raw public key. */
  readonly keyId: string;
  /** Raw Ed25519 public key (32 bytes), base64. */
  readonly publicKey: string;
  /** Ed25519 signature, base64. */
  sign(text: string): string;
}
export interface Verifier extends Digest {
  verify(publicKey: string, text: string, signature: string): boolean;
}

/** What is signed: the domain separates these signatures from any other use of the key. */
export const signedText = (canonical: string): string => `sluice-record-v1\n${canonical}`;

/** Canonical JSON of RFC 8785. @throws where the value has no JSON form. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("This value has no canonical JSON form.");
  return text;
}

/** What a canonical text says, by its schema; null where it is anything else, or not in canonical form. */
export function parseCanonical<T>(canonical: string, schema: ZodType<T>): T | null {
  try {
    const value: unknown = JSON.parse(canonical);
    const parsed = schema.safeParse(value);
    return parsed.success && canonicalJson(value) === canonical ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Hashes and signs a record. */
export function seal(record: AuditRecord, signer: Signer, digest: Digest): SealedRecord {
  const canonical = canonicalJson(record);
  const hash: Sha256 = sha256(digest.sha256(canonical));
  return { seq: record.seq, canonical, hash, signature: signer.sign(signedText(canonical)) };
}
