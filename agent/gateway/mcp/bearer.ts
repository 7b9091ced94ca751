import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { z } from "zod";
import type { LocalUserActor, ServiceActor, UserActor } from "../../../protocol/actor.ts";
import { callerKind } from "../../../protocol/callerKind.ts";
import { TOKEN_ALGORITHMS, TOKEN_CLOCK_TOLERANCE_S, TOKEN_DISCOVERY } from "../../../protocol/tokenRules.ts";
import { shownName } from "./clientName.ts";

/** Whose token came with a request. */
export interface Bearer {
  readonly person: UserActor | LocalUserActor | ServiceActor;
  /** The program that acts for the person, where the token proves it. */
  readonly acting: string | null;
  /** Seconds since 1970. */
  readonly expires: number;
}

export interface BearerRules {
  readonly issuer: string;
  /** Whom tokens have to be for: this server, by its address or as the provider calls it. */
  readonly audience: string;
  readonly groupsClaim: string;
}

/** A request without a token that is good here. */
export class BearerError extends Error {
  /** As RFC 6750 names it; null where there was no token at all. */
  readonly code: "invalid_token" | "provider_unreachable" | null;
  constructor(code: BearerError["code"], message: string) {
    super(message);
    this.name = "BearerError";
    this.code = code;
  }
}

const ACT = z.object({ sub: z.string().min(1) });

/** Tells who somebody is by the provider's keys. */
export class Bearers {
  readonly #rules: BearerRules;
  #keys: Promise<JWTVerifyGetKey> | null = null;

  constructor(rules: BearerRules) {
    this.#rules = rules;
  }

  /** @throws BearerError */
  async read(authorization: string | undefined): Promise<Bearer> {
    const token = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) throw new BearerError(null, "There is no token in the request.");
    const { issuer, audience, groupsClaim } = this.#rules;
    const keys = await this.#providerKeys();
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: [...TOKEN_ALGORITHMS],
        requiredClaims: ["sub", "exp"],
        clockTolerance: TOKEN_CLOCK_TOLERANCE_S,
      }));
    } catch (error) {
      throw refusal(error);
    }
    return bearerOf(payload, issuer, groupsClaim);
  }

  #providerKeys(): Promise<JWTVerifyGetKey> {
    this.#keys ??= discover(this.#rules.issuer).catch((error: unknown) => {
      this.#keys = null;
      throw error;
    });
    return this.#keys;
  }
}

function bearerOf(payload: JWTPayload, issuer: string, groupsClaim: string): Bearer {
  const { sub = "", exp = 0 } = payload;
  const text = (value: unknown): string | undefined =>
    typeof value === "string" && value !== "" ? value : undefined;
  const said = payload[groupsClaim];
  const groups = Array.isArray(said) ? said.map(String) : [];
  const kind = callerKind(payload);
  const act = ACT.safeParse(payload.act);
  if (kind === "service")
    return {
      person: { kind: "service", subject: sub, issuer, name: shownName(sub), groups },
      acting: null,
      expires: exp,
    };
  if (kind === "delegate" && !act.success)
    throw new BearerError("invalid_token", "The token says that a program acts, and not which.");
  const email = text(payload.email);
  const name = text(payload.name) ?? text(payload.preferred_username) ?? email ?? sub;
  return {
    person: { kind: "user", subject: sub, issuer, name, ...(email === undefined ? {} : { email }), groups },
    acting: act.success ? shownName(act.data.sub) : null,
    expires: exp,
  };
}

function refusal(error: unknown): BearerError {
  if (error instanceof errors.JWTExpired) return new BearerError("invalid_token", "The token has expired.");
  if (error instanceof errors.JWTClaimValidationFailed)
    return new BearerError(
      "invalid_token",
      `The token is not for this server: its claim "${error.claim}" is wrong.`,
    );
  // jose says "generic" where the provider's keys could not be had.
  if (
    !(error instanceof errors.JOSEError) ||
    error.code === "ERR_JOSE_GENERIC" ||
    error.code === "ERR_JWKS_TIMEOUT"
  )
    return unreachable();
  return new BearerError("invalid_token", "The token is not signed by the provider.");
}

const unreachable = (): BearerError =>
  new BearerError(
    "provider_unreachable",
    "The sign-in provider does not answer, so no token can be checked.",
  );

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  try {
    const answer = await fetch(`${issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(10_000),
    });
    const found = TOKEN_DISCOVERY.parse(await answer.json());
    if (found.issuer !== issuer) throw new Error("another issuer");
    return createRemoteJWKSet(new URL(found.jwks_uri));
  } catch {
    throw unreachable();
  }
}
