import { z } from "zod";

const PLACE = z.number().int().positive();

/** Records of one chain whose texts were dropped. */
export const DROPPED_CHAIN = z.object({
  chain: z.string(),
  /** In order, both ends included. */
  places: z.array(z.object({ from: PLACE, to: PLACE })).readonly(),
  /** Hex: 32 zero bytes; then, for each leaf in order, the SHA-256 of what was there before and the leaf's hash. */
  digest: z.string(),
});
export type DroppedChain = z.infer<typeof DROPPED_CHAIN>;
