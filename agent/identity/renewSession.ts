import * as oidc from "openid-client";
import { IdentityError } from "./identityError.ts";
import { withProcessLock } from "./processLock.ts";
import type { Provider } from "./provider.ts";
import type { SecretStore } from "./secretStore.ts";
import { loadSession, storeSession, type UserSession } from "./storedSession.ts";

/**
 * New tokens for old ones. Whoever is first among the processes that share the session does it for all; the others
 * take what it stored.
 * @throws IdentityError, or the provider's error for `Provider.explain`, where the session cannot go on.
 */
export function renewSession(options: {
  readonly provider: Provider;
  readonly secrets: SecretStore;
  readonly lockFile: string;
  readonly before: UserSession;
  readonly now: () => number;
}): Promise<UserSession> {
  const { provider, secrets, before } = options;
  return withProcessLock(options.lockFile, async () => {
    const stored = await storedSession(secrets);
    if (stored.accessToken !== before.accessToken && stored.expiresAt > options.now()) return stored;
    if (stored.refreshToken === undefined) {
      throw new IdentityError(
        "session-expired",
        "The provider gave no way to extend the session.",
        "Sign in again.",
      );
    }
    const configuration = await provider.configuration();
    const response = await oidc.refreshTokenGrant(configuration, stored.refreshToken);
    const tokens = provider.tokens(response);
    const actor = response.claims() === undefined ? stored.actor : provider.read(response).actor;
    const renewed: UserSession = {
      ...stored,
      ...tokens,
      refreshToken: tokens.refreshToken ?? stored.refreshToken,
      idToken: tokens.idToken ?? stored.idToken,
      actor: { ...actor, groups: [...actor.groups] },
    };
    try {
      await storedSession(secrets);
    } catch (error) {
      // Signed out meanwhile: the tokens that just came must not outlive that.
      await revokeSession(configuration, renewed);
      throw error;
    }
    await storeSession(secrets, renewed);
    return renewed;
  });
}

/** Revokes both tokens at the provider, as far as it answers. RFC 7009 */
export async function revokeSession(configuration: oidc.Configuration, session: UserSession): Promise<void> {
  for (const token of [session.refreshToken, session.accessToken]) {
    if (token !== undefined) await oidc.tokenRevocation(configuration, token).catch(() => {});
  }
}

async function storedSession(secrets: SecretStore): Promise<UserSession> {
  const stored = await loadSession(secrets);
  if (stored !== null && stored !== "unreadable" && stored.kind === "user") return stored;
  throw new IdentityError("signed-out-elsewhere", "You signed out in another window.", "Sign in again.");
}
