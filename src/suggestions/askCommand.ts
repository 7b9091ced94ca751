import * as vscode from "vscode";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { PromptOrder } from "../../protocol/suggestion/suggestion.ts";
import type { ConnectionList } from "../connections/connectionList.ts";
import type { Bindings } from "../editor/bindings.ts";
import { pickConnection } from "../editor/pickConnection.ts";
import type { Asked, ModelAsker } from "./askModel.ts";
import { insertSuggestion, type Target, targetFor } from "./insertSuggestion.ts";
import type { Provenance } from "./provenance.ts";

/** The parts that ask for a person and put into a text what comes of it. */
export interface AskParts {
  readonly asker: ModelAsker;
  readonly connections: ConnectionList;
  readonly bindings: Bindings;
  readonly provenance: Provenance;
}

/** "Ask for SQL…": a question in words becomes a statement below the cursor. */
export async function askForSql({ asker, connections, bindings, provenance }: AskParts): Promise<void> {
  await connections.requireSignedIn();
  const editor = vscode.window.activeTextEditor;
  const connection = await connectionFor(editor, connections, bindings);
  if (connection === null) return;
  const question = await vscode.window.showInputBox({
    title: `Ask for SQL on ${connection.name}`,
    prompt: "In your words. A model is sent it with names of tables and columns, and no rows.",
    placeHolder: "Orders of last week by customer, largest first",
    ignoreFocusOut: true,
  });
  if (question === undefined || question.trim() === "") return;
  const text = editor?.document.languageId === "sql" ? editor.document.getText() : undefined;
  const order: PromptOrder = { kind: "ask", question, ...(text === undefined ? {} : { text }) };
  const asked = await askWithProgress(asker, connection, order);
  if (asked === null) return;
  provenance.made(asked);
  await insertSuggestion(asked, await targetFor(editor, connection, bindings), provenance);
}

/** Asks for a better statement and puts it in place of the one in the document, or below it. */
export async function improve(
  { asker, provenance }: AskParts,
  connection: ConnectionProfile,
  order: Extract<PromptOrder, { readonly statement: string }>,
  { document, range }: Target,
): Promise<void> {
  const { version } = document;
  const asked = await askWithProgress(asker, connection, order);
  if (asked === null) return;
  if (document.version !== version) {
    tellNothing("the document was changed meanwhile");
    return;
  }
  provenance.made(asked);
  await insertSuggestion(asked, { document, range }, provenance);
}

async function askWithProgress(asker: ModelAsker, connection: ConnectionProfile, order: PromptOrder) {
  const asked = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: "Asking the model…", cancellable: true },
    (_progress, token): Promise<Asked> => asker.ask({ connectionId: connection.id, order, token }),
  );
  if (asked.kind === "suggestion") return asked.suggestion;
  if (asked.kind === "none") tellNothing(asked.reason);
  return null;
}

function tellNothing(reason: string): void {
  void vscode.window.showInformationMessage(`Nothing was suggested: ${reason}.`);
}

/** The connection of the document, or one the person picks; null where they pick none. */
export async function connectionFor(
  editor: vscode.TextEditor | undefined,
  connections: ConnectionList,
  bindings: Bindings,
): Promise<ConnectionProfile | null> {
  const bound = editor === undefined ? undefined : bindings.profileOf(editor.document);
  if (bound !== undefined) return bound;
  const picked = await pickConnection(connections, undefined);
  return picked === "none" ? null : picked;
}
