import { z } from "zod";

/** Most characters of what a device shows against a collector. */
export const DISPUTE_CHARACTERS = 48 * 1024;

/**
 * `POST /v1/devices/:chain/dispute`, signed by the device as a batch of records is: what the collector showed it does not
 * go together. Whoever runs the collector may not know that its store was set back, or that somebody stands in between.
 */
export const DISPUTE = z.strictObject({
  /** Ends a sentence that begins with the collector's address. */
  what: z.string().min(1).max(1_000),
  /** JSON: what it had shown before, and what it shows. */
  evidence: z.string().max(DISPUTE_CHARACTERS),
});
export type Dispute = z.infer<typeof DISPUTE>;

export const DISPUTE_TAKEN = z.object({ kept: z.literal(true) });
