import { z } from "zod";
import { sha256 } from "../ids.ts";

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

/** `GET /v1/retention`, for auditors. Times are ISO 8601. */
export interface RetentionOverview {
  /** Null: everything is kept. */
  readonly days: number | null;
  readonly dropped: number;
  /** Latest time of what was dropped. */
  readonly droppedTo: string | null;
  readonly holds: readonly {
    readonly id: string;
    readonly scope: {
      readonly actor: string | null;
      readonly connection: string | null;
      readonly column: string | null;
      readonly from: string | null;
      readonly to: string | null;
    };
    readonly setAt: string;
    readonly liftedAt: string | null;
    readonly setBy: string;
    readonly reason: string;
  }[];
}
