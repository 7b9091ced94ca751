import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { callerKind, isGivenTo } from "../../protocol/callerKind.ts";
import { TOKEN_ALGORITHMS, TOKEN_CLOCK_TOLERANCE_S, TOKEN_DISCOVERY } from "../../protocol/tokenRules.ts";
import { Refusal } from "../refusal.ts";
import type { Caller, Role } from "./caller.ts";

export interface TokenRules {
  readonly issuer: string;
  /** Whom tokens have to be for. */
  readonly audience: string;
  /** The client people sign in with. */
  readonly clientId: string;
  readonly groupsClaim: string;
  /** Groups whose members have a role. */
  readonly roles: Readonly<Record<Exclude<Role, "member">, readonly string[]>>;
}

/** Tells who somebody is by the provider's keys. */
export class Tokens {
  readonly #rules: TokenRules;
  readonly #audiences: string[];
  #keys: Promise<JWTVerifyGetKey> | null = null;

  constructor(rules: TokenRules) {
    this.#rules = rules;
    this.#audiences = [rules.audience];
  }

  /** Tokens may also be for this address: it is what services name as the resource they want one for (RFC 8707). */
  alsoFor(address: string): void {
    this.#audiences.push(address.replace(/\/+$/, ""));
  }

  /** @throws Refusal */
  async caller(authorization: string | undefined): Promise<Caller> {
    const token = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) throw unauthorized("There is no token in the request.");
    return this.#read(await this.#verify(token));
  }

  async #verify(token: string): Promise<JWTPayload> {
    const keys = await this.#providerKeys();
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: this.#rules.issuer,
        audience: this.#audiences,
        algorithms: [...TOKEN_ALGORITHMS],
        requiredClaims: ["sub", "exp"],
        clockTolerance: TOKEN_CLOCK_TOLERANCE_S,
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw unauthorized("The token has expired.");
      if (error instanceof errors.JWTClaimValidationFailed)
        throw unauthorized(`The token is not for this collector: its claim "${error.claim}" is wrong.`);
      // jose says "generic" where the provider's keys could not be had.
      if (
        !(error instanceof errors.JOSEError) ||
        error.code === "ERR_JOSE_GENERIC" ||
        error.code === "ERR_JWKS_TIMEOUT"
      )
        throw noProvider();
      throw unauthorized("The token is not signed by the provider.");
    }
  }

  #providerKeys(): Promise<JWTVerifyGetKey> {
    this.#keys ??= discover(this.#rules.issuer).catch((error: unknown) => {
      this.#keys = null;
      throw error;
    });
    return this.#keys;
  }

  #read(payload: JWTPayload): Caller {
    const { issuer, clientId, groupsClaim, roles } = this.#rules;
    const text = (claim: string): string | null => {
      const value = payload[claim];
      return typeof value === "string" && value !== "" ? value : null;
    };
    const claimed = payload[groupsClaim];
    const groups = Array.isArray(claimed) ? claimed.filter((group) => typeof group === "string") : [];
    const held = (["approver", "auditor", "admin"] as const).filter((role) =>
      roles[role].some((group) => groups.includes(group)),
    );
    const subject = text("sub");
    if (subject === null) throw unauthorized("The token names nobody.");
    const kind = callerKind(payload);
    return {
      kind,
      signedIn: kind === "person" && isGivenTo(payload, clientId),
      issuer,
      subject,
      name: text("name") ?? text("email") ?? subject,
      email: text("email"),
      groups,
      roles: new Set<Role>(["member", ...held]),
    };
  }
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  try {
    const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const response = await fetch(address, { signal: AbortSignal.timeout(10_000), redirect: "error" });
    const told = TOKEN_DISCOVERY.parse(await response.json());
    if (told.issuer !== issuer) throw new Error("The provider calls itself by another name.");
    return createRemoteJWKSet(new URL(told.jwks_uri), { timeoutDuration: 10_000 });
  } catch {
    throw noProvider();
  }
}

const unauthorized = (message: string): Refusal =>
  new Refusal("unauthorized", message, "Sign in again and send the new token as a bearer token.");

const noProvider = (): Refusal =>
  new Refusal(
    "unavailable",
    "The sign-in provider does not answer, so nobody can be recognised.",
    "Try again; if it stays so, tell whoever runs the collector. Records are taken meanwhile.",
  );
