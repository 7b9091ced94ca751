import * as vscode from "vscode";
import type { ConnectionId } from "../../protocol/ids.ts";
import type { ColumnAddress } from "../../protocol/messages.ts";
import type { AgentClient } from "../agentClient.ts";
import type { ConnectionList } from "../connections/connectionList.ts";
import { ProblemError } from "../problem.ts";
import type { ResultsView } from "../results/resultsView.ts";
import { nameOf } from "./columnAddress.ts";
import { correctLabel } from "./correctLabel.ts";

/** What the results page says of the column whose menu was opened. */
export interface ResultColumnTarget {
  readonly runToken: string;
  /** `schema.table.column` of each base column it shows. */
  readonly sources: readonly string[];
}

/** Corrects the base column behind a result's column; asks which where there are several. */
export async function correctResultColumn(
  agent: AgentClient,
  connections: ConnectionList,
  results: ResultsView,
  { runToken, sources }: ResultColumnTarget,
): Promise<void> {
  const connectionId = results.find(runToken)?.connectionId;
  if (connectionId === undefined) return;
  const found = await columnsCalled(connections, connectionId, sources);
  const [only, ...others] = found;
  if (only === undefined) {
    throw new ProblemError({
      code: "no-base-column",
      message: "This column comes from no column of a table, so it has no label of its own.",
      action: "Correct the columns it is computed from in the Connections view.",
    });
  }
  const address =
    others.length === 0
      ? only
      : (
          await vscode.window.showQuickPick(
            found.map((column) => ({ label: nameOf(column), column })),
            { placeHolder: "Several columns flow into this one. Which of them?" },
          )
        )?.column;
  if (address !== undefined) await correctLabel(agent, connections, address);
}

/** Names may hold dots, so they are compared as a whole. */
async function columnsCalled(
  connections: ConnectionList,
  connectionId: ConnectionId,
  names: readonly string[],
): Promise<readonly ColumnAddress[]> {
  const wanted = new Set(names);
  const { schemas } = await connections.catalog(connectionId);
  return schemas.flatMap((schema) =>
    schema.relations.flatMap((relation) =>
      relation.columns
        .map((column) => ({ connectionId, schema: schema.name, table: relation.name, column: column.name }))
        .filter((address) => wanted.has(nameOf(address))),
    ),
  );
}
