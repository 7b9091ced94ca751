import * as vscode from "vscode";
import { sessionId } from "../../protocol/ids.ts";
import type { Bindings } from "../editor/bindings.ts";
import { problemOf } from "../problem.ts";
import type { Runs } from "../results/runs.ts";
import { registerCommand } from "../showProblem.ts";
import { type FilledConnection, fillConnection } from "./connectionForm.ts";
import type { ConnectionList } from "./connectionList.ts";
import { previewStatement, quoteQualified } from "./identifiers.ts";
import type { ConnectionNode, RelationNode, TreeNode } from "./treeNodes.ts";

/** Everything that can be done from the Connections view. */
export function registerConnectionCommands(
  connections: ConnectionList,
  bindings: Bindings,
  runs: Runs,
): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand("sluice.connections.add", async () => {
      await connections.requireSignedIn();
      await saveFilled(connections, await fillConnection(null));
    }),
    registerCommand("sluice.connections.edit", async ({ profile }: ConnectionNode) => {
      await saveFilled(connections, await fillConnection(profile));
    }),
    registerCommand("sluice.connections.remove", async ({ profile }: ConnectionNode) => {
      const remove = "Remove";
      const answer = await vscode.window.showWarningMessage(
        `Remove the connection "${profile.name}"?`,
        {
          modal: true,
          detail:
            "Its stored password is deleted. The database and the record of what was run stay as they are.",
        },
        remove,
      );
      if (answer === remove) await connections.remove(profile.id);
    }),
    registerCommand("sluice.connections.test", async ({ profile }: ConnectionNode) => {
      const text = await test(connections, { profile, password: undefined });
      void vscode.window.showInformationMessage(text);
    }),
    registerCommand("sluice.connections.refresh", async (node?: ConnectionNode) => {
      if (node === undefined) await connections.reload();
      else await connections.refresh(node.profile.id);
    }),
    registerCommand("sluice.connections.copyName", (node: TreeNode) =>
      vscode.env.clipboard.writeText(nameOf(node)),
    ),
    registerCommand("sluice.connections.openEditor", async ({ profile }: ConnectionNode) => {
      const document = await vscode.workspace.openTextDocument({ language: "sql", content: "" });
      await bindings.bind(document, profile.id);
      await vscode.window.showTextDocument(document);
    }),
    registerCommand("sluice.connections.preview", ({ profile, schema, relation }: RelationNode) =>
      runs.run({
        sessionId: sessionId(`preview:${profile.id}`),
        connection: profile,
        title: `${schema}.${relation.name}`,
        text: previewStatement(schema, relation.name),
        baseOffset: 0,
        uri: null,
      }),
    ),
  );
}

/** Tries a connection before it is kept, and lets the person keep one that does not answer. */
async function saveFilled(connections: ConnectionList, filled: FilledConnection | null): Promise<void> {
  if (filled === null) return;
  try {
    const text = await test(connections, filled);
    await connections.save(filled.profile, filled.password);
    void vscode.window.showInformationMessage(text);
  } catch (error) {
    const { message, action } = problemOf(error);
    const keep = "Save Anyway";
    const answer = await vscode.window.showErrorMessage(`${message} ${action}`, keep);
    if (answer === keep) await connections.save(filled.profile, filled.password);
  }
}

async function test(connections: ConnectionList, { profile, password }: FilledConnection): Promise<string> {
  const result = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Connecting to ${profile.name}`,
      cancellable: true,
    },
    (_progress, token) => connections.test(profile, password, token),
  );
  const how = result.encrypted ? "encrypted" : "not encrypted";
  return `Connected to ${profile.name}: PostgreSQL ${result.serverVersion}, ${how}, ${Math.round(result.milliseconds)} ms.`;
}

function nameOf(node: TreeNode): string {
  switch (node.kind) {
    case "connection":
    case "problem":
      return node.profile.name;
    case "schema":
      return quoteQualified(node.schema.name);
    case "relation":
      return quoteQualified(node.schema, node.relation.name);
    case "column":
      return quoteQualified(node.column.name);
  }
}
