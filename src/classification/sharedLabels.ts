import * as vscode from "vscode";
import type { FileMistake } from "../../protocol/messages.ts";
import type { AgentClient } from "../agentClient.ts";
import type { ConnectionList } from "../connections/connectionList.ts";
import { environmentWords } from "../connections/environment.ts";
import { ProblemError } from "../problem.ts";
import { showProblem } from "../showProblem.ts";

const FILE = [".sluice", "labels.yaml"] as const;

/** Writes this machine's corrections of a connection into a workspace folder's file, and shows it unsaved. */
export async function shareLabels(agent: AgentClient, connections: ConnectionList): Promise<void> {
  const folder = await pickFolder();
  const profiles = await connections.requireSignedIn();
  if (folder === undefined) return;
  const picked = await vscode.window.showQuickPick(
    profiles.map((profile) => ({
      label: profile.name,
      description: environmentWords(profile.environment).name,
      profile,
    })),
    { title: "Share Label Corrections", placeHolder: "Corrections of which connection?" },
  );
  if (picked === undefined) return;
  const uri = vscode.Uri.joinPath(folder.uri, ...FILE);
  const before = await textOf(uri);
  const { text, added } = await agent.request("sluice/labels/share", {
    connectionId: picked.profile.id,
    text: before,
  });
  if (added === 0) {
    const nothing = `Every correction of ${picked.label} made on this machine is in the file already, or there is none.`;
    void vscode.window.showInformationMessage(nothing);
    return;
  }
  const edit = new vscode.WorkspaceEdit();
  if (before === null) edit.createFile(uri, { contents: Buffer.from(text) });
  else edit.replace(uri, new vscode.Range(0, 0, Number.MAX_SAFE_INTEGER, 0), text);
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(uri);
  await vscode.workspace.save(uri);
  const what = added === 1 ? "1 correction" : `${added} corrections`;
  void vscode.window.showInformationMessage(
    `${what} of ${picked.label} put into ${vscode.workspace.asRelativePath(uri)}.`,
  );
}

/** Has the agent read a labels file again when it changes, and marks the mistake in it where there is one. */
export function watchSharedLabels(agent: AgentClient): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher("**/.sluice/labels.yaml");
  const mistakes = vscode.languages.createDiagnosticCollection("sluice.labels");
  const reread = async (): Promise<void> => {
    if (agent.state.kind !== "running") return;
    const mistake = await agent.request("sluice/labels/reread", {});
    mistakes.clear();
    if (mistake === null) return;
    mark(mistakes, mistake);
    await showMistake(mistake);
  };
  const look = (): void => void reread().catch(showProblem);
  return vscode.Disposable.from(
    watcher,
    mistakes,
    agent.on("sluice/labelsIgnored", showIgnored),
    watcher.onDidChange(look),
    watcher.onDidCreate(look),
    watcher.onDidDelete(look),
  );
}

function mark(mistakes: vscode.DiagnosticCollection, { file, line, column, problem }: FileMistake): void {
  const from = new vscode.Position(line - 1, column - 1);
  const range = new vscode.Range(from, from.translate(0, 1));
  const diagnostic = new vscode.Diagnostic(range, problem.message, vscode.DiagnosticSeverity.Error);
  diagnostic.source = "Sluice";
  mistakes.set(vscode.Uri.file(file), [diagnostic]);
}

async function showMistake({ file, line, column, problem }: FileMistake): Promise<void> {
  const open = "Open File";
  const answer = await vscode.window.showErrorMessage(`${problem.message} ${problem.action}`, open);
  if (answer !== open) return;
  const at = new vscode.Position(line - 1, column - 1);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(at, at) });
}

async function showIgnored({ notices }: { readonly notices: readonly string[] }): Promise<void> {
  const [first = ""] = notices;
  const more = notices.length > 1 ? ` And ${notices.length - 1} more.` : "";
  const show = "Show All";
  if ((await vscode.window.showInformationMessage(`${first}${more}`, show)) === show) {
    await vscode.commands.executeCommand("sluice.classification.focus");
  }
}

async function pickFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 1) return vscode.window.showWorkspaceFolderPick();
  const [only] = folders;
  if (only !== undefined) return only;
  throw new ProblemError({
    code: "no-folder",
    message: "Corrections are shared through a file of the workspace, and no folder is open.",
    action: "Open the folder you share with others and try again.",
  });
}

async function textOf(uri: vscode.Uri): Promise<string | null> {
  try {
    return (await vscode.workspace.openTextDocument(uri)).getText();
  } catch {
    return null;
  }
}
