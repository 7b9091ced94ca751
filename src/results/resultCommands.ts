import * as vscode from "vscode";
import { registerCommand } from "../showProblem.ts";
import type { ResultsView } from "./resultsView.ts";

/** The buttons of the results view's title. */
export function registerResultCommands(view: ResultsView): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand("sluice.results.copy", () => view.post({ kind: "copy" })),
    registerCommand("sluice.results.export", () => view.askExport()),
    registerCommand("sluice.results.clear", () => view.clear()),
  );
}
