import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

/** Names a page of ours: its script is `dist/webview/<name>.js`, its style `dist/webview/<name>.css`. */
export type PageName = "results" | "queryBox";

/** Lets a view load our page and nothing else: no network, no inline script, no eval. */
export function showPage(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  name: PageName,
  title: string,
): void {
  const root = vscode.Uri.joinPath(extensionUri, "dist", "webview");
  const address = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(root, file)).toString();
  const nonce = randomBytes(16).toString("base64url");
  const policy = [
    "default-src 'none'",
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join("; ");
  webview.options = { enableScripts: true, localResourceRoots: [root] };
  webview.html = `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${address("codicon.css")}" id="vscode-codicon-stylesheet" />
    <link rel="stylesheet" href="${address(`${name}.css`)}" />
    <title>${title}</title>
  </head>
  <body>
    <main id="page"></main>
    <script nonce="${nonce}" src="${address(`${name}.js`)}"></script>
  </body>
</html>`;
}
