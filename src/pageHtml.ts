/** Names a page of ours: its script is `dist/webview/<name>.js`, its style `dist/webview/<name>.css`. */
export type PageName = "results" | "queryBox" | "approval" | "task" | "suggestion";

export interface PageParts {
  readonly name: PageName;
  readonly title: string;
  readonly nonce: string;
  /** Origin that styles and fonts may come from. */
  readonly source: string;
  /** Address of a file of `dist/webview`. */
  readonly address: (file: string) => string;
}

/** The toolkit writes its tokens as rules into a style element that is empty when it is added. */
const EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/** A page that may load its own script, style and font and nothing else: no network, no inline script, no eval. */
export function pageHtml({ name, title, nonce, source, address }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `style-src ${source} ${EMPTY_STYLE}`,
    `font-src ${source}`,
    `script-src 'nonce-${nonce}'`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${address("codicon.css")}" />
    <link rel="stylesheet" href="${address(`${name}.css`)}" />
    <title>${title}</title>
  </head>
  <body>
    <main id="page"></main>
    <script nonce="${nonce}" src="${address(`${name}.js`)}"></script>
  </body>
</html>`;
}
