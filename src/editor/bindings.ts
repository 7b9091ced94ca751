import * as vscode from "vscode";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { type ConnectionId, connectionId } from "../../protocol/ids.ts";
import type { AgentClient } from "../agentClient.ts";
import type { ConnectionList } from "../connections/connectionList.ts";

const STORED = "sluice.bindings";
const REMEMBERED_DOCUMENTS = 500;

/** Which connection each SQL document runs on; remembered with the workspace. */
export class Bindings implements vscode.Disposable {
  readonly #agent: AgentClient;
  readonly #connections: ConnectionList;
  readonly #memory: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable;

  constructor(agent: AgentClient, connections: ConnectionList, memory: vscode.Memento) {
    this.#agent = agent;
    this.#connections = connections;
    this.#memory = memory;
    this.#subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidOpenTextDocument((document) => void this.#tell(document)),
      agent.onStateChange(({ kind }) => {
        if (kind === "running")
          for (const document of vscode.workspace.textDocuments) void this.#tell(document);
      }),
      connections.onChange((id) => {
        if (id === null) this.#changed.fire();
      }),
    );
  }

  /** Starts the agent where an open document needs it. */
  async startForOpenDocuments(): Promise<void> {
    if (!vscode.workspace.textDocuments.some((document) => this.boundId(document) !== undefined)) return;
    await this.#agent.start();
    await this.#connections.reload();
  }

  boundId(document: vscode.TextDocument): ConnectionId | undefined {
    if (document.languageId !== "sql") return undefined;
    const id = this.#stored()[document.uri.toString()];
    return id === undefined ? undefined : connectionId(id);
  }

  /** The connection a document runs on, if it is bound to one that still exists. */
  profileOf(document: vscode.TextDocument): ConnectionProfile | undefined {
    const id = this.boundId(document);
    return id === undefined ? undefined : this.#connections.find(id);
  }

  async bind(document: vscode.TextDocument, id: ConnectionId | null): Promise<void> {
    const uri = document.uri.toString();
    const { [uri]: _former, ...others } = this.#stored();
    const kept = Object.entries(others).slice(-REMEMBERED_DOCUMENTS + 1);
    await this.#memory.update(STORED, Object.fromEntries(id === null ? kept : [...kept, [uri, id]]));
    this.#changed.fire();
    await this.#agent.request("sluice/bind", { uri, connectionId: id });
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#changed.dispose();
  }

  async #tell(document: vscode.TextDocument): Promise<void> {
    const id = this.boundId(document);
    if (id === undefined) return;
    await this.#agent
      .request("sluice/bind", { uri: document.uri.toString(), connectionId: id })
      .catch(() => {});
  }

  #stored(): Readonly<Record<string, string>> {
    return this.#memory.get<Record<string, string>>(STORED, {});
  }
}
