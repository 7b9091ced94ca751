import * as vscode from "vscode";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { effectiveEnvironment } from "../../protocol/connection.ts";
import type { SessionId } from "../../protocol/ids.ts";
import type { SuggestionReview } from "../../protocol/suggestion/suggestion.ts";
import type { SuggestionFromPage, SuggestionToPage } from "../../protocol/views.ts";
import type { AgentClient } from "../agentClient.ts";
import { isCancelled, problemOf } from "../problem.ts";
import type { Runs } from "../results/runs.ts";
import { showPage } from "../webviewPage.ts";

const TYPE = "sluice.suggestion";

/** What is to be reviewed, and how it is run afterwards. */
export interface ReviewOrder {
  readonly connection: ConnectionProfile;
  readonly sessionId: SessionId;
  readonly title: string;
  /** Exactly one statement. */
  readonly text: string;
  readonly suggestion: string;
  readonly uri: vscode.Uri | null;
  readonly start: number;
}

interface OpenPage {
  readonly panel: vscode.WebviewPanel;
  order: ReviewOrder;
  review: SuggestionReview | null;
  /** Time in view before it was last hidden, and since when it is in view now. */
  seen: number;
  since: number | null;
}

/** The pages on which AI-written SQL is looked at before it runs: one for each session, beside the text. */
export class ReviewPages implements vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #agent: AgentClient;
  readonly #runs: Runs;
  readonly #decided: () => void;
  readonly #pages = new Map<SessionId, OpenPage>();

  constructor(extensionUri: vscode.Uri, agent: AgentClient, runs: Runs, decided: () => void) {
    this.#extensionUri = extensionUri;
    this.#agent = agent;
    this.#runs = runs;
    this.#decided = decided;
  }

  /** Opens the review, in place of the one this session has. */
  async open(order: ReviewOrder): Promise<void> {
    const known = this.#pages.get(order.sessionId);
    if (known !== undefined) {
      known.order = order;
      known.panel.reveal(undefined, false);
      await this.#load(known);
      return;
    }
    const options = { enableFindWidget: true, retainContextWhenHidden: true };
    const panel = vscode.window.createWebviewPanel(TYPE, "AI Suggestion", vscode.ViewColumn.Beside, options);
    const page: OpenPage = { panel, order, review: null, seen: 0, since: null };
    this.#pages.set(order.sessionId, page);
    panel.webview.onDidReceiveMessage((message: SuggestionFromPage) => void this.#receive(page, message));
    panel.onDidChangeViewState(() => this.#timed(page));
    panel.onDidDispose(() => this.#pages.delete(page.order.sessionId));
    showPage(panel.webview, this.#extensionUri, "suggestion", "AI Suggestion");
  }

  dispose(): void {
    for (const { panel } of this.#pages.values()) panel.dispose();
  }

  async #receive(page: OpenPage, message: SuggestionFromPage): Promise<void> {
    try {
      switch (message.kind) {
        case "ready":
          await this.#load(page);
          return;
        case "showPrompt":
          await vscode.commands.executeCommand("sluice.suggestions.showSent", page.review?.prompt);
          return;
        case "run":
          await this.#decide(page, "run", null);
          page.panel.dispose();
          await this.#run(page.order);
          return;
        case "edit":
          await this.#decide(page, "edit", null);
          page.panel.dispose();
          await edit(page.order);
          return;
        case "reject":
          await this.#decide(page, "reject", message.reason);
          page.panel.dispose();
          return;
      }
    } catch (error) {
      if (!isCancelled(error)) this.#post(page, { kind: "problem", problem: problemOf(error) });
    }
  }

  async #load(page: OpenPage): Promise<void> {
    const { order } = page;
    const { connection, sessionId, text, suggestion } = order;
    page.review = null;
    try {
      const request = { connectionId: connection.id, sessionId, text, suggestion };
      const review = await this.#agent.request("sluice/suggest/review", request);
      if (page.order !== order) return;
      page.review = review;
      page.seen = 0;
      page.since = null;
      this.#timed(page);
      const environment = effectiveEnvironment(connection);
      this.#post(page, { kind: "review", review, connection: connection.name, environment });
    } catch (error) {
      this.#post(page, { kind: "problem", problem: problemOf(error) });
    }
  }

  async #decide(page: OpenPage, decision: "run" | "edit" | "reject", reason: string | null): Promise<void> {
    if (page.review === null) return;
    const { review } = page.review;
    const milliseconds = Math.round(page.seen + (page.since === null ? 0 : performance.now() - page.since));
    await this.#agent.request("sluice/suggest/decide", { review, decision, reason, milliseconds });
    this.#decided();
  }

  #timed(page: OpenPage): void {
    if (page.panel.visible) page.since ??= performance.now();
    else if (page.since !== null) {
      page.seen += performance.now() - page.since;
      page.since = null;
    }
  }

  async #run({ connection, sessionId, title, text, suggestion, uri, start }: ReviewOrder): Promise<void> {
    const suggested = [{ start: 0, end: text.length, suggestion }];
    await this.#runs.run({ connection, sessionId, title, text, baseOffset: start, uri, suggested });
  }

  #post({ panel }: OpenPage, message: SuggestionToPage): void {
    void panel.webview.postMessage(message);
  }
}

/** Brings the person to the words they are about to change. */
async function edit({ uri, start, text }: ReviewOrder): Promise<void> {
  const open = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri?.toString());
  if (open === undefined) {
    await vscode.commands.executeCommand("sluice.query.focus");
    return;
  }
  const editor = await vscode.window.showTextDocument(open, vscode.ViewColumn.One);
  const at = new vscode.Range(open.positionAt(start), open.positionAt(start + text.length));
  editor.selection = new vscode.Selection(at.start, at.start);
  editor.revealRange(at);
}
