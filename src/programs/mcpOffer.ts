import * as vscode from "vscode";
import type { AgentClient } from "../agentClient.ts";

const PROVIDER = "sluice.mcp";
/** Where it listens is known when it is started. */
const NOT_YET = "http://127.0.0.1/mcp";

/**
 * Offers the tools to the editor's own MCP clients: this window's agent listens on this machine, for whoever has the token
 * that is handed to the editor alone.
 */
export function offerMcpServer(agent: AgentClient, version: string): vscode.Disposable {
  return vscode.lm.registerMcpServerDefinitionProvider(PROVIDER, {
    provideMcpServerDefinitions: () => [
      new vscode.McpHttpServerDefinition("Sluice", vscode.Uri.parse(NOT_YET), {}, version),
    ],
    resolveMcpServerDefinition: async (server: vscode.McpHttpServerDefinition) => {
      const { url, token } = await agent.request("sluice/programs/listen", {});
      server.uri = vscode.Uri.parse(url);
      server.headers = { Authorization: `Bearer ${token}` };
      return server;
    },
  });
}
