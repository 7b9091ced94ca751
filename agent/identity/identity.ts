import os from "node:os";
import path from "node:path";
import * as oidc from "openid-client";
import {
  type Actor,
  actorName,
  type LocalUserActor,
  type ServiceActor,
  type UserActor,
} from "../../protocol/actor.ts";
import type { IdentityState } from "../../protocol/messages.ts";
import type { IdentityConfig } from "./config.ts";
import { IdentityError } from "./identityError.ts";
import { listenOnLoopback } from "./loopback.ts";
import { Provider, type Tokens } from "./provider.ts";
import type { SecretStore } from "./secretStore.ts";
import { withSessionLock } from "./sessionLock.ts";
import { forgetSession, loadSession, type StoredSession, storeSession } from "./storedSession.ts";

export interface IdentityOptions {
  readonly home: string;
  readonly secrets: SecretStore;
  /** Null where no provider is configured: then, and only then, there may be a local user. */
  readonly config: IdentityConfig | null;
  openBrowser(url: string): Promise<boolean>;
  readonly now?: () => number;
}

/** Refreshed when this share of the lifetime has passed. */
const REFRESH_AT = 0.8;

/** Who asks. Never anonymous: without an actor nothing is judged, recorded or run. */
export class Identity {
  readonly #options: IdentityOptions;
  readonly #provider: Provider | null;
  readonly #now: () => number;
  readonly #listeners = new Set<(state: IdentityState) => void>();
  #state: IdentityState;
  #session: Extract<StoredSession, { kind: "user" }> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #refreshing: Promise<void> | null = null;

  constructor(options: IdentityOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#provider = options.config === null ? null : new Provider(options.config, this.#now);
    this.#state = { kind: "signed_out", providerConfigured: this.#provider !== null };
  }

  /** What is true now: a session past its end is expired even before its timer fires. */
  state(): IdentityState {
    if (
      this.#state.kind === "signed_in" &&
      this.#session !== null &&
      this.#session.expiresAt <= this.#now()
    ) {
      this.#set({ kind: "expired", actor: this.#session.actor, reason: "The session has ended." });
    }
    return this.#state;
  }

