import { z } from "zod";

/** What a legal hold covers: everything that fulfils all of what is given. Nothing given is everything there is. */
export const HOLD_SCOPE = z.object({
  /** An actor's identity; programs that act for the person count as well. */
  actor: z.string().nullable(),
  /** Name of a connection. */
  connection: z.string().nullable(),
  /** `schema.table.column`, or `schema.table` for every column of it. */
  column: z.string().nullable(),
  /** Times, both included. */
  from: z.string().nullable(),
  to: z.string().nullable(),
});
export type HoldScope = z.infer<typeof HOLD_SCOPE>;
