import { z } from "zod";

/** Chosen by a device for its one run under a grant, and kept before it is told to anybody. */
export const REDEMPTION_NONCE = z.string().regex(/^[0-9a-f]{64}$/);

/** What a device signs to be handed a grant. */
export const redemptionText = (log: string, approval: string, chain: string, nonce: string): string =>
  `sluice-redeem-v1\n${log}\n${approval}\n${chain}\n${nonce}\n`;

/**
 * `POST /v1/approvals/:id/redeem`, by the requester, right before the statement runs: answers with a `SIGNED_GRANT` that
 * names the nonce. The same nonce is answered with the same grant, any other is refused: one approval is for one run.
 */
export const REDEMPTION = z.strictObject({
  nonce: REDEMPTION_NONCE,
  /** The device's key that signs this: the first 16 hex of the SHA-256 of it. */
  key: z.string().regex(/^[0-9a-f]{16}$/),
  /** Ed25519 over `redemptionText`. */
  signature: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
});
export type Redemption = z.infer<typeof REDEMPTION>;
