import * as vscode from "vscode";
import { sessionId } from "../../protocol/ids.ts";
import type { ReviewState, StatementOrigin } from "../../protocol/suggestion/suggestion.ts";
import type { AgentClient } from "../agentClient.ts";
import type { Bindings } from "../editor/bindings.ts";
import type { Provenance } from "./provenance.ts";

const PAUSE_MS = 300;
export const REVIEW = "sluice.suggestions.review";

const TITLES: Readonly<Record<ReviewState, string>> = {
  undecided: "$(sparkle) AI suggestion · Review",
  approved: "$(sparkle) AI suggestion · you approved it",
  rejected: "$(sparkle) AI suggestion · you rejected it",
  free: "$(sparkle) AI suggestion · runs without review",
};

/** Marks each statement a model wrote, in the gutter and with a lens that opens its review. */
export class SuggestionMarks implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #agent: AgentClient;
  readonly #bindings: Bindings;
  readonly #provenance: Provenance;
  readonly #lensesChanged = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#lensesChanged.event;
  readonly #gutter: vscode.TextEditorDecorationType;
  readonly #known = new Map<
    string,
    { readonly version: number; readonly origins: readonly StatementOrigin[] }
  >();
  readonly #subscriptions: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;

  constructor(extensionUri: vscode.Uri, agent: AgentClient, bindings: Bindings, provenance: Provenance) {
    this.#agent = agent;
    this.#bindings = bindings;
    this.#provenance = provenance;
    this.#gutter = vscode.window.createTextEditorDecorationType({
      gutterIconPath: vscode.Uri.joinPath(extensionUri, "media", "suggestion.svg"),
      gutterIconSize: "80%",
      overviewRulerColor: new vscode.ThemeColor("sluice.suggestionRuler"),
      overviewRulerLane: vscode.OverviewRulerLane.Left,
    });
    this.#subscriptions = vscode.Disposable.from(
      vscode.languages.registerCodeLensProvider({ language: "sql" }, this),
      provenance.onChange(() => this.refresh()),
      bindings.onChange(() => this.refresh()),
      agent.onStateChange(({ kind }) => {
        if (kind === "running") this.refresh();
      }),
      agent.on("sluice/catalogChanged", () => this.refresh()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId === "sql") this.refresh();
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => this.refresh()),
    );
    this.refresh();
  }

  /** After a pause in which nothing else changed. */
  refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), PAUSE_MS);
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const known = this.#known.get(document.uri.toString());
    if (known?.version !== document.version) return [];
    return known.origins.map(({ start, end, suggestion, state }) => {
      const at = document.positionAt(start);
      return new vscode.CodeLens(new vscode.Range(at, at), {
        title: TITLES[state],
        command: REVIEW,
        arguments: [document.uri.toString(), start, end, suggestion],
      });
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscriptions.dispose();
    this.#lensesChanged.dispose();
    this.#gutter.dispose();
  }

  async #look(): Promise<void> {
    if (this.#agent.state.kind !== "running") return;
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const connection = this.#bindings.profileOf(document);
      if (connection === undefined) continue;
      const { version } = document;
      const origins = await this.#agent
        .request("sluice/suggest/origins", {
          connectionId: connection.id,
          sessionId: sessionId(`document:${document.uri.toString()}`),
          text: document.getText(),
          suggested: this.#provenance.rangesOf(document),
        })
        .catch(() => null);
      if (origins === null || document.version !== version) continue;
      const before = JSON.stringify(this.#known.get(document.uri.toString()));
      const now = { version, origins };
      this.#known.set(document.uri.toString(), now);
      editor.setDecorations(
        this.#gutter,
        origins.map(
          ({ start, end }) => new vscode.Range(document.positionAt(start), document.positionAt(end)),
        ),
      );
      if (JSON.stringify(now) !== before) this.#lensesChanged.fire();
    }
  }
}
