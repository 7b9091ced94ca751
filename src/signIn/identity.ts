import * as vscode from "vscode";
import type { IdentityState, Problem } from "../../protocol/messages.ts";
import type { AgentClient } from "../agentClient.ts";
import { ProblemError } from "../problem.ts";
import { showProblem } from "../showProblem.ts";

const REMEMBERED = "sluice.identity.remembered";

/** Who the agent says the person is, as last told. `null` until it was asked. */
export class Identity implements vscode.Disposable {
  readonly #agent: AgentClient;
  readonly #memory: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<IdentityState | null>();
  readonly onChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable;
  #state: IdentityState | null = null;
  #refusal: Problem | null = null;

  constructor(agent: AgentClient, memory: vscode.Memento) {
    this.#agent = agent;
    this.#memory = memory;
    this.#subscriptions = vscode.Disposable.from(
      agent.on("sluice/identityChanged", (state) => this.#set(state)),
      agent.onStateChange(({ kind }) => {
        if (kind === "running") void this.refresh();
        else if (kind === "waiting") this.#set(null);
      }),
    );
  }

  get state(): IdentityState | null {
    return this.#state;
  }

  /** Why the agent refuses to run anything at all, such as a ledger that was tampered with. */
  get refusal(): Problem | null {
    return this.#refusal;
  }

  /** Whether somebody was signed in when this editor was last used: only then is a session worth restoring. */
  get remembered(): boolean {
    return this.#memory.get(REMEMBERED, false);
  }

  /** Asks the agent, starting it where needed; null where it cannot say. */
  async refresh(): Promise<IdentityState | null> {
    try {
      const { identity, ledger } = await this.#agent.request("sluice/status", {});
      this.#refuse(ledger.kind === "refused" ? ledger.problem : null);
      this.#set(ledger.kind === "refused" ? null : identity);
    } catch {
      this.#set(null);
    }
    return this.#state;
  }

  /** Cancelling the token cancels the browser flow. */
  async signIn(token: vscode.CancellationToken): Promise<IdentityState> {
    return this.#set(await this.#agent.request("sluice/signIn", {}, token));
  }

  async signOut(): Promise<IdentityState> {
    return this.#set(await this.#agent.request("sluice/signOut", {}));
  }

  async continueAsLocalUser(): Promise<IdentityState> {
    return this.#set(await this.#agent.request("sluice/continueAsLocalUser", {}));
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#changed.dispose();
  }

  #refuse(problem: Problem | null): void {
    if (problem?.message === this.#refusal?.message) return;
    this.#refusal = problem;
    this.#changed.fire(this.#state);
    if (problem !== null) void showProblem(new ProblemError(problem));
  }

  #set<S extends IdentityState | null>(state: S): S {
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return state;
    this.#state = state;
    if (state !== null) void this.#memory.update(REMEMBERED, state.kind !== "signed_out");
    this.#changed.fire(state);
    return state;
  }
}
