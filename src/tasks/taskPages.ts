import * as vscode from "vscode";
import type { TaskFromPage, TaskToPage } from "../../protocol/views.ts";
import type { AgentClient } from "../agentClient.ts";
import { type ApprovalNode, taskOf } from "../approvals/approvalNodes.ts";
import { isCancelled, problemOf } from "../problem.ts";
import { registerCommand } from "../showProblem.ts";
import { showPage } from "../webviewPage.ts";

const LISTED = 100;
const DECISIONS: Partial<Record<TaskFromPage["kind"], string>> = {
  resume: "sluice.programs.resume",
  end: "sluice.programs.end",
  lift_mark: "sluice.programs.liftMark",
};

/** Pages on which a program's task is gone through step by step. */
export class TaskPages implements vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #agent: AgentClient;
  readonly #panels = new Map<string, vscode.WebviewPanel>();
  readonly #command: vscode.Disposable;

  constructor(extensionUri: vscode.Uri, agent: AgentClient) {
    this.#extensionUri = extensionUri;
    this.#agent = agent;
    this.#command = registerCommand("sluice.tasks.show", async (named: string | ApprovalNode | undefined) => {
      const chosen = taskOf(named) ?? (await this.#choose());
      if (chosen !== undefined) this.open(chosen);
    });
  }

  open(task: string): void {
    const known = this.#panels.get(task);
    if (known !== undefined) {
      known.reveal();
      return;
    }
    const options = { enableFindWidget: true, retainContextWhenHidden: true };
    const panel = vscode.window.createWebviewPanel("sluice.task", "Task", vscode.ViewColumn.Active, options);
    this.#panels.set(task, panel);
    panel.webview.onDidReceiveMessage((message: TaskFromPage) => void this.#receive(task, panel, message));
    panel.onDidDispose(() => this.#panels.delete(task));
    showPage(panel.webview, this.#extensionUri, "task", "Task");
  }

  dispose(): void {
    this.#command.dispose();
    for (const panel of this.#panels.values()) panel.dispose();
  }

  async #choose(): Promise<string | undefined> {
    const tasks = await this.#agent.request("sluice/tasks/list", { limit: LISTED });
    if (tasks.length === 0) {
      void vscode.window.showInformationMessage("No program has begun a task on this machine.");
      return undefined;
    }
    const items = tasks.map(({ id, purpose, state, lastAt, statements }) => ({
      label: purpose.replace(/\s+/g, " "),
      description: `${state.kind}, ${statements} statements`,
      detail: `${new Date(lastAt).toLocaleString()}, ${id}`,
      id,
    }));
    const chosen = await vscode.window.showQuickPick(items, {
      title: "Tasks of Programs",
      matchOnDetail: true,
      placeHolder: "Go through a task step by step",
    });
    return chosen?.id;
  }

  async #receive(task: string, panel: vscode.WebviewPanel, { kind }: TaskFromPage): Promise<void> {
    const post = (message: TaskToPage): void => void panel.webview.postMessage(message);
    try {
      const decision = DECISIONS[kind];
      if (decision !== undefined) await vscode.commands.executeCommand(decision, task);
      const told = await this.#agent.request("sluice/tasks/timeline", { task, today: kind === "judge" });
      panel.title = `Task: ${told.timeline.purpose.replace(/\s+/g, " ").slice(0, 40)}`;
      post({ kind: "timeline", ...told });
    } catch (error) {
      if (!isCancelled(error)) post({ kind: "problem", problem: problemOf(error) });
    }
  }
}
