import * as vscode from "vscode";
import { AgentClient } from "./agentClient.ts";

/** The agent of this window, with the editor's secrets, browser and settings at its disposal. */
export function createAgentClient(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): AgentClient {
  const version: unknown = context.extension.packageJSON.version;
  return new AgentClient({
    script: vscode.Uri.joinPath(context.extensionUri, "dist", "agent.mjs").fsPath,
    log,
    initializationOptions: () => {
      const settings = vscode.workspace.getConfiguration("sluice");
      return {
        version,
        settings: {
          issuer: settings.get<string>("identity.issuer", ""),
          clientId: settings.get<string>("identity.clientId", ""),
          collector: settings.get<string>("collector.url", ""),
        },
        workspaceFolders: (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
        home: settings.get<string>("home") || process.env.SLUICE_HOME || "",
      };
    },
    clientRequests: {
      "sluice/secret/get": async ({ key }) => (await context.secrets.get(key)) ?? null,
      "sluice/secret/store": async ({ key, value }) => {
        await context.secrets.store(key, value);
        return null;
      },
      "sluice/secret/delete": async ({ key }) => {
        await context.secrets.delete(key);
        return null;
      },
      "sluice/openExternal": async ({ url }) => vscode.env.openExternal(vscode.Uri.parse(url, true)),
    },
    showCodeLenses: () => vscode.workspace.getConfiguration("sluice").get("editor.codeLens", true),
  });
}
