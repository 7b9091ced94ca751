import * as vscode from "vscode";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { sessionId } from "../../protocol/ids.ts";
import type { AgentClient } from "../agentClient.ts";
import type { ConnectionList } from "../connections/connectionList.ts";
import type { Runs } from "../results/runs.ts";
import { registerCommand } from "../showProblem.ts";
import type { Bindings } from "./bindings.ts";
import { pickConnection } from "./pickConnection.ts";
import { statementAt, type TextRange } from "./statementAt.ts";

/** Running parts of a SQL document, and choosing where they run. */
export class DocumentRuns implements vscode.Disposable {
  readonly #agent: AgentClient;
  readonly #connections: ConnectionList;
  readonly #bindings: Bindings;
  readonly #runs: Runs;
  readonly #commands: vscode.Disposable;

  constructor(agent: AgentClient, connections: ConnectionList, bindings: Bindings, runs: Runs) {
    this.#agent = agent;
    this.#connections = connections;
    this.#bindings = bindings;
    this.#runs = runs;
    this.#commands = vscode.Disposable.from(
      registerCommand("sluice.selectConnection", () => this.#select()),
      registerCommand("sluice.runStatement", () => this.#runAtCursor()),
      registerCommand("sluice.runSelection", () => this.#runSelection()),
      registerCommand("sluice.runAll", () => this.#runAll()),
      registerCommand("sluice.runRange", (uri: string, start: number, end: number, approval?: string) =>
        this.#runRange(uri, { start, end }, approval),
      ),
      registerCommand("sluice.cancel", () => this.#runs.cancelAll()),
    );
  }

  dispose(): void {
    this.#commands.dispose();
  }

  async #select(): Promise<void> {
    const document = activeSql();
    if (document !== undefined) await this.#choose(document.document);
  }

  async #runAtCursor(): Promise<void> {
    const editor = activeSql();
    if (editor === undefined) return;
    const { document, selection } = editor;
    const connection = await this.#connectionOf(document);
    if (connection === null) return;
    const text = document.getText();
    const statements = await this.#agent.request("sluice/check", { connectionId: connection.id, text });
    const statement = statementAt(statements, document.offsetAt(selection.active), text);
    if (statement === null) {
      void vscode.window.showInformationMessage("There is no statement here to run.");
      return;
    }
    await this.#run(document, connection, statement);
  }

  async #runSelection(): Promise<void> {
    const editor = activeSql();
    if (editor === undefined) return;
    const { document, selection } = editor;
    if (selection.isEmpty) {
      await this.#runAtCursor();
      return;
    }
    const connection = await this.#connectionOf(document);
    const range = { start: document.offsetAt(selection.start), end: document.offsetAt(selection.end) };
    if (connection !== null) await this.#run(document, connection, range);
  }

  async #runAll(): Promise<void> {
    const document = activeSql()?.document;
    if (document === undefined) return;
    const connection = await this.#connectionOf(document);
    if (connection !== null)
      await this.#run(document, connection, { start: 0, end: document.getText().length });
  }

  async #runRange(uri: string, range: TextRange, approval: string | undefined): Promise<void> {
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri);
    if (document === undefined) return;
    const connection = await this.#connectionOf(document);
    if (connection === null) return;
    await this.#run(document, connection, range, approval);
    if (approval !== undefined) await vscode.commands.executeCommand("sluice.approvals.refresh");
  }

  async #run(
    document: vscode.TextDocument,
    connection: ConnectionProfile,
    { start, end }: TextRange,
    approval?: string,
  ): Promise<void> {
    await this.#runs.run({
      sessionId: sessionId(`document:${document.uri.toString()}`),
      connection,
      title: vscode.workspace.asRelativePath(document.uri).split("/").at(-1) ?? document.uri.path,
      text: document.getText().slice(start, end),
      baseOffset: start,
      uri: document.uri,
      ...(approval === undefined ? {} : { approval }),
    });
  }

  async #connectionOf(document: vscode.TextDocument): Promise<ConnectionProfile | null> {
    await this.#connections.requireSignedIn();
    return this.#bindings.profileOf(document) ?? (await this.#choose(document));
  }

  async #choose(document: vscode.TextDocument): Promise<ConnectionProfile | null> {
    const picked = await pickConnection(this.#connections, this.#bindings.boundId(document));
    if (picked === null) return null;
    await this.#bindings.bind(document, picked === "none" ? null : picked.id);
    return picked === "none" ? null : picked;
  }
}

function activeSql(): vscode.TextEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  return editor?.document.languageId === "sql" ? editor : undefined;
}
