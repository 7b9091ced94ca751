import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { type PageName, pageHtml } from "./pageHtml.ts";

/** Fills a view with one of our pages; it can read `dist/webview` and nothing else. */
export function showPage(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  name: PageName,
  title: string,
): void {
  const root = vscode.Uri.joinPath(extensionUri, "dist", "webview");
  webview.options = { enableScripts: true, localResourceRoots: [root] };
  webview.html = pageHtml({
    name,
    title,
    nonce: randomBytes(16).toString("base64url"),
    source: webview.cspSource,
    address: (file) => webview.asWebviewUri(vscode.Uri.joinPath(root, file)).toString(),
  });
}
