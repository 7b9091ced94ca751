import * as vscode from "vscode";
import type { AgentClient } from "../agentClient.ts";

/** Whether a collector is set up, as the agent last told; `unknown` until it runs. */
export class CollectorState implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onChange = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  #state: "unknown" | "none" | "set" = "unknown";

  constructor(agent: AgentClient) {
    this.#subscription = agent.on("sluice/syncChanged", ({ kind }) =>
      this.#set(kind === "none" ? "none" : "set"),
    );
  }

  get isSet(): boolean {
    return this.#state === "set";
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  #set(state: "none" | "set"): void {
    if (state === this.#state) return;
    this.#state = state;
    void vscode.commands.executeCommand("setContext", "sluice.collector", state);
    this.#changed.fire();
  }
}
