import * as vscode from "vscode";
import type { ConnectionId, SessionId } from "../../protocol/ids.ts";
import type { ResultsFromPage, ResultsToPage, RunHeading } from "../../protocol/views.ts";
import type { AgentClient } from "../agentClient.ts";
import { problemOf } from "../problem.ts";
import { showProblem } from "../showProblem.ts";
import { showPage } from "../webviewPage.ts";
import { exportResult, pickExportFormat } from "./exportResult.ts";
import { revealRange } from "./revealRange.ts";

const VIEW = "sluice.results";

export interface StartedRun {
  readonly run: RunHeading;
  /** The document its text stands in, if any. */
  readonly uri: vscode.Uri | null;
  readonly connectionId: ConnectionId;
}

/** The bottom panel that shows what came of each statement. Rows live in its page alone. */
export class ResultsView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #agent: AgentClient;
  readonly #cancelled = new vscode.EventEmitter<SessionId>();
  /** Fires when the person cancels a run from the page. */
  readonly onCancel = this.#cancelled.event;
  readonly #registration: vscode.Disposable;
  readonly #runs = new Map<string, StartedRun>();
  #view: vscode.WebviewView | null = null;
  #ready = false;
  #unsent: ResultsToPage[] = [];
  #resolved: (() => void)[] = [];

  constructor(extensionUri: vscode.Uri, agent: AgentClient) {
    this.#extensionUri = extensionUri;
    this.#agent = agent;
    this.#registration = vscode.window.registerWebviewViewProvider(VIEW, this, {
      webviewOptions: { retainContextWhenHidden: true },
    });
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    this.#ready = false;
    view.webview.onDidReceiveMessage((message: ResultsFromPage) => {
      this.#receive(message).catch(showProblem);
    });
    view.onDidDispose(() => {
      this.#view = null;
      this.#ready = false;
      this.#runs.clear();
      void vscode.commands.executeCommand("setContext", "sluice.hasResults", false);
    });
    showPage(view.webview, this.#extensionUri, "results", "Sluice Results");
    for (const resolve of this.#resolved.splice(0)) resolve();
  }

  /** Brings the panel up and leaves the focus where the person is typing. */
  async reveal(): Promise<void> {
    if (this.#view !== null) {
      this.#view.show(true);
      return;
    }
    const editor = vscode.window.activeTextEditor;
    const resolved = new Promise<void>((resolve) => this.#resolved.push(resolve));
    await vscode.commands.executeCommand(`${VIEW}.focus`);
    await resolved;
    if (editor !== undefined) await vscode.window.showTextDocument(editor.document, editor.viewColumn);
  }

  /** A run that is shown. */
  find(runToken: string): StartedRun | undefined {
    return this.#runs.get(runToken);
  }

  start(started: StartedRun): void {
    const { run } = started;
    this.#runs.set(run.runToken, started);
    this.post({ kind: "started", run });
    void vscode.commands.executeCommand("setContext", "sluice.hasResults", true);
  }

  post(message: ResultsToPage): void {
    if (this.#ready) void this.#view?.webview.postMessage(message);
    else this.#unsent.push(message);
  }

  /** Asks in which form, then has the page write out what it shows. */
  async askExport(): Promise<void> {
    const format = await pickExportFormat();
    if (format !== undefined) this.post({ kind: "export", format });
  }

  clear(): void {
    this.#runs.clear();
    this.post({ kind: "clear" });
    void vscode.commands.executeCommand("setContext", "sluice.hasResults", false);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#cancelled.dispose();
  }

  async #receive(message: ResultsFromPage): Promise<void> {
    switch (message.kind) {
      case "ready":
        this.#ready = true;
        for (const unsent of this.#unsent.splice(0)) this.post(unsent);
        return;
      case "cancel":
        this.#cancelled.fire(message.sessionId);
        return;
      case "fetch":
        await this.#fetch(message);
        return;
      case "close":
        await this.#agent.request("sluice/closeResult", { resultId: message.resultId });
        return;
      case "reveal": {
        const uri = this.#runs.get(message.runToken)?.uri ?? null;
        if (uri !== null) await revealRange(uri, message.start, message.end);
        return;
      }
      case "askApproval":
        await vscode.commands.executeCommand("sluice.approvals.ask", message);
        return;
      case "approval":
        await vscode.commands.executeCommand(`sluice.approvals.${message.act}`, message.id);
        return;
      case "setUpCollector":
        await vscode.commands.executeCommand("workbench.action.openSettings", "sluice.collector.url");
        return;
      case "undo":
        await vscode.commands.executeCommand("sluice.undoChange", message.offer);
        return;
      case "copied":
        await vscode.env.clipboard.writeText(message.text);
        vscode.window.setStatusBarMessage(`$(check) ${message.what}`, 3000);
        return;
      case "exported":
        await exportResult(message);
        return;
    }
  }

  async #fetch({ resultId, maxRows }: Extract<ResultsFromPage, { kind: "fetch" }>): Promise<void> {
    try {
      const page = await this.#agent.request("sluice/fetch", { resultId, maxRows });
      this.post({ kind: "page", resultId, page });
    } catch (error) {
      this.post({ kind: "pageFailed", resultId, problem: problemOf(error) });
    }
  }
}
