import type { SignInSettings } from "../../protocol/collector/search.ts";

/** What survives the way to the provider and back. No token is ever kept outside of memory. */
interface Pending {
  readonly state: string;
  readonly verifier: string;
  /** Where in the console the person was. */
  readonly hash: string;
}

interface TokenAnswer {
  readonly id_token?: string;
  readonly refresh_token?: string;
}

const KEY = "sluice.signIn";
const EARLY_MS = 60_000;

/** Why somebody was not signed in, in words for them. */
export class SignInError extends Error {}

/** Goes to the provider: authorization code with PKCE, as a client without a secret. */
export async function beginSignIn(settings: SignInSettings): Promise<void> {
  const pending: Pending = { state: random(), verifier: random(), hash: location.hash };
  sessionStorage.setItem(KEY, JSON.stringify(pending));
  const address = new URL(settings.authorizationEndpoint);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(pending.verifier));
  for (const [name, value] of Object.entries({
    client_id: settings.clientId,
    response_type: "code",
    redirect_uri: redirectUri(),
    scope: "openid profile email groups",
    state: pending.state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: "S256",
  }))
    address.searchParams.set(name, value);
  location.assign(address);
}

/** Back from the provider: the session, or null where nobody comes from there. @throws SignInError */
export async function finishSignIn(settings: SignInSettings): Promise<SignedIn | null> {
  const answer = new URLSearchParams(location.search);
  const [state, code, error] = [answer.get("state"), answer.get("code"), answer.get("error")];
  if (state === null) return null;
  const pending = takePending();
  history.replaceState(null, "", `${location.pathname}${pending?.hash ?? ""}`);
  if (pending === null || pending.state !== state)
    throw new SignInError("This sign-in was not begun in this tab. Sign in again.");
  // Another provider's answer must not be taken for this one's (RFC 9207).
  const issuer = answer.get("iss");
  if (issuer !== null && issuer !== settings.issuer)
    throw new SignInError("The answer comes from another provider. Sign in again.");
  if (code === null)
    throw new SignInError(`The provider did not sign you in (${error ?? "no reason given"}). Sign in again.`);
  const tokens = await tokensFor(settings, {
    grant_type: "authorization_code",
    code,
    redirect_uri: redirectUri(),
    code_verifier: pending.verifier,
  });
  return new SignedIn(settings, tokens);
}

/** Somebody's tokens, in memory alone: closing or reloading the page forgets them. */
export class SignedIn {
  readonly #settings: SignInSettings;
  #idToken: string;
  #refreshToken: string | null;
  #renewing: Promise<void> | null = null;

  constructor(settings: SignInSettings, tokens: TokenAnswer) {
    if (tokens.id_token === undefined)
      throw new SignInError("The provider gave no id token. Tell whoever runs it.");
    this.#settings = settings;
    this.#idToken = tokens.id_token;
    this.#refreshToken = tokens.refresh_token ?? null;
  }

  /** A token that has not ended, renewed where the provider allows it. */
  async token(): Promise<string> {
    if (endOf(this.#idToken) - Date.now() < EARLY_MS && this.#refreshToken !== null) {
      this.#renewing ??= this.#renew(this.#refreshToken).finally(() => {
        this.#renewing = null;
      });
      await this.#renewing;
    }
    return this.#idToken;
  }

  async #renew(refreshToken: string): Promise<void> {
    try {
      const tokens = await tokensFor(this.#settings, {
        grant_type: "refresh_token",
        refresh_token: refreshToken,
      });
      this.#idToken = tokens.id_token ?? this.#idToken;
      this.#refreshToken = tokens.refresh_token ?? refreshToken;
    } catch {
      // The collector refuses the old token, and the person signs in again.
      this.#refreshToken = null;
    }
  }
}

async function tokensFor(
  { tokenEndpoint, clientId }: SignInSettings,
  fields: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const response = await fetch(tokenEndpoint, {
    method: "POST",
    body: new URLSearchParams({ client_id: clientId, ...fields }),
    credentials: "omit",
    referrerPolicy: "no-referrer",
  }).catch(() => {
    throw new SignInError(
      "The provider's token endpoint does not answer this page. It has to allow requests from the collector's address.",
    );
  });
  if (!response.ok) throw new SignInError("The provider did not accept the sign-in. Sign in again.");
  return response.json();
}

/** The address that has to be registered with the provider: the console's own. */
const redirectUri = (): string => `${location.origin}/`;

function takePending(): Pending | null {
  const text = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return text === null ? null : JSON.parse(text);
}

/** When a token ends, in milliseconds; the collector checks it, this only tells when to renew. */
function endOf(token: string): number {
  try {
    const payload = atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/"));
    const { exp }: { exp?: number } = JSON.parse(payload);
    return (exp ?? 0) * 1000;
  } catch {
    return 0;
  }
}

const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
