/** Claims of a token that was verified. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * `person`: signed in themselves. `service`: a program with credentials of its own. `delegate`: a program that acts for
 * the person whom its token names.
 */
export type CallerKind = "person" | "service" | "delegate";

/** Claims by which providers name the client that a token was given to. */
const CLIENT_CLAIMS = ["client_id", "azp", "cid", "appid"] as const;

/** Whose token this is, by what the usual providers say of client credentials (RFC 9068, RFC 8693 and their own ways). */
export function callerKind(payload: Claims): CallerKind {
  if (payload.act !== undefined && payload.act !== null) return "delegate";
  const { sub } = payload;
  const service =
    CLIENT_CLAIMS.some((claim) => payload[claim] === sub) ||
    payload.gty === "client-credentials" ||
    payload.idtyp === "app" ||
    (payload.oid !== undefined && payload.oid === sub && !namesPerson(payload)) ||
    (typeof payload.preferred_username === "string" &&
      payload.preferred_username.startsWith("service-account-"));
  return service ? "service" : "person";
}

/** Whether a token was given to this client and to no other, as far as the usual providers say. */
export function isGivenTo(payload: Claims, clientId: string): boolean {
  const named = CLIENT_CLAIMS.flatMap((claim) => payload[claim] ?? []);
  if (named.length > 0) return named.every((client) => client === clientId);
  const { aud } = payload;
  return Array.isArray(aud) ? aud.length === 1 && aud[0] === clientId : aud === clientId;
}

/**
 * Entra ID gives an application's token the application's own object as its subject. Its kind for customers does so for
 * people as well, whose tokens tell how and when they signed in.
 */
const namesPerson = (payload: Claims): boolean =>
  ["auth_time", "nonce", "scp", "name", "preferred_username"].some((claim) => payload[claim] !== undefined);
