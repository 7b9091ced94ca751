import * as oidc from "openid-client";
import type { ServiceActor, UserActor } from "../../protocol/actor.ts";
import { type IdentityConfig, isLoopback } from "./config.ts";
import { IdentityError, signInCancelled } from "./identityError.ts";
import { listenOnLoopback } from "./loopback.ts";
import type { Provider, Tokens } from "./provider.ts";

/** Who signed in, and the tokens that prove it. */
export interface SignedIn {
  readonly actor: UserActor;
  readonly tokens: Tokens;
}

/** Authorization code with PKCE in the system browser. RFC 8252, RFC 7636. @throws IdentityError */
export async function signInByBrowser(
  provider: Provider,
  openBrowser: (url: string) => Promise<boolean>,
  signal: AbortSignal,
): Promise<SignedIn> {
  const configuration = await provider.configuration();
  const verifier = oidc.randomPKCECodeVerifier();
  const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
  const loopback = await listenOnLoopback(state, signal);
  try {
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: loopback.redirectUri,
      scope: provider.scope,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      nonce,
      prompt: "consent",
    });
    if (!(await openBrowser(url.href))) {
      throw new IdentityError(
        "browser-declined",
        "The browser was not opened.",
        "Sign in again and allow the browser to open.",
      );
    }
    const response = await oidc.authorizationCodeGrant(configuration, await loopback.answer, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    return provider.read(response);
  } catch (error) {
    throw provider.explain(error);
  } finally {
    loopback.close();
  }
}

/** Device authorization where there is no browser. RFC 8628. @throws IdentityError */
export async function signInByDevice(
  provider: Provider,
  show: (userCode: string, verificationUri: string) => void,
  signal: AbortSignal,
): Promise<SignedIn> {
  try {
    const configuration = await provider.configuration();
    const device = await oidc.initiateDeviceAuthorization(configuration, { scope: provider.scope });
    show(device.user_code, device.verification_uri_complete ?? device.verification_uri);
    const response = await oidc.pollDeviceAuthorizationGrant(configuration, device, undefined, { signal });
    return provider.read(response);
  } catch (error) {
    throw signal.aborted ? signInCancelled() : provider.explain(error);
  }
}

/** Which service signed in, and what tells others so. */
export interface SignedInService {
  readonly actor: ServiceActor;
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/**
 * Client credentials of SLUICE_SERVICE_ID and SLUICE_SERVICE_SECRET (RFC 6749, section 4.4). `resource` is whom the
 * token is to be for (RFC 8707); a provider that wants a scope instead is given SLUICE_SERVICE_SCOPE. @throws IdentityError
 */
export async function signInAsService(
  provider: Provider,
  { issuer }: IdentityConfig,
  resource: string | undefined,
): Promise<SignedInService> {
  const { SLUICE_SERVICE_ID: id, SLUICE_SERVICE_SECRET: secret } = process.env;
  if (id === undefined || secret === undefined) {
    throw new IdentityError(
      "no-service-credentials",
      "A service needs credentials of its own.",
      "Set SLUICE_SERVICE_ID and SLUICE_SERVICE_SECRET.",
    );
  }
  try {
    const at = new URL(issuer);
    const configuration = await oidc.discovery(at, id, secret, undefined, {
      execute: isLoopback(at.hostname) ? [oidc.allowInsecureRequests] : [],
    });
    const scope = process.env.SLUICE_SERVICE_SCOPE;
    const response = await oidc.clientCredentialsGrant(configuration, {
      ...(scope === undefined ? {} : { scope }),
      ...(resource === undefined || scope !== undefined ? {} : { resource }),
    });
    const { accessToken, expiresAt } = provider.tokens(response);
    return {
      actor: { kind: "service", subject: id, issuer, name: id, groups: [] },
      accessToken,
      expiresAt,
    };
  } catch (error) {
    throw provider.explain(error);
  }
}
