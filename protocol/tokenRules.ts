import { z } from "zod";

/** How tokens of a provider may be signed. Public keys only: no secret is shared with it, so no HMAC, and never "none". */
export const TOKEN_ALGORITHMS: readonly string[] = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];

/** So far may the clocks of a provider and of who reads its tokens differ. */
export const TOKEN_CLOCK_TOLERANCE_S = 60;

/** What is read of a provider's `.well-known/openid-configuration` to verify its tokens. */
export const TOKEN_DISCOVERY = z.object({ issuer: z.string(), jwks_uri: z.url() });
