import * as vscode from "vscode";
import type { AgentClient } from "../agentClient.ts";

/** When a person comes back to the window, others may have changed the databases: the agent looks. */
export function lookAgainOnFocus(agent: AgentClient, log: vscode.LogOutputChannel): vscode.Disposable {
  return vscode.window.onDidChangeWindowState(({ focused }) => {
    if (!focused || agent.state.kind !== "running") return;
    agent.request("sluice/lookAgain", {}).catch((error: unknown) => log.warn(String(error)));
  });
}
