import { z } from "zod";
import { type Sha256, sha256 } from "../ids.ts";
import { COLLECTOR_BODIES } from "./bodies/collectorBodies.ts";
import { DEVICE_BODIES } from "./bodies/deviceBodies.ts";
import { PROGRAM_BODIES } from "./bodies/programBodies.ts";

/** Points at one record: enough for an auditor to find it and to prove it is the one meant. */
export interface RecordRef {
  readonly seq: number;
  readonly hash: Sha256;
}

export const RECORD_BODY = z.discriminatedUnion("kind", [
  ...DEVICE_BODIES,
  ...PROGRAM_BODIES,
  ...COLLECTOR_BODIES,
]);
export type RecordBody = z.infer<typeof RECORD_BODY>;
export type IntentBody = Extract<RecordBody, { kind: "intent" }>;
/** What was judged, whatever came of it. */
export type JudgedBody = Extract<RecordBody, { kind: "intent" | "refused" }>;
export type LabelCorrectedBody = Extract<RecordBody, { kind: "label_corrected" }>;
export type RecordedConnection = IntentBody["connection"];
export type OutcomeBody = Extract<RecordBody, { kind: "outcome" }>;

export const RECORD = z.object({
  v: z.literal(1),
  /** From 1, without holes. */
  seq: z.number().int().positive(),
  /** ISO 8601, UTC, milliseconds. */
  at: z.iso.datetime({ precision: 3 }),
  /** Hash of the record before; 64 zeros for the first. */
  prev: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .transform(sha256),
  /** First 16 hex of the SHA-256 of the signing key's raw public key. */
  key: z.string(),
  body: RECORD_BODY,
});
export type AuditRecord = z.infer<typeof RECORD>;

/** A record as it is kept and sent: the exact bytes that were hashed and signed, beside both. */
export interface SealedRecord {
  readonly seq: number;
  /** RFC 8785 canonical JSON. */
  readonly canonical: string;
  readonly hash: Sha256;
  /** Ed25519 over the domain-separated canonical bytes, base64. */
  readonly signature: string;
}

export const GENESIS: Sha256 = sha256("0".repeat(64));
