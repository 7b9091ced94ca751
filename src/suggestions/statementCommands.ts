import * as vscode from "vscode";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { StatementReport } from "../../protocol/messages.ts";
import type { AgentClient } from "../agentClient.ts";
import { statementAt } from "../editor/statementAt.ts";
import type { ResultsView } from "../results/resultsView.ts";
import { registerCommand } from "../showProblem.ts";
import { type AskParts, connectionFor, improve } from "./askCommand.ts";

const FIX = "sluice.suggestions.fix";

/** The statement a command is about. */
interface Place {
  readonly document: vscode.TextDocument;
  readonly connection: ConnectionProfile;
  readonly report: StatementReport;
}

/** A statement of a document that failed, as it was. */
interface Failed {
  readonly text: string;
  readonly problem: string;
}

/** Explaining, fixing and speeding up the statement at the cursor; fixing is offered where something is wrong. */
export class StatementCommands implements vscode.CodeActionProvider, vscode.Disposable {
  readonly #agent: AgentClient;
  readonly #parts: AskParts;
  readonly #failed = new Map<string, Failed>();
  readonly #subscriptions: vscode.Disposable;

  constructor(agent: AgentClient, results: ResultsView, parts: AskParts) {
    this.#agent = agent;
    this.#parts = parts;
    this.#subscriptions = vscode.Disposable.from(
      vscode.languages.registerCodeActionsProvider({ language: "sql" }, this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
      agent.on("sluice/statement", ({ runToken, report, state }) => {
        const uri = results.find(runToken)?.uri?.toString();
        if (uri === undefined) return;
        if (state.kind === "failed")
          this.#failed.set(uri, { text: report.statement, problem: state.problem.message });
        else this.#failed.delete(uri);
      }),
      registerCommand("sluice.suggestions.explain", () => this.#explain()),
      registerCommand("sluice.suggestions.optimise", () => this.#optimise()),
      registerCommand(FIX, (uri?: string, offset?: number) => this.#fix(uri, offset)),
    );
  }

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    if (this.#parts.bindings.profileOf(document) === undefined) return [];
    const wrong = diagnostics.filter(({ source, code }) => source === "Sluice" && isMistake(code));
    const failed = this.#failed.get(document.uri.toString());
    const at = failed === undefined ? -1 : document.getText().indexOf(failed.text);
    const offset = document.offsetAt(range.start);
    const inFailed = failed !== undefined && at >= 0 && at <= offset && offset <= at + failed.text.length;
    if (wrong.length === 0 && !inFailed) return [];
    const action = new vscode.CodeAction("Fix with AI", vscode.CodeActionKind.QuickFix);
    action.command = { title: action.title, command: FIX, arguments: [document.uri.toString(), offset] };
    action.diagnostics = wrong;
    return [action];
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  async #fix(uri?: string, offset?: number): Promise<void> {
    const place = await this.#place(uri, offset);
    if (place === null) return;
    const { document, connection, report } = place;
    const failed = this.#failed.get(document.uri.toString());
    const judged = report.decision.findings.find(({ rule }) => isMistake(rule))?.message;
    const problem = failed?.text === report.statement ? failed.problem : judged;
    const order = {
      kind: "fix",
      statement: report.statement,
      ...(problem === undefined ? {} : { problem }),
    } as const;
    await improve(this.#parts, connection, order, { document, range: rangeOf(document, report) });
  }

  /** The faster one goes below: whoever reads both can compare them. */
  async #optimise(): Promise<void> {
    const place = await this.#place();
    if (place === null) return;
    const { document, connection, report } = place;
    const { end } = document.lineAt(document.positionAt(report.end).line).range;
    await improve(
      this.#parts,
      connection,
      { kind: "optimise", statement: report.statement },
      { document, range: new vscode.Range(end, end) },
    );
  }

  async #explain(): Promise<void> {
    const place = await this.#place();
    if (place === null) return;
    const parts: string[] = [];
    const reason = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: "Asking the model…", cancellable: true },
      (_progress, token) =>
        this.#parts.asker.explain(
          {
            connectionId: place.connection.id,
            order: { kind: "explain", statement: place.report.statement },
            token,
          },
          (text) => parts.push(text),
        ),
    );
    if (reason !== null) {
      void vscode.window.showInformationMessage(`Nothing was explained: ${reason}.`);
      return;
    }
    if (parts.length === 0) return;
    const content = `What it does\n\n${parts.join("")}\n\n\`\`\`sql\n${place.report.statement}\n\`\`\`\n`;
    const document = await vscode.workspace.openTextDocument({ language: "markdown", content });
    await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside, true);
  }

  async #place(uri?: string, offset?: number): Promise<Place | null> {
    const editor = vscode.window.activeTextEditor;
    const document =
      uri === undefined
        ? editor?.document
        : vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri);
    if (document?.languageId !== "sql") return null;
    await this.#parts.connections.requireSignedIn();
    const connection = await connectionFor(editor, this.#parts.connections, this.#parts.bindings);
    if (connection === null) return null;
    const text = document.getText();
    const reports = await this.#agent.request("sluice/check", { connectionId: connection.id, text });
    const cursor = offset ?? (editor === undefined ? 0 : document.offsetAt(editor.selection.active));
    const report = statementAt(reports, cursor, text);
    if (report === null) {
      void vscode.window.showInformationMessage("There is no statement here.");
      return null;
    }
    return { document, connection, report };
  }
}

const isMistake = (code: unknown): boolean => code === "syntax-error" || code === "unresolved-name";

const rangeOf = (document: vscode.TextDocument, { start, end }: StatementReport): vscode.Range =>
  new vscode.Range(document.positionAt(start), document.positionAt(end));
