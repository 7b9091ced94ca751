import { z } from "zod";
import { sha256 } from "../ids.ts";

/** Most records in one answer. */
export const RECORD_PAGE_LIMIT = 500;
/** About so many characters of text are in one answer; a longer record comes by itself. */
export const RECORD_PAGE_CHARACTERS = 4 * 1024 * 1024;

/**
 * `GET /v1/devices/:chain/records?from=&limit=`, for auditors and the chain's owner: its records from `from` on, in order. None
 * where the chain ends before. An answer may hold fewer than asked for.
 */
export const RECORD_PAGE = z.object({
  records: z
    .array(
      z.object({
        seq: z.number().int().positive(),
        /** Null where the text was dropped. */
        canonical: z.string().nullable(),
        hash: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .transform(sha256),
        signature: z.string(),
        /** Place of its leaf in the log. */
        index: z.number().int().nonnegative(),
      }),
    )
    .max(RECORD_PAGE_LIMIT)
    .readonly(),
});
export type RecordPage = z.infer<typeof RECORD_PAGE>;
