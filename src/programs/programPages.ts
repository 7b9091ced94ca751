import * as vscode from "vscode";
import type { Approval } from "../../protocol/approval/approval.ts";
import type { ApprovalFromPage, ApprovalToPage } from "../../protocol/views.ts";
import type { AgentClient } from "../agentClient.ts";
import { isCancelled, problemOf } from "../problem.ts";
import { showPage } from "../webviewPage.ts";
import type { ProgramsWaiting } from "./programsWait.ts";
import { shortened } from "./waitingNotices.ts";

/**
 * The pages on which a person reads what an agent wants to run, and answers. Only their buttons answer: no command does,
 * so that nothing else in the editor can.
 */
export class ProgramPages implements vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #agent: AgentClient;
  readonly #waiting: ProgramsWaiting;
  readonly #panels = new Map<string, vscode.WebviewPanel>();

  constructor(extensionUri: vscode.Uri, agent: AgentClient, waiting: ProgramsWaiting) {
    this.#extensionUri = extensionUri;
    this.#agent = agent;
    this.#waiting = waiting;
  }

  open(id: string): void {
    const known = this.#panels.get(id);
    if (known !== undefined) {
      known.reveal();
      return;
    }
    const title = `Agent: ${shortened(this.#waiting.find(id)?.text ?? "statement").slice(0, 40)}`;
    const panel = vscode.window.createWebviewPanel("sluice.program", title, vscode.ViewColumn.Active, {
      enableFindWidget: true,
      retainContextWhenHidden: true,
    });
    this.#panels.set(id, panel);
    const page = new ProgramPage(id, this.#agent, (message) => void panel.webview.postMessage(message));
    panel.webview.onDidReceiveMessage((message: ApprovalFromPage) => void page.receive(message));
    panel.onDidDispose(() => this.#panels.delete(id));
    showPage(panel.webview, this.#extensionUri, "approval", "Approval");
  }

  dispose(): void {
    for (const panel of this.#panels.values()) panel.dispose();
  }
}

/** One of them: what is shown, and the review an answer belongs to. */
class ProgramPage {
  readonly #id: string;
  readonly #agent: AgentClient;
  readonly #post: (message: ApprovalToPage) => void;
  #shown: { readonly approval: Approval; readonly review: string } | null = null;

  constructor(id: string, agent: AgentClient, post: (message: ApprovalToPage) => void) {
    this.#id = id;
    this.#agent = agent;
    this.#post = post;
  }

  async receive(message: ApprovalFromPage): Promise<void> {
    try {
      if (message.kind === "ready") await this.#review();
      if (message.kind === "decide") await this.#decide(message.decision, message.reason);
    } catch (error) {
      if (isCancelled(error)) return;
      const problem = problemOf(error);
      // What it does is another thing now: it is shown anew before it can be answered.
      if (problem.code === "changed-since-review") await this.#review().catch(() => {});
      this.#post({ kind: "problem", problem });
    }
  }

  async #review(): Promise<void> {
    this.#shown = await this.#agent.request("sluice/programs/review", { id: this.#id });
    this.#show(this.#shown.approval);
  }

  async #decide(decision: "approve" | "deny", reason: string): Promise<void> {
    if (this.#shown === null) return;
    const { approval, review } = this.#shown;
    await this.#agent.request("sluice/programs/decide", { id: this.#id, review, decision, reason });
    this.#shown = null;
    const by = { ...approval.requester, name: "you" };
    const decided = { by, decision, reason, at: new Date().toISOString() };
    const state = decision === "approve" ? "granted" : "denied";
    this.#show({ ...approval, state, decisions: [decided], mayDecide: false });
  }

  #show(approval: Approval): void {
    const whyNot = approval.state === "pending" ? null : "You have answered.";
    this.#post({
      kind: "view",
      view: { approval, own: false, whyNot, textKept: false, runsItself: false, byProgram: true },
    });
  }
}