  onChange(listener: (state: IdentityState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @throws IdentityError where nobody is signed in, or the session has ended. */
  requireActor(): Actor {
    const state = this.state();
    if (state.kind === "signed_in") return state.actor;
    if (state.kind === "expired") {
      throw new IdentityError(
        "session-expired",
        `The session of ${actorName(state.actor)} has ended: ${state.reason}`,
        "Sign in again.",
      );
    }
    throw new IdentityError(
      "not-signed-in",
      "Nobody is signed in, so nothing runs.",
      state.providerConfigured
        ? "Sign in first (`sluice login`)."
        : "Sign in first, or continue as a local user.",
    );
  }

  /** A short name for the database's own list of sessions. */
  label(): string {
    const state = this.#state;
    return state.kind === "signed_in" ? actorName(state.actor) : "signed-out";
  }

  /** Takes up the session of last time, refreshed where it is due. Never fails: at worst nobody is signed in. */
  async restore(): Promise<void> {
    const stored = await loadSession(this.#options.secrets);
    if (stored === null) return;
    const signedOut = (reason: string): void =>
      this.#set({ kind: "signed_out", providerConfigured: this.#provider !== null, reason });
    if (stored === "unreadable") return signedOut("The stored session could not be read.");
    if (stored.kind === "local_user") {
      if (this.#provider === null) this.#set({ kind: "signed_in", actor: localUser() });
      return;
    }
    const { config } = this.#options;
    if (config === null || stored.issuer !== config.issuer || stored.clientId !== config.clientId) {
      return signedOut("The sign-in provider has changed.");
    }
    this.#adopt(stored);
    if (this.#session !== null && this.#session.expiresAt <= this.#now()) await this.#refresh();
  }

  /** Authorization code with PKCE in the system browser. RFC 8252, RFC 7636. @throws IdentityError */
  async signIn({ signal }: { readonly signal: AbortSignal }): Promise<UserActor> {
    const provider = this.#requireProvider();
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
      if (!(await this.#options.openBrowser(url.href))) {
        throw new IdentityError(
          "browser-declined",
          "The browser was not opened.",
          "Sign in again and allow the browser to open.",
        );
      }
      const answer = await loopback.answer;
      const response = await oidc.authorizationCodeGrant(configuration, answer, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      return await this.#signedIn(provider.read(response));
    } catch (error) {
      throw provider.explain(error);
    } finally {
      loopback.close();
    }
  }

  /** Device authorization where there is no browser. RFC 8628. @throws IdentityError */
  async signInByDevice(options: {
    readonly signal: AbortSignal;
    show(userCode: string, verificationUri: string): void;
  }): Promise<UserActor> {
    const provider = this.#requireProvider();
    try {
      const configuration = await provider.configuration();
      const device = await oidc.initiateDeviceAuthorization(configuration, { scope: provider.scope });
      options.show(device.user_code, device.verification_uri_complete ?? device.verification_uri);
      const response = await oidc.pollDeviceAuthorizationGrant(configuration, device, undefined, {
        signal: options.signal,
      });
      return await this.#signedIn(provider.read(response));
    } catch (error) {
      throw provider.explain(error);
    }
  }

  /** Revokes both tokens at the provider (RFC 7009), then forgets them here whatever the provider said. */
  async signOut(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    this.#stopTimer();
    await forgetSession(this.#options.secrets);
    this.#set({ kind: "signed_out", providerConfigured: this.#provider !== null });
    if (session === null || this.#provider === null) return;
    const configuration = await this.#provider.configuration().catch(() => null);
    if (configuration === null) return;
    for (const token of [session.refreshToken, session.accessToken]) {
      if (token !== undefined) await oidc.tokenRevocation(configuration, token).catch(() => {});
    }
  }

  /** The operating system's account, unverified. @throws IdentityError where a provider is configured. */
  async continueAsLocalUser(): Promise<LocalUserActor> {
    if (this.#provider !== null) {
      throw new IdentityError(
        "provider-configured",
        "A sign-in provider is configured here, so nobody may work unverified.",
        "Sign in with the provider.",
      );
    }
    const actor = localUser();
    await storeSession(this.#options.secrets, { kind: "local_user" });
    this.#set({ kind: "signed_in", actor });
    return actor;
  }

  /** Client credentials of SLUICE_SERVICE_ID and SLUICE_SERVICE_SECRET. @throws IdentityError */
  async requireService(): Promise<ServiceActor> {
    const provider = this.#requireProvider();
    const { SLUICE_SERVICE_ID: id, SLUICE_SERVICE_SECRET: secret } = process.env;
    if (id === undefined || secret === undefined || this.#options.config === null) {
      throw new IdentityError(
        "no-service-credentials",
        "A service needs credentials of its own.",
        "Set SLUICE_SERVICE_ID and SLUICE_SERVICE_SECRET.",
      );
    }
    try {
      const { issuer } = this.#options.config;
      const configuration = await oidc.discovery(new URL(issuer), id, secret, undefined, {
        execute: new URL(issuer).protocol === "http:" ? [oidc.allowInsecureRequests] : [],
      });
      await oidc.clientCredentialsGrant(configuration);
      return { kind: "service", subject: id, issuer, name: id, groups: [] };
    } catch (error) {
      throw provider.explain(error);
    }
  }

  close(): void {
    this.#stopTimer();
    this.#listeners.clear();
  }

  #requireProvider(): Provider {
    if (this.#provider !== null) return this.#provider;
    throw new IdentityError(
      "no-provider",
      "No sign-in provider is configured.",
      "Set the issuer and client id (settings sluice.identity, or config.json), or continue as a local user.",
    );
  }

  async #signedIn({
    actor,
    tokens,
  }: {
    readonly actor: UserActor;
    readonly tokens: Tokens;
  }): Promise<UserActor> {
    const session = this.#stored(actor, tokens);
    await storeSession(this.#options.secrets, session);
    this.#adopt(session);
    return actor;
  }

  #stored(actor: UserActor, tokens: Tokens): Extract<StoredSession, { kind: "user" }> {
    const { config } = this.#options;
    return {
      kind: "user",
      issuer: config?.issuer ?? "",
      clientId: config?.clientId ?? "",
      ...tokens,
      actor: { ...actor, groups: [...actor.groups] },
    };
  }

  #adopt(session: Extract<StoredSession, { kind: "user" }>): void {
    this.#session = session;
    this.#set({ kind: "signed_in", actor: session.actor, expiresAt: session.expiresAt });
    this.#stopTimer();
    const delay = Math.max(0, (session.expiresAt - this.#now()) * REFRESH_AT);
    this.#timer = setTimeout(() => void this.#refresh(), Math.min(delay, 2 ** 31 - 1));
    this.#timer.unref();
  }

  /** New tokens for old ones; whoever is first among the processes that share the session does it for all. */
  #refresh(): Promise<void> {
    this.#refreshing ??= this.#refreshOnce().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #refreshOnce(): Promise<void> {
    const provider = this.#provider;
    const before = this.#session;
    if (provider === null || before === null) return;
    try {
      await withSessionLock(path.join(this.#options.home, "session.lock"), async () => {
        const stored = await loadSession(this.#options.secrets);
        if (stored === null || stored === "unreadable" || stored.kind !== "user") {
          throw new IdentityError(
            "signed-out-elsewhere",
            "You signed out in another window.",
            "Sign in again.",
          );
        }
        if (stored.accessToken !== before.accessToken && stored.expiresAt > this.#now())
          return this.#adopt(stored);
        if (stored.refreshToken === undefined) {
          throw new IdentityError(
            "session-expired",
            "The provider gave no way to extend the session.",
            "Sign in again.",
          );
        }
        const configuration = await provider.configuration();
        const response = await oidc.refreshTokenGrant(configuration, stored.refreshToken);
        const tokens = { ...provider.tokens(response) };
        const actor = response.claims() === undefined ? stored.actor : provider.read(response).actor;
        await this.#signedIn({
          actor,
          tokens: { ...tokens, refreshToken: tokens.refreshToken ?? stored.refreshToken },
        });
      });
    } catch (error) {
      this.#refreshFailed(provider.explain(error), before);
    }
  }

  /** A provider that does not answer leaves the session valid until its own end; a refusal ends it now. */
  #refreshFailed(failure: IdentityError, session: Extract<StoredSession, { kind: "user" }>): void {
    const remaining = session.expiresAt - this.#now();
    if (failure.problem.code === "provider-unreachable" && remaining > 0) {
      this.#stopTimer();
      this.#timer = setTimeout(() => void this.#refresh(), Math.min(remaining, 15_000));
      this.#timer.unref();
      return;
    }
    this.#session = null;
    this.#stopTimer();
    this.#set({ kind: "expired", actor: session.actor, reason: failure.problem.message });
  }

  #set(state: IdentityState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

function localUser(): LocalUserActor {
  return { kind: "local_user", account: os.userInfo().username, host: os.hostname() };
}
