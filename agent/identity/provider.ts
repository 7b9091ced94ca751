import * as oidc from "openid-client";
import type { UserActor } from "../../protocol/actor.ts";
import type { IdentityConfig } from "./config.ts";
import { isLoopback } from "./config.ts";
import { IdentityError } from "./identityError.ts";

/** Token lifetimes are minutes: a clock further off than this breaks them, and the person should know. */
const CLOCK_TOLERANCE_S = 120;

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** Tells others who this is: the collector takes it. */
  readonly idToken: string | undefined;
  /** Milliseconds since 1970, by this machine's clock. */
  readonly expiresAt: number;
}

/** The OpenID provider, discovered when first needed. */
export class Provider {
  readonly #config: IdentityConfig;
  readonly #now: () => number;
  #discovered: Promise<oidc.Configuration> | null = null;
  /** Provider's clock minus ours at its last answer, milliseconds. */
  #skew = 0;

  constructor(config: IdentityConfig, now: () => number) {
    this.#config = config;
    this.#now = now;
  }

  get scope(): string {
    return (this.#config.scopes ?? ["openid", "profile", "email", "groups", "offline_access"]).join(" ");
  }

  /** @throws IdentityError where the provider cannot be reached. */
  configuration(): Promise<oidc.Configuration> {
    this.#discovered ??= this.#discover().catch((error: unknown) => {
      this.#discovered = null;
      throw this.explain(error);
    });
    return this.#discovered;
  }

  /** Actor and tokens out of a token response whose id token has been validated. */
  read(response: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers): {
    actor: UserActor;
    tokens: Tokens;
  } {
    const claims = response.claims();
    if (claims === undefined) {
      throw new IdentityError(
        "no-id-token",
        "The provider gave no id token.",
        "Ask its administrator to allow the scope openid for this client.",
      );
    }
    return { actor: actorOf(claims, this.#config.groupsClaim ?? "groups"), tokens: this.tokens(response) };
  }

  tokens(response: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers): Tokens {
    return {
      accessToken: response.access_token,
      refreshToken: response.refresh_token,
      idToken: response.id_token,
      expiresAt: this.#now() + (response.expiresIn() ?? 300) * 1000,
    };
  }

  /** What a failed exchange means, a clock that is off before anything else. */
  explain(error: unknown): IdentityError {
    if (error instanceof IdentityError) return error;
    const minutes = Math.round(Math.abs(this.#skew) / 60_000);
    if (Math.abs(this.#skew) > CLOCK_TOLERANCE_S * 1000) {
      return new IdentityError(
        "clock-off",
        `This machine's clock is ${minutes} minutes ${this.#skew > 0 ? "behind" : "ahead of"} the sign-in provider's, so its tokens cannot be checked.`,
        "Set the clock (turn on automatic time) and sign in again.",
        error,
      );
    }
    if (error instanceof oidc.ResponseBodyError || error instanceof oidc.AuthorizationResponseError) {
      const denied = error.error === "access_denied";
      return new IdentityError(
        denied ? "sign-in-declined" : "sign-in-refused",
        denied
          ? "Signing in was declined."
          : `The provider refused: ${error.error_description ?? error.error}.`,
        "Sign in again; if it is refused again, ask whoever runs the provider.",
        error,
      );
    }
    if (isNetworkFailure(error)) {
      return new IdentityError(
        "provider-unreachable",
        `The sign-in provider ${this.#config.issuer} does not answer.`,
        "Check the network or VPN and try again; nothing runs without a session.",
        error,
      );
    }
    const detail = error instanceof Error ? error.message : String(error);
    return new IdentityError(
      "sign-in-failed",
      `Signing in did not work: ${detail}.`,
      "Sign in again.",
      error,
    );
  }

  async #discover(): Promise<oidc.Configuration> {
    const issuer = new URL(this.#config.issuer);
    const configuration = await oidc.discovery(
      issuer,
      this.#config.clientId,
      { [oidc.clockTolerance]: CLOCK_TOLERANCE_S },
      oidc.None(),
      {
        execute: isLoopback(issuer.hostname) ? [oidc.allowInsecureRequests] : [],
        [oidc.customFetch]: (url, options) => this.#fetch(url, options),
      },
    );
    configuration[oidc.customFetch] = (url, options) => this.#fetch(url, options);
    return configuration;
  }

  async #fetch(url: string, options: oidc.CustomFetchOptions): Promise<Response> {
    const { body, signal, ...rest } = options;
    const response = await fetch(url, {
      ...rest,
      ...(body == null ? {} : { body: body instanceof Uint8Array ? Buffer.from(body) : body }),
      ...(signal === undefined ? {} : { signal }),
    });
    const date = Date.parse(response.headers.get("date") ?? "");
    if (!Number.isNaN(date)) this.#skew = date - this.#now();
    if (Math.abs(this.#skew) > CLOCK_TOLERANCE_S * 1000) throw this.explain(new Error("clock"));
    return response;
  }
}

function actorOf(claims: oidc.IDToken, groupsClaim: string): UserActor {
  const groups = claims[groupsClaim];
  const text = (value: unknown): string | undefined =>
    typeof value === "string" && value !== "" ? value : undefined;
  const email = text(claims.email);
  return {
    kind: "user",
    subject: claims.sub,
    issuer: claims.iss,
    name: text(claims.name) ?? text(claims.preferred_username) ?? email ?? claims.sub,
    ...(email === undefined ? {} : { email }),
    groups: Array.isArray(groups)
      ? groups.map(String)
      : typeof groups === "string"
        ? groups.split(/[\s,]+/).filter(Boolean)
        : [],
  };
}

function isNetworkFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.name === "TimeoutError" ||
    error.message === "fetch failed" ||
    (error.cause !== undefined && isNetworkFailure(error.cause))
  );
}
