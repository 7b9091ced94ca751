import * as vscode from "vscode";
import type { ConnectionList } from "../connections/connectionList.ts";
import { ProblemError } from "../problem.ts";
import type { RunOrder } from "../results/runs.ts";
import type { AskedStatement } from "./askedStatements.ts";

/** The run of a statement others agreed to, as it was asked for. @throws ProblemError where it cannot be. */
export async function approvedRun(
  id: string,
  asked: AskedStatement | undefined,
  connections: ConnectionList,
): Promise<RunOrder> {
  if (asked === undefined) {
    throw new ProblemError({
      code: "approval-text-gone",
      message:
        "The statement's text is not kept in this workspace, and the collector has only what may be recorded of it.",
      action: "Run it where it was asked for, or ask again from here.",
    });
  }
  await connections.requireSignedIn();
  const connection = connections.find(asked.connectionId);
  if (connection === undefined) {
    throw new ProblemError({
      code: "no-such-connection",
      message: "The connection this was approved for is no longer in the list.",
      action: "Add it again with the same address and environment, and ask anew.",
    });
  }
  const { sessionId, title, text } = asked;
  return { sessionId, connection, title, text, ...placeOf(asked), approval: id };
}

/** Where the text stands now: its document may have been changed, or be closed. */
function placeOf({ uri, text, start }: AskedStatement): Pick<RunOrder, "uri" | "baseOffset"> {
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri);
  const content = document?.getText() ?? "";
  const at = content.startsWith(text, start) ? start : content.indexOf(text);
  return document === undefined || at < 0
    ? { uri: null, baseOffset: 0 }
    : { uri: document.uri, baseOffset: at };
}
