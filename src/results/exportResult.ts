import * as vscode from "vscode";
import type { ExportFormat, ResultsFromPage } from "../../protocol/views.ts";

interface FormatPick extends vscode.QuickPickItem {
  readonly format: ExportFormat;
}

const FORMATS: readonly FormatPick[] = [
  {
    label: "CSV for spreadsheets",
    detail: "Text that a spreadsheet would take for a formula begins with an apostrophe",
    format: "spreadsheet",
  },
  { label: "CSV, exact", detail: "RFC 4180, every value as it is shown", format: "csv" },
  { label: "JSON", detail: "One object for each row", format: "json" },
];

/** Asks in which form to export; undefined where the person backed out. */
export async function pickExportFormat(): Promise<ExportFormat | undefined> {
  const picked = await vscode.window.showQuickPick(FORMATS, {
    title: "Export the rows that are shown, masked as they are shown",
  });
  return picked?.format;
}

/** Asks for a file and writes the text into it. */
export async function exportResult({
  format,
  text,
  rows,
}: Extract<ResultsFromPage, { kind: "exported" }>): Promise<void> {
  const extension = format === "json" ? "json" : "csv";
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title: "Export Results",
    filters: format === "json" ? { JSON: ["json"] } : { CSV: ["csv"] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, `results.${extension}`) }),
  });
  if (target === undefined) return;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  const open = "Open File";
  const answer = await vscode.window.showInformationMessage(
    `Exported ${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"} to ${target.path.split("/").at(-1)}.`,
    open,
  );
  if (answer === open) await vscode.commands.executeCommand("vscode.open", target);
}
