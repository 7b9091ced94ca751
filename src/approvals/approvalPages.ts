import * as vscode from "vscode";
import { approvalTitle } from "../../protocol/approval/approvalWords.ts";
import type { ApprovalFromPage, ApprovalToPage } from "../../protocol/views.ts";
import type { AgentClient } from "../agentClient.ts";
import { isCancelled, problemOf } from "../problem.ts";
import { showPage } from "../webviewPage.ts";
import type { ApprovalList } from "./approvalList.ts";
import { viewOf } from "./approvalViews.ts";
import type { AskedStatements } from "./askedStatements.ts";

const TYPE = "sluice.approval";
const LONGEST_TAB = 40;

/** The pages on which an approval is reviewed: one for each, in the editor's tabs. */
export class ApprovalPages implements vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #agent: AgentClient;
  readonly #list: ApprovalList;
  readonly #asked: AskedStatements;
  readonly #panels = new Map<string, vscode.WebviewPanel>();
  readonly #subscriptions: vscode.Disposable;

  constructor(extensionUri: vscode.Uri, agent: AgentClient, list: ApprovalList, asked: AskedStatements) {
    this.#extensionUri = extensionUri;
    this.#agent = agent;
    this.#list = list;
    this.#asked = asked;
    this.#subscriptions = vscode.Disposable.from(
      list.onChange(() => {
        for (const id of this.#panels.keys()) this.#tell(id);
        this.#findUnknown();
      }),
      vscode.window.registerWebviewPanelSerializer(TYPE, {
        deserializeWebviewPanel: async (panel, state: unknown) => {
          const id = idOf(state);
          if (id === null) panel.dispose();
          else this.#fill(id, panel);
        },
      }),
    );
  }

  async open(id: string): Promise<void> {
    const known = this.#panels.get(id);
    if (known !== undefined) {
      known.reveal();
      return;
    }
    const options = { enableFindWidget: true, retainContextWhenHidden: true };
    this.#fill(id, vscode.window.createWebviewPanel(TYPE, "Approval", vscode.ViewColumn.Active, options));
  }

  dispose(): void {
    this.#subscriptions.dispose();
    for (const panel of this.#panels.values()) panel.dispose();
  }

  #fill(id: string, panel: vscode.WebviewPanel): void {
    this.#panels.set(id, panel);
    const watched = this.#list.watch(id);
    panel.webview.onDidReceiveMessage((message: ApprovalFromPage) => void this.#receive(id, message));
    panel.onDidDispose(() => {
      watched.dispose();
      this.#panels.delete(id);
    });
    showPage(panel.webview, this.#extensionUri, "approval", "Approval");
  }

  async #receive(id: string, message: ApprovalFromPage): Promise<void> {
    try {
      switch (message.kind) {
        case "ready":
          this.#tell(id);
          await this.#list.reread(id);
          return;
        case "decide": {
          const { decision, reason } = message;
          this.#list.put(await this.#agent.request("sluice/approvals/decide", { id, decision, reason }));
          return;
        }
        case "run":
        case "withdraw":
          await vscode.commands.executeCommand(`sluice.approvals.${message.kind}`, id);
          this.#tell(id);
          return;
      }
    } catch (error) {
      if (!isCancelled(error)) this.#post(id, { kind: "problem", problem: problemOf(error) });
    }
  }

  /** One that is in no list, after a reload or where others decided it, is asked for by itself. */
  #findUnknown(): void {
    if (this.#list.person === null) return;
    for (const id of this.#panels.keys())
      if (this.#list.find(id) === undefined) this.#list.reread(id).catch(() => {});
  }

  #tell(id: string): void {
    const approval = this.#list.find(id);
    const panel = this.#panels.get(id);
    if (approval === undefined || panel === undefined) return;
    panel.title = `Approval: ${approvalTitle(approval).slice(0, LONGEST_TAB)}`;
    this.#post(id, { kind: "view", view: viewOf(approval, this.#list, this.#asked) });
  }

  #post(id: string, message: ApprovalToPage): void {
    void this.#panels.get(id)?.webview.postMessage(message);
  }
}

const idOf = (state: unknown): string | null =>
  typeof state === "object" && state !== null && "id" in state && typeof state.id === "string"
    ? state.id
    : null;
