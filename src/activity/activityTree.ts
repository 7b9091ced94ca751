import * as vscode from "vscode";
import type { ActivityEntry } from "../../protocol/messages.ts";
import type { AgentClient } from "../agentClient.ts";
import { showProblem } from "../showProblem.ts";
import type { Identity } from "../signIn/identity.ts";
import { activityItemOf } from "./activityItem.ts";

const SHOWN_ENTRIES = 200;

/** The Activity view: what was run and what was decided, newest first. */
export class ActivityTree implements vscode.TreeDataProvider<ActivityEntry>, vscode.Disposable {
  readonly #agent: AgentClient;
  readonly #identity: Identity;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscriptions: vscode.Disposable;
  #entries: readonly ActivityEntry[] | null = null;

  constructor(agent: AgentClient, identity: Identity) {
    this.#agent = agent;
    this.#identity = identity;
    this.#subscriptions = vscode.Disposable.from(
      agent.on("sluice/activityAdded", (entry) => {
        if (this.#entries === null) return;
        const others = this.#entries.filter(({ seq }) => seq !== entry.seq);
        this.#entries = [entry, ...others].toSorted((a, b) => b.seq - a.seq).slice(0, SHOWN_ENTRIES);
        this.#changed.fire(undefined);
      }),
      identity.onChange(() => this.refresh()),
    );
  }

  /** Reads the entries from the agent again. */
  refresh(): void {
    this.#entries = null;
    this.#changed.fire(undefined);
  }

  getTreeItem(entry: ActivityEntry): vscode.TreeItem {
    return activityItemOf(entry);
  }

  async getChildren(entry?: ActivityEntry): Promise<ActivityEntry[]> {
    if (entry !== undefined || this.#identity.state?.kind !== "signed_in") return [];
    if (this.#entries === null) {
      try {
        this.#entries = await this.#agent.request("sluice/activity", { limit: SHOWN_ENTRIES });
      } catch (error) {
        void showProblem(error);
        return [];
      }
    }
    return [...this.#entries];
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#changed.dispose();
  }
}
