import { z } from "zod";

const TEXT = z.string().max(500_000);

/** What an administrator publishes, under a number of its own. */
export const CENTRAL_POLICY = z.object({
  /** From 1; a number is of one text only, and a later text has a higher one. */
  version: z.number().int().positive(),
  /** Cedar policies; may permit and forbid. */
  cedar: TEXT,
  /** As `guardrails.yaml`; empty for none. */
  guardrails: TEXT,
  /** As `labels.yaml`; empty for none. */
  labels: TEXT,
  /** How long an agent may go on without asking again. */
  validHours: z
    .number()
    .positive()
    .max(24 * 90),
  comment: z.string().min(1).max(2_000),
});
export type CentralPolicy = z.infer<typeof CENTRAL_POLICY>;
