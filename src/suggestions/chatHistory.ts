import * as vscode from "vscode";
import type { EarlierTurn } from "../../protocol/suggestion/suggestion.ts";

/** What was asked of this participant before in the conversation, with the SQL it answered. */
export function earlierTurns({ history }: vscode.ChatContext): readonly EarlierTurn[] {
  const turns: EarlierTurn[] = [];
  for (const [at, asked] of history.entries()) {
    if (!(asked instanceof vscode.ChatRequestTurn)) continue;
    const answered = history[at + 1];
    const sql = answered instanceof vscode.ChatResponseTurn ? sqlIn(answered) : "";
    turns.push({ question: asked.prompt, sql });
  }
  return turns;
}

function sqlIn({ response }: vscode.ChatResponseTurn): string {
  const text = response
    .map((part) => (part instanceof vscode.ChatResponseMarkdownPart ? part.value.value : ""))
    .join("");
  return /(`{3,})sql\n([\s\S]*?)\n\1/.exec(text)?.[2] ?? "";
}
