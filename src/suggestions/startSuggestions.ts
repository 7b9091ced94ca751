import * as vscode from "vscode";
import { type ConnectionId, connectionId, sessionId } from "../../protocol/ids.ts";
import type { AgentClient } from "../agentClient.ts";
import type { ConnectionList } from "../connections/connectionList.ts";
import type { Bindings } from "../editor/bindings.ts";
import { ProblemError } from "../problem.ts";
import type { QueryBoxView } from "../queryBox/queryBoxView.ts";
import type { ResultsView } from "../results/resultsView.ts";
import type { Runs } from "../results/runs.ts";
import { registerCommand } from "../showProblem.ts";
import { askForSql } from "./askCommand.ts";
import { ModelAsker } from "./askModel.ts";
import { createParticipant } from "./chatParticipant.ts";
import { InlineSuggestions } from "./inlineSuggestions.ts";
import { insertSuggestion, targetFor } from "./insertSuggestion.ts";
import { Models } from "./models.ts";
import { Provenance } from "./provenance.ts";
import { ReviewPages } from "./reviewPages.ts";
import { reviewBeforeRun } from "./runGuard.ts";
import { sentDocuments, showSent } from "./sentPrompts.ts";
import { StatementCommands } from "./statementCommands.ts";
import { REVIEW, SuggestionMarks } from "./suggestionMarks.ts";

export interface SuggestionParts {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly agent: AgentClient;
  readonly connections: ConnectionList;
  readonly bindings: Bindings;
  readonly runs: Runs;
  readonly results: ResultsView;
  readonly queryBox: QueryBoxView;
}

/** Wires everything around models. Loaded after activation, since nothing of it is needed before. */
export function startSuggestions(parts: SuggestionParts): vscode.Disposable {
  const { context, log, agent, connections, bindings, runs, results, queryBox } = parts;
  const models = new Models(context);
  const asker = new ModelAsker(agent, models, log);
  const provenance = new Provenance(agent, context.workspaceState);
  const marks = new SuggestionMarks(context.extensionUri, agent, bindings, provenance);
  const pages = new ReviewPages(context.extensionUri, agent, runs, () => marks.refresh());
  const asking = { asker, connections, bindings, provenance };
  runs.guard = reviewBeforeRun(agent, provenance, (order) => pages.open(order));
  queryBox.ask = async (id, question, token) => {
    const asked = await asker.ask({ connectionId: id, order: { kind: "ask", question }, token });
    if (asked.kind === "suggestion") provenance.made(asked.suggestion);
    return asked;
  };
  queryBox.taken = (suggestion) => provenance.taken(suggestion);

  const made = (suggestion: string, connection: ConnectionId) => {
    const found = provenance.find(suggestion);
    const profile = connections.find(connection);
    if (found !== undefined && profile !== undefined) return { suggestion: found, connection: profile };
    throw new ProblemError({
      code: "suggestion-gone",
      message: "This suggestion is no longer kept in this window, or its connection is gone.",
      action: "Ask again.",
    });
  };
  const insert = async (suggestion: string, id: string): Promise<void> => {
    const one = made(suggestion, connectionId(id));
    const editor = vscode.window.visibleTextEditors.find(
      ({ document }) => bindings.profileOf(document)?.id === one.connection.id,
    );
    await insertSuggestion(one.suggestion, await targetFor(editor, one.connection, bindings), provenance);
  };
  const review = async (uri: string, start: number, end: number, suggestion: string): Promise<void> => {
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri);
    const connection = document === undefined ? undefined : bindings.profileOf(document);
    if (document === undefined || connection === undefined) return;
    await pages.open({
      connection,
      sessionId: sessionId(`document:${uri}`),
      title: vscode.workspace.asRelativePath(document.uri).split("/").at(-1) ?? document.uri.path,
      text: document.getText().slice(start, end),
      suggestion,
      uri: document.uri,
      start,
    });
  };
  return vscode.Disposable.from(
    provenance,
    marks,
    pages,
    sentDocuments(agent),
    new InlineSuggestions(asker, bindings, provenance),
    new StatementCommands(agent, results, asking),
    createParticipant(agent, asking, context.extensionUri),
    registerCommand("sluice.suggestions.ask", () => askForSql(asking)),
    registerCommand("sluice.suggestions.setKey", () => models.setKey()),
    registerCommand("sluice.suggestions.showSent", (prompt?: string | null) => showSent(agent, prompt)),
    registerCommand("sluice.suggestions.insert", insert),
    registerCommand(REVIEW, review),
    registerCommand("sluice.suggestions.reviewMade", async (suggestion: string, id: string) => {
      const one = made(suggestion, connectionId(id));
      provenance.taken(suggestion);
      await pages.open({
        connection: one.connection,
        sessionId: sessionId(`chat:${one.connection.id}`),
        title: "Chat",
        text: one.suggestion.sql,
        suggestion,
        uri: null,
        start: 0,
      });
    }),
  );
}
