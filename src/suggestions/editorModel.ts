import * as vscode from "vscode";
import { type Model, ModelError } from "./model.ts";

const JUSTIFICATION = "Sluice asks for SQL with the names of tables and columns, and never with their rows.";

/** A model the editor offers: Copilot's, or another extension's. */
export function editorModel(chat: vscode.LanguageModelChat): Model {
  return {
    name: `${chat.vendor}/${chat.family}`,
    async *send(messages, signal) {
      const cancellation = new vscode.CancellationTokenSource();
      const stop = (): void => cancellation.cancel();
      signal.addEventListener("abort", stop);
      try {
        const sent = messages.map(({ role, text }) =>
          role === "assistant"
            ? vscode.LanguageModelChatMessage.Assistant(text)
            : vscode.LanguageModelChatMessage.User(text),
        );
        const response = await chat.sendRequest(sent, { justification: JUSTIFICATION }, cancellation.token);
        for await (const part of response.text) yield part;
      } catch (error) {
        signal.throwIfAborted();
        throw new ModelError(reasonOf(error), error);
      } finally {
        signal.removeEventListener("abort", stop);
        cancellation.dispose();
      }
    },
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof vscode.LanguageModelError)) return "the model failed";
  switch (error.code) {
    case vscode.LanguageModelError.NoPermissions.name:
      return "you have not let Sluice use the editor's models";
    case vscode.LanguageModelError.Blocked.name:
      return "the model's provider refused, or its limit is reached";
    case vscode.LanguageModelError.NotFound.name:
      return "the model is gone";
    default:
      return "the model failed";
  }
}
