import * as vscode from "vscode";
import type { HighlightMark, Highlights } from "../../protocol/messages.ts";
import type { AgentClient } from "../agentClient.ts";

type Style = "confidential" | "restricted";

/** Underlines sensitive columns where they stand in the text. The hover comes from the agent by LSP. */
export class SensitiveHighlights implements vscode.Disposable {
  readonly #types: Readonly<Record<Style, vscode.TextEditorDecorationType>> = {
    confidential: underline("confidential"),
    restricted: underline("restricted"),
  };
  readonly #known = new Map<string, Highlights>();
  readonly #subscriptions: vscode.Disposable;

  constructor(agent: AgentClient) {
    this.#subscriptions = vscode.Disposable.from(
      agent.on("sluice/highlights", (highlights) => {
        this.#known.set(highlights.uri, highlights);
        this.#show(vscode.window.visibleTextEditors);
      }),
      vscode.window.onDidChangeVisibleTextEditors((editors) => this.#show(editors)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#known.delete(uri.toString())),
      ...Object.values(this.#types),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  /** Marks of an older text are left out: the editor has moved the ones it shows along with what was typed. */
  #show(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) {
      const { document } = editor;
      const highlights = this.#known.get(document.uri.toString());
      if (highlights === undefined) continue;
      if (highlights.marks.length > 0 && highlights.version !== document.version) continue;
      for (const style of ["confidential", "restricted"] as const) {
        const marks = highlights.marks.filter((mark) => styleOf(mark) === style);
        editor.setDecorations(
          this.#types[style],
          marks.map((mark) => decorationOf(mark, document)),
        );
      }
    }
  }
}

const styleOf = ({ level }: HighlightMark): Style => (level === "restricted" ? "restricted" : "confidential");

function decorationOf(
  { start, end, after }: HighlightMark,
  document: vscode.TextDocument,
): vscode.DecorationOptions {
  const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
  if (after === undefined) return { range };
  const color = new vscode.ThemeColor("sluice.hintForeground");
  return { range, renderOptions: { after: { contentText: ` ${after}`, color, fontStyle: "italic" } } };
}

const underline = (style: Style): vscode.TextEditorDecorationType =>
  vscode.window.createTextEditorDecorationType({
    borderStyle: style === "restricted" ? "solid" : "dotted",
    borderWidth: "0 0 2px 0",
    borderColor: new vscode.ThemeColor(`sluice.${style}Underline`),
    backgroundColor: new vscode.ThemeColor(`sluice.${style}Background`),
    overviewRulerColor: new vscode.ThemeColor(`sluice.${style}Underline`),
    overviewRulerLane: vscode.OverviewRulerLane.Right,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
