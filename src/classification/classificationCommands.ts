import * as vscode from "vscode";
import type { ConnectionId } from "../../protocol/ids.ts";
import type { AgentClient } from "../agentClient.ts";
import type { ConnectionList } from "../connections/connectionList.ts";
import type { ConnectionTree } from "../connections/connectionTree.ts";
import { environmentWords } from "../connections/environment.ts";
import type { ResultsView } from "../results/resultsView.ts";
import { registerCommand } from "../showProblem.ts";
import type { ClassificationNode, ClassifiedNode } from "./classificationNodes.ts";
import type { ClassificationTree } from "./classificationTree.ts";
import { addressOf, type ColumnTarget } from "./columnAddress.ts";
import { correctLabel } from "./correctLabel.ts";
import { correctResultColumn, type ResultColumnTarget } from "./correctResultColumn.ts";
import { shareLabels } from "./sharedLabels.ts";

interface Parts {
  readonly agent: AgentClient;
  readonly connections: ConnectionList;
  readonly tree: ClassificationTree;
  readonly connectionTree: ConnectionTree;
  readonly results: ResultsView;
}

/** Everything that can be done about what columns are. */
export function registerClassificationCommands(parts: Parts): vscode.Disposable {
  const { agent, connections, tree, connectionTree, results } = parts;
  return vscode.Disposable.from(
    registerCommand("sluice.labels.correct", (target: ColumnTarget) =>
      correctLabel(agent, connections, addressOf(target)),
    ),
    registerCommand("sluice.labels.correctResult", (target: ResultColumnTarget) =>
      correctResultColumn(agent, connections, results, target),
    ),
    registerCommand("sluice.labels.share", () => shareLabels(agent, connections)),
    registerCommand("sluice.classification.rescan", async (node?: ClassificationNode) => {
      const connectionId = await chosen(connections, node, "Look at the values of which database again?");
      if (connectionId !== undefined) await agent.request("sluice/labels/rescan", { connectionId });
    }),
    registerCommand("sluice.classification.cancelScan", async (from?: ClassificationNode | ConnectionId) => {
      const connectionId =
        typeof from === "string"
          ? from
          : await chosen(connections, from, "Stop looking at the values of which?");
      if (connectionId !== undefined) await agent.request("sluice/labels/cancelScan", { connectionId });
    }),
    registerCommand("sluice.classification.openInTree", (node: ClassifiedNode) =>
      connectionTree.show(addressOf(node)),
    ),
    registerCommand("sluice.classification.showUnclassified", () => tree.filter(true)),
    registerCommand("sluice.classification.showAll", () => tree.filter(false)),
  );
}

async function chosen(
  connections: ConnectionList,
  node: ClassificationNode | undefined,
  question: string,
): Promise<ConnectionId | undefined> {
  if (node !== undefined && "profile" in node) return node.profile.id;
  const profiles = await connections.requireSignedIn();
  const [only] = profiles;
  if (profiles.length === 1) return only?.id;
  const picked = await vscode.window.showQuickPick(
    profiles.map(({ id, name, environment }) => ({
      label: name,
      description: environmentWords(environment).name,
      id,
    })),
    { placeHolder: question },
  );
  return picked?.id;
}
