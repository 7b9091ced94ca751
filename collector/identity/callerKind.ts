import type { JWTPayload } from "jose";

/**
 * `person`: signed in themselves. `service`: a program with credentials of its own. `delegate`: a program that acts for
 * the person whom its token names.
 */
export type CallerKind = "person" | "service" | "delegate";

/** Claims by which providers name the client that a token was given to. */
const CLIENT_CLAIMS = ["client_id", "azp", "cid", "appid"] as const;

/** Whose token this is, by what the usual providers say of client credentials (RFC 9068, RFC 8693 and their own ways). */
export function callerKind(payload: JWTPayload): CallerKind {
  if (payload.act !== undefined && payload.act !== null) return "delegate";
  const { sub } = payload;
  const service =
    CLIENT_CLAIMS.some((claim) => payload[claim] === sub) ||
    payload.gty === "client-credentials" ||
    payload.idtyp === "app" ||
    // Entra ID gives an application's token the application's own object as its subject.
    (payload.oid !== undefined && payload.oid === sub) ||
    (typeof payload.preferred_username === "string" &&
      payload.preferred_username.startsWith("service-account-"));
  return service ? "service" : "person";
}
