import * as vscode from "vscode";
import type { SentPrompt } from "../../protocol/suggestion/suggestion.ts";
import type { AgentClient } from "../agentClient.ts";

const SCHEME = "sluice-sent";

/** Shows exactly what a model was sent: the one that is meant, or one the person picks. */
export async function showSent(agent: AgentClient, prompt: string | null | undefined): Promise<void> {
  const all = await agent.request("sluice/suggest/sent", {});
  if (all.length === 0) {
    void vscode.window.showInformationMessage("Nothing was sent to a model since the agent started.");
    return;
  }
  const chosen = prompt == null ? await pick(all) : all.find((sent) => sent.prompt === prompt);
  if (chosen === undefined) {
    if (prompt != null)
      void vscode.window.showInformationMessage("What was sent is no longer kept; its hash is on record.");
    return;
  }
  const at = new Date(chosen.at).toLocaleTimeString().replaceAll("/", "-");
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `Sent ${at}.txt`, query: chosen.prompt });
  await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preview: true });
}

/** Shows them as texts that nobody has to save. */
export const sentDocuments = (agent: AgentClient): vscode.Disposable =>
  vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: async ({ query }) => {
      const all = await agent.request("sluice/suggest/sent", {});
      const sent = all.find(({ prompt }) => prompt === query);
      return sent === undefined ? "What was sent is no longer kept; its hash is on record." : textOf(sent);
    },
  });

async function pick(all: readonly SentPrompt[]): Promise<SentPrompt | undefined> {
  const items = all.map((sent) => ({
    label: sent.question === "" ? `(${sent.how})` : sent.question,
    description: `${sent.how} · ${sent.connection} · ${new Date(sent.at).toLocaleTimeString()}`,
    detail: `${sent.tables} tables, ${sent.tokens} tokens`,
    sent,
  }));
  return (await vscode.window.showQuickPick(items, { title: "What Was Sent to Models" }))?.sent;
}

const textOf = ({ messages }: SentPrompt): string =>
  messages.map(({ role, text }) => `──── ${role} ────\n${text}`).join("\n\n");
