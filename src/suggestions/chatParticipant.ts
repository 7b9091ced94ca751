import * as vscode from "vscode";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { PromptOrder, Suggestion } from "../../protocol/suggestion/suggestion.ts";
import type { AgentClient } from "../agentClient.ts";
import { statementAt } from "../editor/statementAt.ts";
import type { AskParts } from "./askCommand.ts";
import { earlierTurns } from "./chatHistory.ts";
import { editorModel } from "./editorModel.ts";
import { deniedText } from "./insertSuggestion.ts";

/** `@sluice` in the editor's chat: SQL for a question, and what the agent makes of it. */
export function createParticipant(
  agent: AgentClient,
  parts: AskParts,
  extensionUri: vscode.Uri,
): vscode.Disposable {
  const participant = vscode.chat.createChatParticipant("sluice.sluice", (request, context, stream, token) =>
    answer({ agent, parts, request, context, stream, token }),
  );
  participant.iconPath = vscode.Uri.joinPath(extensionUri, "media", "icon.png");
  return participant;
}

interface Turn {
  readonly agent: AgentClient;
  readonly parts: AskParts;
  readonly request: vscode.ChatRequest;
  readonly context: vscode.ChatContext;
  readonly stream: vscode.ChatResponseStream;
  readonly token: vscode.CancellationToken;
}

async function answer(turn: Turn): Promise<void> {
  const { agent, parts, request, stream, token } = turn;
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors.find(isSql);
  await agent.start();
  await parts.connections.reload();
  const connection = connectionOf(editor, parts);
  if (connection === null) {
    stream.markdown(
      "Open a SQL document and choose its connection first: the answer depends on what is in that database.",
    );
    return;
  }
  const order = await orderOf(turn, editor, connection);
  if (order === null) {
    stream.markdown("There is no statement here: write it behind the command, or put the cursor into one.");
    return;
  }
  stream.progress(`Asking about ${connection.name}…`);
  const asking = { connectionId: connection.id, order, token, model: editorModel(request.model) };
  if (order.kind === "explain") {
    const reason = await parts.asker.explain(asking, (text) => stream.markdown(text));
    if (reason !== null) stream.markdown(`Nothing was explained: ${reason}.`);
    return;
  }
  const asked = await parts.asker.ask(asking);
  if (asked.kind === "none") stream.markdown(`Nothing was suggested: ${asked.reason}.`);
  if (asked.kind !== "suggestion") return;
  parts.provenance.made(asked.suggestion);
  tell(asked.suggestion, connection, stream);
}

function tell(
  suggestion: Suggestion,
  connection: ConnectionProfile,
  stream: vscode.ChatResponseStream,
): void {
  const { sql, report, differences, repaired, id } = suggestion;
  const { decision } = report;
  const denied = decision.verdict === "deny";
  stream.markdown(code(denied ? deniedText(suggestion) : sql));
  const masked = decision.columns.filter(({ mask }) => mask !== null).map(({ name }) => `\`${name}\``);
  const lines = [
    denied ? `**Blocked on ${connection.name}:** ${decision.reason}` : "",
    decision.verdict === "approve" ? `**Needs approval on ${connection.name}:** ${decision.reason}` : "",
    masked.length === 0 ? "" : `Masked for you: ${masked.join(", ")}.`,
    ...differences.map(({ message }) => message),
    ...repaired.map((words) => `Put right: ${words}.`),
    `Risk ${decision.risk.score} of 100.`,
  ].filter((line) => line !== "");
  stream.markdown(`\n\n${lines.map((line) => `- ${line}`).join("\n")}\n`);
  if (denied) return;
  const argument = [id, connection.id];
  stream.button({ title: "Insert", command: "sluice.suggestions.insert", arguments: argument });
  stream.button({ title: "Review and Run", command: "sluice.suggestions.reviewMade", arguments: argument });
}

/** A fence longer than any in the text. */
function code(sql: string): string {
  const longest = Math.max(2, ...[...sql.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}sql\n${sql}\n${fence}`;
}

async function orderOf(
  { agent, request, context }: Turn,
  editor: vscode.TextEditor | undefined,
  connection: ConnectionProfile,
): Promise<PromptOrder | null> {
  const { command, prompt } = request;
  const text = editor !== undefined && isSql(editor) ? editor.document.getText() : undefined;
  if (command === undefined || command === "ask")
    return {
      kind: "chat",
      question: prompt,
      earlier: earlierTurns(context),
      ...(text === undefined ? {} : { text }),
    };
  const kind = command === "explain" ? "explain" : command === "fix" ? "fix" : "optimise";
  if (/\b(?:select|insert|update|delete|with|create|alter|drop)\b[\s\S]*\s/i.test(prompt))
    return { kind, statement: prompt };
  if (editor === undefined || text === undefined) return null;
  const reports = await agent.request("sluice/check", { connectionId: connection.id, text });
  const report = statementAt(reports, editor.document.offsetAt(editor.selection.active), text);
  if (report === null) return null;
  const question = prompt.trim() === "" ? {} : { question: prompt };
  return { kind, statement: report.statement, ...question };
}

/** The connection of the document in view, or the only one there is. */
function connectionOf(editor: vscode.TextEditor | undefined, parts: AskParts): ConnectionProfile | null {
  const bound = editor === undefined ? undefined : parts.bindings.profileOf(editor.document);
  if (bound !== undefined) return bound;
  const { profiles } = parts.connections;
  return profiles.length === 1 ? (profiles[0] ?? null) : null;
}

const isSql = ({ document }: vscode.TextEditor): boolean => document.languageId === "sql";
