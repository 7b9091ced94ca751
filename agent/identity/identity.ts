import path from "node:path";
import {
  type Actor,
  actorName,
  type LocalUserActor,
  type ServiceActor,
  type UserActor,
} from "../../protocol/actor.ts";
import type { IdentityState } from "../../protocol/messages.ts";
import type { IdentityConfig } from "./config.ts";
import { IdentityError, noProvider } from "./identityError.ts";
import type { IdentityOptions } from "./identityOptions.ts";
import { localUser } from "./localUser.ts";
import { Provider, type Tokens } from "./provider.ts";
import { renewSession, revokeSession } from "./renewSession.ts";
import {
  type SignedIn,
  type SignedInService,
  signInAsService,
  signInByBrowser,
  signInByDevice,
} from "./signInFlows.ts";
import { forgetSession, loadSession, storeSession, type UserSession } from "./storedSession.ts";

/** Refreshed when this share of the lifetime has passed. */
const REFRESH_AT = 0.8;
const RETRY_MS = 15_000;

/** Who asks. Never anonymous: without an actor nothing is judged, recorded or run. */
export class Identity {
  readonly #options: IdentityOptions;
  readonly #provider: Provider | null;
  readonly #now: () => number;
  readonly #listeners = new Set<(state: IdentityState) => void>();
  readonly #leaving = new Set<() => Promise<void>>();
  #state: IdentityState;
  #session: UserSession | null = null;
  /** In memory alone. */
  #service: SignedInService | null = null;
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

  /** `work` is done when somebody signs out, while they can still prove who they are. It must not take long. */
  beforeSignOut(work: () => Promise<void>): void {
    this.#leaving.add(work);
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

  /** What proves to others who is signed in here, as long as the session lasts; null otherwise. */
  proof(): { readonly subject: string; readonly idToken: string } | null {
    const session = this.state().kind === "signed_in" ? this.#session : null;
    if (session?.idToken === undefined) return null;
    return { subject: session.actor.subject, idToken: session.idToken };
  }

  /** The provider people sign in with; null where none is configured. */
  get config(): IdentityConfig | null {
    return this.#options.config;
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

  /** In the system browser. @throws IdentityError */
  async signIn({ signal }: { readonly signal: AbortSignal }): Promise<UserActor> {
    const openBrowser = (url: string): Promise<boolean> => this.#options.openBrowser(url);
    return this.#signedIn(await signInByBrowser(this.#requireProvider(), openBrowser, signal));
  }

  /** With a code on another device. @throws IdentityError */
  async signInByDevice(options: {
    readonly signal: AbortSignal;
    show(userCode: string, verificationUri: string): void;
  }): Promise<UserActor> {
    const show = (code: string, uri: string): void => options.show(code, uri);
    return this.#signedIn(await signInByDevice(this.#requireProvider(), show, options.signal));
  }

  /** Revokes both tokens at the provider (RFC 7009), then forgets them here whatever the provider said. */
  async signOut(): Promise<void> {
    await Promise.allSettled([...this.#leaving].map((work) => work()));
    const session = this.#session;
    this.#session = null;
    this.#stopTimer();
    await forgetSession(this.#options.secrets);
    this.#set({ kind: "signed_out", providerConfigured: this.#provider !== null });
    if (session === null || this.#provider === null) return;
    const configuration = await this.#provider.configuration().catch(() => null);
    if (configuration !== null) await revokeSession(configuration, session);
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

  /** The service whose credentials the environment holds. @throws IdentityError */
  async requireService(): Promise<ServiceActor> {
    const provider = this.#requireProvider();
    const { config, resource } = this.#options;
    this.#service = config === null ? noProvider() : await signInAsService(provider, config, resource);
    return this.#service.actor;
  }

  /** What the service that works here is known by to others, as long as that is good; null where none does. */
  serviceToken(): string | null {
    const service = this.#service;
    return service === null || service.expiresAt <= this.#now() ? null : service.accessToken;
  }

  close(): void {
    this.#stopTimer();
    this.#listeners.clear();
    this.#leaving.clear();
  }

  #requireProvider(): Provider {
    return this.#provider ?? noProvider();
  }

  async #signedIn({ actor, tokens }: SignedIn): Promise<UserActor> {
    const session = this.#stored(actor, tokens);
    await storeSession(this.#options.secrets, session);
    this.#adopt(session);
    return actor;
  }

  #stored(actor: UserActor, tokens: Tokens): UserSession {
    const { config } = this.#options;
    return {
      kind: "user",
      issuer: config?.issuer ?? "",
      clientId: config?.clientId ?? "",
      ...tokens,
      actor: { ...actor, groups: [...actor.groups] },
    };
  }

  #adopt(session: UserSession): void {
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
      const renewed = await renewSession({
        provider,
        before,
        secrets: this.#options.secrets,
        lockFile: path.join(this.#options.home, "session.lock"),
        now: this.#now,
      });
      if (this.#session === before) this.#adopt(renewed);
    } catch (error) {
      if (this.#session === before) this.#refreshFailed(provider.explain(error), before);
    }
  }

  /**
   * A refusal ends the session. A provider that does not answer leaves it valid until its own end, and is asked again
   * also after that: a machine that wakes up without its network goes on where it was.
   */
  #refreshFailed(failure: IdentityError, session: UserSession): void {
    const expired: IdentityState = {
      kind: "expired",
      actor: session.actor,
      reason: failure.problem.message,
    };
    this.#stopTimer();
    if (failure.problem.code === "provider-unreachable") {
      const retry = this.#options.retryMs ?? RETRY_MS;
      const remaining = session.expiresAt - this.#now();
      this.#timer = setTimeout(
        () => void this.#refresh(),
        remaining > 0 ? Math.min(remaining, retry) : retry,
      );
      this.#timer.unref();
      if (remaining <= 0) this.#set(expired);
      return;
    }
    this.#session = null;
    this.#set(expired);
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
