import * as vscode from "vscode";
import type { ConnectionId } from "../../protocol/ids.ts";
import type { AgentClient } from "../agentClient.ts";

/** Tells in the status bar how far the look at a database's values is. A click ends it. */
export function createScanStatusItem(agent: AgentClient): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("sluice.scan", vscode.StatusBarAlignment.Left, 90);
  item.name = "Sluice Classification";
  const running = new Map<ConnectionId, string>();
  const show = (): void => {
    const [first] = running;
    if (first === undefined) {
      item.hide();
      return;
    }
    const [connectionId, message] = first;
    const others = running.size > 1 ? ` (and ${running.size - 1} more)` : "";
    item.text = `$(loading~spin) ${message.split(";")[0]}${others}`;
    item.tooltip = `${message}. Click to stop; what has been seen is kept.`;
    item.command = { title: "Stop", command: "sluice.classification.cancelScan", arguments: [connectionId] };
    item.accessibilityInformation = { label: `${message}. Activate to stop.`, role: "button" };
    item.show();
  };
  return vscode.Disposable.from(
    item,
    agent.on("sluice/progress", ({ connectionId, message, done }) => {
      if (done) running.delete(connectionId);
      else running.set(connectionId, message);
      show();
    }),
    agent.onStateChange(({ kind }) => {
      if (kind === "running") return;
      running.clear();
      show();
    }),
  );
}
