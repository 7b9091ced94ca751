import { z } from "zod";
import { sha256 } from "../ids.ts";
import { HOLD_SCOPE } from "../retention/holdScope.ts";

const SHA256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform(sha256);

/** Most records in one answer. */
export const EVIDENCE_PAGE_LIMIT = 200;

/**
 * `GET /v1/retention/evidence?from=`, for everybody who is signed in: what the collector's own chains say of their keys
 * and of texts that were dropped, in the order of the log, from that place on. Auditors are shown holds as well.
 */
export const EVIDENCE_PAGE = z.object({
  records: z
    .array(
      z.object({
        chain: SHA256,
        seq: z.number().int().positive(),
        canonical: z.string(),
        hash: SHA256,
        signature: z.string(),
        index: z.number().int().nonnegative(),
      }),
    )
    .readonly(),
  /** Whether holds are among them. */
  holds: z.boolean(),
  /** Place to go on from; null at the end. */
  next: z.number().int().nullable(),
});
export type EvidencePage = z.infer<typeof EVIDENCE_PAGE>;

/** A legal hold as auditors and administrators see it. Times are ISO 8601. */
export const RETENTION_HOLD = z.object({
  id: z.string(),
  scope: HOLD_SCOPE,
  /** What the actor it is about went by last; the identity where nothing is recorded of them. */
  actorName: z.string().nullable(),
  setAt: z.string(),
  setBy: z.string(),
  reason: z.string(),
  /** Null while it is in force. */
  liftedAt: z.string().nullable(),
  liftedBy: z.string().nullable(),
  liftReason: z.string().nullable(),
});
export type RetentionHold = z.infer<typeof RETENTION_HOLD>;

/** `GET /v1/retention`, for auditors. */
export const RETENTION_OVERVIEW = z.object({
  /** Null: everything is kept. */
  days: z.number().nullable(),
  /** Texts, so far. */
  dropped: z.number(),
  /** Latest time of what was dropped. */
  droppedTo: z.string().nullable(),
  /** The next record that is looked at: there is none, it is not old yet, or it is old and came then. */
  next: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("nothing") }),
    z.object({ kind: z.literal("waits"), until: z.string() }),
    z.object({ kind: z.literal("at_work"), at: z.string() }),
  ]),
  /** When the first record came that was kept although it is old; null for none. */
  keptFrom: z.string().nullable(),
  /** Newest first, with those that were lifted. */
  holds: z.array(RETENTION_HOLD).readonly(),
});
export type RetentionOverview = z.infer<typeof RETENTION_OVERVIEW>;
