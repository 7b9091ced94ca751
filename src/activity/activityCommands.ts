import * as vscode from "vscode";
import type { ActivityEntry } from "../../protocol/messages.ts";
import type { AgentClient } from "../agentClient.ts";
import { registerCommand } from "../showProblem.ts";
import type { ActivityTree } from "./activityTree.ts";

/** What can be done from the Activity view. */
export function registerActivityCommands(agent: AgentClient, tree: ActivityTree): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand("sluice.activity.refresh", () => tree.refresh()),
    registerCommand("sluice.activity.copy", ({ statement }: ActivityEntry) =>
      vscode.env.clipboard.writeText(statement),
    ),
    registerCommand("sluice.activity.open", async ({ statement }: ActivityEntry) => {
      const document = await vscode.workspace.openTextDocument({ language: "sql", content: statement });
      await vscode.window.showTextDocument(document);
    }),
    registerCommand("sluice.verifyLedger", () => verifyLedger(agent)),
  );
}

async function verifyLedger(agent: AgentClient): Promise<void> {
  const report = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: "Verifying the ledger" },
    () => agent.request("sluice/audit/verify", {}),
  );
  if (report.kind === "broken") {
    await vscode.window.showErrorMessage(`The ledger is broken at record ${report.seq}: ${report.what}`, {
      modal: true,
      detail: report.action,
    });
    return;
  }
  const head =
    report.head === null ? "" : ` Last: record ${report.head.seq}, ${report.head.hash.slice(0, 12)}.`;
  const records = `${report.records.toLocaleString("en")} ${report.records === 1 ? "record" : "records"}`;
  const keys = `${report.keys} ${report.keys === 1 ? "key" : "keys"}`;
  void vscode.window.showInformationMessage(`The ledger is intact: ${records}, signed with ${keys}.${head}`);
}
