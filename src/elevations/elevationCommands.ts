import * as vscode from "vscode";
import { rightWords } from "../../protocol/approval/elevationWords.ts";
import type { AgentClient } from "../agentClient.ts";
import type { ApprovalList } from "../approvals/approvalList.ts";
import type { ApprovalNode } from "../approvals/approvalNodes.ts";
import { addressOf, type ColumnTarget, nameOf } from "../classification/columnAddress.ts";
import type { ResultColumnTarget } from "../classification/correctResultColumn.ts";
import type { ConnectionNode } from "../connections/treeNodes.ts";
import type { ResultsView } from "../results/resultsView.ts";
import { registerCommand } from "../showProblem.ts";
import { answerElevation } from "./answerElevation.ts";
import { askForElevation } from "./askForElevation.ts";
import type { ElevationList } from "./elevationList.ts";

/** Everything that can be done about rights for a while. */
export function registerElevationCommands(
  agent: AgentClient,
  list: ElevationList,
  results: ResultsView,
  waiting: ApprovalList,
): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand("sluice.elevations.askToSee", async (target: ColumnTarget) => {
      const address = addressOf(target);
      const column = nameOf(address);
      const right = { kind: "reveal", columns: [column] } as const;
      await askForElevation(agent, address.connectionId, right, `see ${column}`);
    }),
    registerCommand("sluice.elevations.askToSeeResult", async ({ runToken, sources }: ResultColumnTarget) => {
      const connectionId = results.find(runToken)?.connectionId;
      if (connectionId === undefined || sources.length === 0) return;
      const right = { kind: "reveal", columns: sources } as const;
      await askForElevation(agent, connectionId, right, rightWords(right));
    }),
    registerCommand("sluice.elevations.askToWrite", async ({ profile }: ConnectionNode) => {
      await askForElevation(agent, profile.id, { kind: "write" }, `write on ${profile.name}`);
    }),
    registerCommand("sluice.elevations.answer", async (named: string | ApprovalNode | undefined) => {
      const id = typeof named === "object" && named.kind === "elevation" ? named.elevation.id : named;
      if (typeof id === "string") await answerElevation(agent, waiting, id);
    }),
    registerCommand("sluice.elevations.end", async (named?: string) => {
      const id = named ?? (await chosen(list));
      if (id === undefined) return;
      const known = list.all.find(({ view }) => view.elevation.id === id);
      const act = known?.view.standing === "pending" ? "withdraw" : "end";
      await agent.request(`sluice/elevations/${act}`, { id });
    }),
  );
}

/** The one there is, once the person agrees; else one of those there are. */
async function chosen(list: ElevationList): Promise<string | undefined> {
  const { all } = list;
  const items = all.map(({ view: { elevation, standing } }) => ({
    label: `${standing === "pending" ? "Withdraw" : "End"}: ${rightWords(elevation.order.subject.right)}`,
    description: elevation.order.connectionName,
    id: elevation.id,
  }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage("You have no elevation.");
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(items, {
    title: "End Elevation",
    placeHolder: "What you may no longer do from now on; running statements under it are stopped",
  });
  return picked?.id;
}
