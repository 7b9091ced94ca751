import * as vscode from "vscode";
import type { Environment } from "../../protocol/connection.ts";
import type { ConnectionId } from "../../protocol/ids.ts";
import { environmentWords } from "./environment.ts";

const SCHEME = "sluice-connection";

/** Names a connection's row in the tree, so that it can be coloured by environment. */
export const connectionUri = (id: ConnectionId, environment: Environment | undefined): vscode.Uri =>
  vscode.Uri.from({ scheme: SCHEME, path: `/${id}`, query: environment ?? "" });

/** Colours connections by environment: an unset one as production. */
export function registerEnvironmentDecoration(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration: ({ scheme, query }) => {
      if (scheme !== SCHEME) return undefined;
      const { badge, tooltip, color } = environmentWords(environmentOf(query));
      return new vscode.FileDecoration(badge, tooltip, new vscode.ThemeColor(color));
    },
  });
}

const environmentOf = (text: string): Environment | undefined =>
  text === "production" || text === "staging" || text === "development" ? text : undefined;
