import * as oidc from "openid-client";
import { listenOnLoopback } from "../../agent/identity/loopback.ts";
import { completeLogin } from "../../scripts/demo/browserless.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";

const INSECURE = { execute: [oidc.allowInsecureRequests] };

/** A person's access token for a server, by the provider's own pages. */
export async function personToken(
  provider: DemoProvider,
  login: string,
  resource: string,
  password = `${login}-demo`,
): Promise<string> {
  const configuration = await oidc.discovery(
    new URL(provider.issuer),
    provider.clientId,
    undefined,
    oidc.None(),
    INSECURE,
  );
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const loopback = await listenOnLoopback(state, new AbortController().signal);
  try {
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: loopback.redirectUri,
      scope: "openid",
      resource,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
    });
    await completeLogin(url.href, { login, password });
    const answer = await oidc.authorizationCodeGrant(
      configuration,
      await loopback.answer,
      { pkceCodeVerifier: verifier, expectedState: state, idTokenExpected: true },
      { resource },
    );
    return answer.access_token;
  } finally {
    loopback.close();
  }
}

/** A service's, by client credentials. */
export async function serviceToken(provider: DemoProvider, resource: string): Promise<string> {
  const { clientId, clientSecret } = provider.service;
  const configuration = await oidc.discovery(
    new URL(provider.issuer),
    clientId,
    clientSecret,
    undefined,
    INSECURE,
  );
  return (await oidc.clientCredentialsGrant(configuration, { resource })).access_token;
}
