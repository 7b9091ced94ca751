import * as vscode from "vscode";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { ConnectionId } from "../../protocol/ids.ts";
import { isCentralId } from "../../protocol/lease/centralId.ts";
import type { ConnectionList } from "../connections/connectionList.ts";
import { environmentWords } from "../connections/environment.ts";

interface ConnectionPick extends vscode.QuickPickItem {
  readonly choice:
    | { readonly kind: "connection"; readonly profile: ConnectionProfile }
    | { readonly kind: "none" }
    | { readonly kind: "add" };
}

/** Asks for a connection: a profile, "none" to unbind, or null where the person backed out or went to add one. */
export async function pickConnection(
  connections: ConnectionList,
  current: ConnectionId | undefined,
): Promise<ConnectionProfile | "none" | null> {
  const profiles = await connections.requireSignedIn();
  const picks: ConnectionPick[] = profiles.map((profile) => ({
    label: `$(${isCentralId(profile.id) ? "cloud" : "database"}) ${profile.name}`,
    description: environmentWords(profile.environment).name,
    detail: detailOf(profile),
    picked: profile.id === current,
    choice: { kind: "connection", profile },
  }));
  const others: ConnectionPick[] = [
    { label: "$(add) Add Connection...", choice: { kind: "add" } },
    ...(current === undefined
      ? []
      : [{ label: "$(debug-disconnect) Not connected", choice: { kind: "none" } } satisfies ConnectionPick]),
  ];
  const picked = await vscode.window.showQuickPick([...picks, ...others], {
    title: "Connection for this SQL document",
    placeHolder: "Which database do its statements run on?",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  switch (picked?.choice.kind) {
    case undefined:
      return null;
    case "connection":
      return picked.choice.profile;
    case "none":
      return "none";
    case "add":
      await vscode.commands.executeCommand("sluice.connections.add");
      return null;
  }
}

function detailOf({ id, user, host, port, database }: ConnectionProfile): string {
  const where = `${host}:${port}/${database}`;
  return isCentralId(id) ? `${where}, from the collector` : `${user}@${where}`;
}
