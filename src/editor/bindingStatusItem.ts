import * as vscode from "vscode";
import { environmentWords } from "../connections/environment.ts";
import type { Bindings } from "./bindings.ts";

/** Shows for the active SQL document which connection it runs on, and keeps `sluice.boundDocument` true. */
export function createBindingStatusItem(bindings: Bindings): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("sluice.binding", vscode.StatusBarAlignment.Right, 100);
  item.name = "Sluice Connection";
  item.command = "sluice.selectConnection";
  const render = () => {
    const document = vscode.window.activeTextEditor?.document;
    const bound = document === undefined ? undefined : bindings.boundId(document);
    void vscode.commands.executeCommand("setContext", "sluice.boundDocument", bound !== undefined);
    if (document?.languageId !== "sql") {
      item.hide();
      return;
    }
    const profile = bindings.profileOf(document);
    if (profile === undefined) {
      item.text =
        bound === undefined
          ? "$(debug-disconnect) Select connection"
          : "$(debug-disconnect) Connection not available";
      item.tooltip =
        bound === undefined
          ? "This SQL document is not connected. Click to choose the database its statements run on."
          : "The connection of this document was removed, or nobody is signed in. Click to choose another.";
      item.color = undefined;
    } else {
      const { name, tooltip, color } = environmentWords(profile.environment);
      item.text = `$(database) ${profile.name} (${name})`;
      item.tooltip = `Statements of this document run on ${profile.name}. ${tooltip}. Click to change.`;
      item.color = new vscode.ThemeColor(color);
    }
    item.accessibilityInformation = { label: `${item.text.replace(/\$\([^)]*\)\s*/g, "")}. ${item.tooltip}` };
    item.show();
  };
  render();
  return vscode.Disposable.from(
    item,
    bindings.onChange(render),
    vscode.window.onDidChangeActiveTextEditor(render),
    vscode.workspace.onDidOpenTextDocument(render),
  );
}
