import * as vscode from "vscode";
import type { SyncState } from "../../protocol/sync.ts";
import type { AgentClient } from "../agentClient.ts";
import { registerCommand } from "../showProblem.ts";

/** Tells in the status bar how far the collector is behind, and that nothing is sent to it any more. */
export function createSyncStatusItem(agent: AgentClient): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("sluice.sync", vscode.StatusBarAlignment.Left, 8);
  item.name = "Sluice Collector";
  item.command = "sluice.sync";
  const render = (state: SyncState): void => {
    const shown = appearance(state);
    if (shown === null) {
      item.hide();
      return;
    }
    item.text = shown.text;
    item.tooltip = shown.tooltip;
    item.accessibilityInformation = {
      label: `${shown.text.replace(/\$\([^)]*\)\s*/g, "")}. ${shown.tooltip}`,
    };
    item.backgroundColor = shown.wrong ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    item.show();
  };
  return vscode.Disposable.from(
    item,
    agent.on("sluice/syncChanged", render),
    registerCommand("sluice.sync", async () => {
      const state = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: "Sending records to the collector" },
        () => agent.request("sluice/sync", {}),
      );
      await tell(state);
    }),
  );
}

async function tell(state: SyncState): Promise<void> {
  switch (state.kind) {
    case "none":
      await vscode.window.showInformationMessage("No collector is set up: records stay on this machine.");
      return;
    case "synced":
      await vscode.window.showInformationMessage(
        `The collector ${state.collector} holds every record of this machine.`,
      );
      return;
    case "behind":
      await vscode.window.showWarningMessage(
        state.problem === undefined
          ? `${records(state.records)} are on their way to the collector.`
          : `${state.problem.message} ${state.problem.action}`,
      );
      return;
    case "refused":
      await vscode.window.showErrorMessage(state.problem.message, {
        modal: true,
        detail: state.problem.action,
      });
  }
}

function appearance(
  state: SyncState,
): { readonly text: string; readonly tooltip: string; readonly wrong: boolean } | null {
  switch (state.kind) {
    case "none":
      return null;
    case "synced":
      return {
        text: "$(cloud) In sync",
        tooltip: `The collector ${state.collector} has proven to hold every record of this machine.`,
        wrong: false,
      };
    case "behind":
      return {
        text: `$(cloud-upload) ${state.records.toLocaleString("en")} behind`,
        tooltip:
          state.problem === undefined
            ? `${records(state.records)} are on their way to the collector ${state.collector}.`
            : `${records(state.records)} wait on this machine. ${state.problem.message} ${state.problem.action} Click to try now.`,
        wrong: false,
      };
    case "refused":
      return {
        text: "$(error) Collector refused",
        tooltip: `${state.problem.message} ${state.problem.action}`,
        wrong: true,
      };
  }
}

const records = (count: number): string =>
  `${count.toLocaleString("en")} ${count === 1 ? "record" : "records"}`;
