import * as vscode from "vscode";
import type { AgentClient } from "./agentClient.ts";
import { registerCommand } from "./showProblem.ts";

const NEED_RESTART = ["sluice.identity", "sluice.collector", "sluice.home"];

/** Commands about the agent itself, and what a changed setting means for it. */
export function wireAgentSettings(agent: AgentClient, log: vscode.LogOutputChannel): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand("sluice.restartAgent", () => agent.restart()),
    registerCommand("sluice.showLog", () => log.show(true)),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("sluice.editor.codeLens")) await agent.refreshCodeLenses();
      if (agent.state.kind === "idle" || !NEED_RESTART.some((key) => change.affectsConfiguration(key)))
        return;
      const restart = "Restart Agent";
      const text =
        "The Sluice agent uses the new settings after a restart. Statements that are running are cancelled.";
      if ((await vscode.window.showInformationMessage(text, restart)) === restart) {
        await vscode.commands.executeCommand("sluice.restartAgent");
      }
    }),
  );
}
