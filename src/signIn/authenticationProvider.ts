import * as vscode from "vscode";
import { type Actor, actorName } from "../../protocol/actor.ts";
import type { IdentityState } from "../../protocol/messages.ts";
import type { Identity } from "./identity.ts";
import { signInWithProgress } from "./signInCommands.ts";

const PROVIDER = "sluice";
/** A request to sign in is settled by a session of the same scopes, and the editor compares no empty list. */
const SCOPES = ["query"];

/** Puts the person's sign-in into the Accounts menu. Tokens stay with the agent: a session here has none. */
export class SluiceAuthenticationProvider implements vscode.AuthenticationProvider, vscode.Disposable {
  readonly #identity: Identity;
  readonly #changed =
    new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>();
  readonly onDidChangeSessions = this.#changed.event;
  readonly #subscriptions: vscode.Disposable;
  #known: vscode.AuthenticationSession | null = null;

  constructor(identity: Identity) {
    this.#identity = identity;
    this.#subscriptions = vscode.Disposable.from(
      identity.onChange((state) => this.#tell(state)),
      vscode.authentication.registerAuthenticationProvider(PROVIDER, "Sluice", this, {
        supportsMultipleAccounts: false,
      }),
    );
  }

  /** Makes "Sign in" appear in the Accounts menu while nobody is signed in. */
  offerInAccountsMenu(): void {
    void vscode.authentication.getSession(PROVIDER, SCOPES, { createIfNone: false });
  }

  async getSessions(): Promise<vscode.AuthenticationSession[]> {
    if (this.#identity.state === null && this.#identity.remembered) await this.#identity.refresh();
    const session = sessionOf(this.#identity.state);
    return session === null ? [] : [session];
  }

  async createSession(): Promise<vscode.AuthenticationSession> {
    const session = sessionOf(await signInWithProgress(this.#identity));
    if (session === null) throw new Error("Sign-in did not finish.");
    return session;
  }

  async removeSession(): Promise<void> {
    await this.#identity.signOut();
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#changed.dispose();
  }

  #tell(state: IdentityState | null): void {
    if (state === null) return;
    const before = this.#known;
    const now = sessionOf(state);
    this.#known = now;
    if (before?.id === now?.id) return;
    this.#changed.fire({
      added: now === null ? [] : [now],
      removed: before === null ? [] : [before],
      changed: [],
    });
    if (now === null) this.offerInAccountsMenu();
  }
}

function sessionOf(state: IdentityState | null): vscode.AuthenticationSession | null {
  if (state?.kind !== "signed_in") return null;
  const label = actorName(state.actor);
  const id = actorId(state.actor);
  return { id, accessToken: "", account: { id, label }, scopes: SCOPES };
}

function actorId(actor: Actor): string {
  switch (actor.kind) {
    case "user":
    case "service":
      return `${actor.issuer}#${actor.subject}`;
    case "local_user":
      return `local:${actor.account}@${actor.host}`;
    case "ai_agent":
      return `${actor.agent}:${actorId(actor.onBehalfOf)}`;
  }
}
