import * as vscode from "vscode";
import { type ConnectionProfile, effectiveEnvironment } from "../../protocol/connection.ts";
import { counted } from "../../protocol/counted.ts";
import type { UndoOffer } from "../../protocol/messages.ts";
import type { AgentClient } from "../agentClient.ts";
import { registerCommand } from "../showProblem.ts";
import type { ResultsView } from "./resultsView.ts";

type Offered = Extract<UndoOffer, { kind: "offered" }>;

/** Whether the agent is asked to keep the rows that writes change: as set, else not in production. */
export function keepsChanges(connection: ConnectionProfile): boolean {
  const setting = vscode.workspace.getConfiguration("sluice").inspect<boolean>("undo.capture");
  return setting?.globalValue ?? effectiveEnvironment(connection) !== "production";
}

/** "Undo This Change", from the results and from the Activity view. */
export function registerUndoCommand(agent: AgentClient, results: ResultsView): vscode.Disposable {
  return registerCommand("sluice.undoChange", async (target: Offered | { readonly undo?: Offered }) => {
    const offer = "recordSeq" in target ? target : target.undo;
    if (offer === undefined || !(await confirmed(offer))) return;
    const undone = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: "Undoing the change", cancellable: true },
      (_progress, token) => agent.request("sluice/undo", { recordSeq: offer.recordSeq }, token),
    );
    results.post({ kind: "undone", recordSeq: offer.recordSeq });
    void vscode.window.showInformationMessage(
      `Undone: ${counted(undone.rows, "row")} of ${undone.table} ${undone.rows === 1 ? "is" : "are"} as before record ${offer.recordSeq}. Record ${undone.record.seq}.`,
    );
  });
}

async function confirmed({ recordSeq, rows, table }: Offered): Promise<boolean> {
  const undo = "Undo This Change";
  const answer = await vscode.window.showWarningMessage(
    `Put ${counted(rows, "row")} of ${table} back as before record ${recordSeq}?`,
    {
      modal: true,
      detail:
        "Changed values become what they were, deleted rows come back, and inserted rows go. If one of the rows has changed since, nothing changes. It is judged and recorded like any other write.",
    },
    undo,
  );
  return answer === undo;
}
