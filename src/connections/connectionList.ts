import * as vscode from "vscode";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { ConnectionId } from "../../protocol/ids.ts";
import type { CatalogView } from "../../protocol/messages.ts";
import type { AgentClient } from "../agentClient.ts";
import { ProblemError } from "../problem.ts";
import type { Identity } from "../signIn/identity.ts";

/** The saved connections and what exists behind each, as the agent last told. */
export class ConnectionList implements vscode.Disposable {
  readonly #agent: AgentClient;
  readonly #identity: Identity;
  readonly #changed = new vscode.EventEmitter<ConnectionId | null>();
  /** Fires with the connection that changed, or null where the list itself may have. */
  readonly onChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable;
  readonly #catalogs = new Map<ConnectionId, Promise<CatalogView>>();
  #profiles: readonly ConnectionProfile[] = [];

  constructor(agent: AgentClient, identity: Identity) {
    this.#agent = agent;
    this.#identity = identity;
    this.#subscriptions = vscode.Disposable.from(
      identity.onChange(() => void this.reload()),
      agent.on("sluice/catalogChanged", ({ connectionId }) => {
        this.#catalogs.delete(connectionId);
        this.#changed.fire(connectionId);
      }),
    );
  }

  /** Connections as last told; empty while nobody is signed in. */
  get profiles(): readonly ConnectionProfile[] {
    return this.#profiles;
  }

  find(id: ConnectionId): ConnectionProfile | undefined {
    return this.#profiles.find((profile) => profile.id === id);
  }

  /** Reads the list anew, asking who is signed in first where that is not known. */
  async reload(): Promise<readonly ConnectionProfile[]> {
    const identity = this.#identity.state ?? (await this.#identity.refresh());
    this.#profiles =
      identity?.kind === "signed_in" ? await this.#agent.request("sluice/connections/list", {}) : [];
    this.#catalogs.clear();
    await vscode.commands.executeCommand("setContext", "sluice.hasConnections", this.#profiles.length > 0);
    this.#changed.fire(null);
    return this.#profiles;
  }

  /** What exists behind a connection; remembered until the agent says it changed. */
  catalog(connectionId: ConnectionId): Promise<CatalogView> {
    const known = this.#catalogs.get(connectionId);
    if (known !== undefined) return known;
    const asked = this.#agent.request("sluice/catalog", { connectionId });
    this.#catalogs.set(connectionId, asked);
    asked.catch(() => {
      if (this.#catalogs.get(connectionId) === asked) this.#catalogs.delete(connectionId);
    });
    return asked;
  }

  /** Has the agent read the catalog from the server again. */
  async refresh(connectionId: ConnectionId): Promise<void> {
    this.#catalogs.set(connectionId, this.#agent.request("sluice/catalog", { connectionId, refresh: true }));
    this.#changed.fire(connectionId);
    await this.#catalogs.get(connectionId)?.catch(() => this.#catalogs.delete(connectionId));
  }

  async save(profile: ConnectionProfile, password: string | undefined): Promise<void> {
    const passwordToo = password === undefined ? {} : { password };
    await this.#agent.request("sluice/connections/save", { profile, ...passwordToo });
    await this.reload();
  }

  async remove(id: ConnectionId): Promise<void> {
    await this.#agent.request("sluice/connections/remove", { id });
    await this.reload();
  }

  /** Opens and closes a connection; rejects with the reason where that fails. */
  async test(
    profile: ConnectionProfile,
    password: string | undefined,
    token: vscode.CancellationToken,
  ): Promise<{ readonly serverVersion: string; readonly milliseconds: number; readonly encrypted: boolean }> {
    const passwordToo = password === undefined ? {} : { password };
    return this.#agent.request("sluice/connections/test", { profile, ...passwordToo }, token);
  }

  /** The connections of somebody who is signed in. @throws ProblemError where nobody is. */
  async requireSignedIn(): Promise<readonly ConnectionProfile[]> {
    const identity = this.#identity.state ?? (await this.#identity.refresh());
    if (identity?.kind === "signed_in") {
      return this.#profiles.length > 0 ? this.#profiles : await this.reload();
    }
    if (this.#identity.refusal !== null) throw new ProblemError(this.#identity.refusal);
    throw new ProblemError({
      code: "not-signed-in",
      message:
        identity?.kind === "expired" ? "Your sign-in has ended." : "Nobody is signed in, so nothing can run.",
      action: "Sign in and try again.",
    });
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#changed.dispose();
  }
}
