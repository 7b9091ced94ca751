import fs from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { type PageName, pageHtml } from "../../src/pageHtml.ts";
import { THEMES, type ThemeName } from "./themes.ts";

const ORIGIN = "https://page.sluice.test";
const ROOT = path.resolve(import.meta.dirname, "../..");
const CODICONS = path.join(ROOT, "node_modules/@vscode/codicons/dist");

export interface OpenPage {
  readonly page: Page;
  /** What the page told the extension so far. */
  readonly sent: () => Promise<readonly Record<string, unknown>[]>;
  readonly post: (message: unknown) => Promise<void>;
  /** Errors and refusals of the content security policy. */
  readonly complaints: readonly string[];
}

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
  });

/** Opens one of our pages in a real browser as the editor would: same HTML, same policy, its colours. */
export async function openPage(
  browser: Browser,
  name: PageName,
  options: {
    readonly theme?: ThemeName;
    readonly width?: number;
    readonly height?: number;
    readonly kept?: unknown;
  } = {},
): Promise<OpenPage> {
  const theme = options.theme ?? "dark";
  const files = await bundle(name);
  const page = await browser.newPage({
    viewport: { width: options.width ?? 1200, height: options.height ?? 400 },
  });
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.route(`${ORIGIN}/**`, (route) => {
    const file = new URL(route.request().url()).pathname.slice(1);
    if (file === "") {
      const body = pageHtml({
        name,
        title: name,
        nonce: "n0nce",
        source: ORIGIN,
        address: (at) => `${ORIGIN}/${at}`,
      });
      return route.fulfill({ contentType: "text/html", body });
    }
    const body = files.get(file);
    if (body === undefined) return route.fulfill({ status: 404 });
    const contentType = file.endsWith(".css")
      ? "text/css"
      : file.endsWith(".js")
        ? "text/javascript"
        : "font/ttf";
    return route.fulfill({ contentType, body });
  });
  await page.addInitScript(
    ({ kept, colors, bodyClass }) => {
      const sent: unknown[] = [];
      let state: unknown = kept;
      Object.assign(window, {
        sent,
        acquireVsCodeApi: () => ({
          postMessage: (message: unknown) => sent.push(structuredClone(message)),
          getState: () => state,
          setState: (next: unknown) => {
            state = next;
          },
        }),
      });
      document.addEventListener("readystatechange", () => {
        for (const [color, value] of Object.entries(colors)) {
          document.documentElement.style.setProperty(`--vscode-${color}`, value);
        }
        document.body?.classList.add(bodyClass);
        if (document.body) document.body.style.background = "var(--vscode-panel-background)";
      });
    },
    { kept: options.kept, colors: THEMES[theme], bodyClass: `vscode-${theme}` },
  );
  await page.goto(`${ORIGIN}/`);
  return {
    page,
    complaints,
    sent: () => page.evaluate(() => Reflect.get(window, "sent")),
    post: (message) => page.evaluate((data) => window.postMessage(data, "*"), message),
  };
}

const bundles = new Map<PageName, Promise<ReadonlyMap<string, Buffer>>>();

function bundle(name: PageName): Promise<ReadonlyMap<string, Buffer>> {
  const known = bundles.get(name) ?? bundleAnew(name);
  bundles.set(name, known);
  return known;
}

async function bundleAnew(name: PageName): Promise<ReadonlyMap<string, Buffer>> {
  const { outputFiles } = await build({
    entryPoints: { [name]: path.join(ROOT, "webview", name, "main.ts") },
    bundle: true,
    write: false,
    outdir: "out",
    format: "iife",
    platform: "browser",
    target: "chrome128",
  });
  return new Map<string, Buffer>([
    ...outputFiles.map((file) => [path.basename(file.path), Buffer.from(file.contents)] as const),
    ["codicon.css", fs.readFileSync(path.join(CODICONS, "codicon.css"))],
    ["codicon.ttf", fs.readFileSync(path.join(CODICONS, "codicon.ttf"))],
  ]);
}
