import * as vscode from "vscode";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { Suggestion } from "../../protocol/suggestion/suggestion.ts";
import type { Bindings } from "../editor/bindings.ts";
import type { Provenance } from "./provenance.ts";

/** Where a suggestion goes: in place of a range of a document, or at its end where there is none. */
export interface Target {
  readonly document: vscode.TextDocument;
  readonly range: vscode.Range;
}

/**
 * Puts a suggestion into a document, tracked from its first letter. One that policy denies goes in as a comment that says
 * so: it is to be read, and does not run by accident.
 */
export async function insertSuggestion(
  suggestion: Suggestion,
  { document, range }: Target,
  provenance: Provenance,
): Promise<void> {
  const editor = await vscode.window.showTextDocument(document);
  const denied = suggestion.report.decision.verdict === "deny";
  const replaces = !range.isEmpty;
  const before = replaces || blankBefore(document, range.start) ? "" : "\n";
  const text = denied ? deniedText(suggestion) : suggestion.sql;
  const ends = replaces ? "" : `${denied ? "" : ";"}\n`;
  const start = document.offsetAt(range.start) + before.length;
  const done = await editor.edit((edit) => edit.replace(range, `${before}${text}${ends}`));
  if (!done) return;
  if (!denied) provenance.track(document, { start, end: start + text.length, suggestion: suggestion.id });
  const at = new vscode.Range(document.positionAt(start), document.positionAt(start + text.length));
  editor.selection = new vscode.Selection(at.start, at.start);
  editor.revealRange(at);
}

/** The statement as a comment, under what is against it. */
export function deniedText({ sql, report }: Suggestion): string {
  const lines = [`Blocked by policy: ${report.decision.reason}`, ...sql.split("\n")];
  return lines.map((line) => `-- ${line}`).join("\n");
}

const blankBefore = (document: vscode.TextDocument, { line, character }: vscode.Position): boolean =>
  document.lineAt(line).text.slice(0, character).trim() === "";

/** The place below the cursor of an editor, or a new document on this connection. */
export async function targetFor(
  editor: vscode.TextEditor | undefined,
  connection: ConnectionProfile,
  bindings: Bindings,
): Promise<Target> {
  if (editor !== undefined && bindings.profileOf(editor.document)?.id === connection.id) {
    const { line } = editor.selection.active;
    const { end } = editor.document.lineAt(line).range;
    return { document: editor.document, range: new vscode.Range(end, end) };
  }
  const document = await vscode.workspace.openTextDocument({ language: "sql", content: "" });
  await bindings.bind(document, connection.id);
  return { document, range: new vscode.Range(0, 0, 0, 0) };
}
