import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Browser, chromium, type Frame, type Locator, type Page } from "playwright-core";
import { installCodeServer } from "../../scripts/codeServer.ts";
import { freePort } from "../../scripts/demo/database.ts";
import { browserStarted } from "./browserStarted.ts";

const root = path.resolve(import.meta.dirname, "../..");
const CHROMIUM = process.env.SLUICE_CHROMIUM ?? "/usr/bin/chromium";
const MOST_TRIES = 6;
const IN_README = ["results", "highlights", "block"];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The real editor in a real browser, with the packaged extension installed into a clean profile. */
export interface Host {
  readonly page: Page;
  readonly workspace: string;
  /** The folder the editor installed the extension into. */
  readonly extensions: string;
  /** Runs a command by its whole title, as a person would: F1, words, a click. */
  command(title: string): Promise<void>;
  /** Opens a file of the workspace. */
  open(file: string): Promise<void>;
  /** The frame of a webview that holds what the selector finds. */
  webview(selector: string): Promise<Frame>;
  /** Puts the cursor of the active editor at a line and column, both from 1. */
  place(line: number, column: number): Promise<void>;
  /** The item of the status bar that holds these words. */
  status(words: string | RegExp): Locator;
  reload(): Promise<void>;
  /** Into test-results; those the README shows also into media where SLUICE_SCREENSHOTS is set. */
  screenshot(name: string): Promise<void>;
  /** Words of all notifications that show now. */
  notifications(): Promise<string>;
  stop(): Promise<void>;
}

export interface HostOptions {
  readonly vsix: string;
  readonly env: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Another extension, unpacked, that is there too. */
  readonly beside?: string;
}

/** Starts code-server with the VSIX installed the way a person installs it, and opens it in Chromium. */
export async function startHost(options: HostOptions): Promise<Host> {
  const entry = await installCodeServer();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-host-"));
  const [userData, extensions, workspace] = ["user-data", "extensions", "workspace"].map((name) =>
    path.join(folder, name),
  ) as [string, string, string];
  fs.mkdirSync(path.join(userData, "User"), { recursive: true });
  fs.mkdirSync(workspace);
  for (const [name, text] of Object.entries(options.files))
    fs.writeFileSync(path.join(workspace, name), text);
  const settings = {
    "security.workspace.trust.enabled": false,
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": false,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.colorTheme": "Default Dark Modern",
    "editor.minimap.enabled": false,
    "editor.fontSize": 13,
    "chat.disableAIFeatures": true,
    ...options.settings,
  };
  fs.writeFileSync(path.join(userData, "User", "settings.json"), JSON.stringify(settings));
  // To a browser the editor's machine is a remote one: settings of a machine stand in a file of their own there.
  const ofMachine = Object.entries(settings).filter(([name]) => name.startsWith("sluice."));
  fs.mkdirSync(path.join(userData, "Machine"));
  fs.writeFileSync(
    path.join(userData, "Machine", "settings.json"),
    JSON.stringify(Object.fromEntries(ofMachine)),
  );
  if (options.beside !== undefined)
    fs.cpSync(options.beside, path.join(extensions, path.basename(options.beside)), { recursive: true });
  const folders = ["--user-data-dir", userData, "--extensions-dir", extensions];
  const installed = spawnSync(process.execPath, [entry, ...folders, "--install-extension", options.vsix], {
    encoding: "utf8",
  });
  if (installed.status !== 0)
    throw new Error(`The VSIX did not install: ${installed.stdout}${installed.stderr}`);

  const port = await freePort();
  const flags = [
    "--bind-addr",
    `127.0.0.1:${port}`,
    "--auth",
    "none",
    "--disable-telemetry",
    "--disable-update-check",
  ];
  const server = spawn(process.execPath, [entry, ...flags, ...folders, workspace], {
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  await printed(server, "HTTP server listening");
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  await browserStarted(browser);
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(workspace)}`);
  await workbench(page);
  return hostOf({ page, workspace, extensions, browser, server, folder });
}

function hostOf(parts: {
  readonly page: Page;
  readonly workspace: string;
  readonly extensions: string;
  readonly browser: Browser;
  readonly server: ChildProcess;
  readonly folder: string;
}): Host {
  const { page, workspace, extensions, browser, server, folder } = parts;
  return {
    page,
    workspace,
    extensions,
    async command(title) {
      const row = page.locator(`.quick-input-list .monaco-list-row[aria-label^="${title}"]`).first();
      for (let tries = 1; ; tries += 1) {
        const input = await quickInput(page, "F1");
        if ((await isTyped(input, `>${title}`)) && (await appears(row))) return row.click();
        // The list is made when it opens: an extension that came later is in the next one.
        await page.keyboard.press("Escape");
        if (tries === MOST_TRIES) throw new Error(`There is no command "${title}".`);
      }
    },
    async open(file) {
      const tab = page.locator(`.tab.active[data-resource-name="${file}"]`);
      for (let tries = 1; ; tries += 1) {
        const input = await quickInput(page, "Control+P");
        await input.fill(file);
        await page.locator(`.quick-input-list .monaco-list-row[aria-label^="${file}"]`).first().click();
        if (await appears(tab)) return;
        // The list is filled while one types: the row that was there may have gone.
        await page.keyboard.press("Escape");
        if (tries === MOST_TRIES) throw new Error(`${file} does not open.`);
      }
    },
    async webview(selector) {
      for (;;) {
        for (const frame of page.frames()) {
          const found = frame
            .locator(selector)
            .count()
            .catch(() => 0);
          // A frame that the editor is just replacing answers only when it is gone.
          if (await Promise.race([found, page.waitForTimeout(1_000).then(() => 0)])) return frame;
        }
        await page.waitForTimeout(50);
      }
    },
    async place(line, column) {
      const input = await quickInput(page, "Control+G");
      await input.fill(`:${line}:${column}`);
      await page.keyboard.press("Enter");
      await page.locator(".statusbar").getByText(`Ln ${line}, Col ${column}`).waitFor();
    },
    status: (words) => page.locator(".statusbar-item").filter({ hasText: words }),
    async reload() {
      await page.reload();
      await workbench(page);
    },
    async screenshot(name) {
      const picture = path.join(root, "test-results", `${name}.png`);
      await page.screenshot({ path: picture });
      if (process.env.SLUICE_SCREENSHOTS && IN_README.includes(name))
        fs.copyFileSync(picture, path.join(root, "media", `${name}.png`));
    },
    async notifications() {
      return (await page.locator(".notifications-toasts, .notifications-center").allInnerTexts()).join("\n");
    },
    async stop() {
      await browser.close();
      const gone = new Promise((resolve) => server.on("exit", resolve));
      server.kill("SIGTERM");
      await gone;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Opens the quick input by its key. A key pressed while the former one closes is lost: then it is pressed again. */
async function quickInput(page: Page, key: string): Promise<Locator> {
  const widget = page.locator(".quick-input-widget");
  const input = widget.locator("input[type=text]");
  await widget.waitFor({ state: "hidden" });
  for (let tries = 1; ; tries += 1) {
    await page.keyboard.press(key);
    if (await appears(input)) return input;
    if (tries === MOST_TRIES) throw new Error(`${key} did not open the quick input.`);
  }
}

/** Whether the input was still there to be typed into. */
const isTyped = (input: Locator, words: string): Promise<boolean> =>
  input.fill(words, { timeout: 5_000 }).then(
    () => true,
    () => false,
  );

const appears = (wanted: Locator): Promise<boolean> =>
  wanted.waitFor({ timeout: 5_000 }).then(
    () => true,
    () => false,
  );

async function workbench(page: Page): Promise<void> {
  await page.locator(".monaco-workbench .statusbar").waitFor({ timeout: 120_000 });
  await page.locator(".activitybar .action-label").first().waitFor();
}

function printed(server: ChildProcess, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = "";
    const look = (chunk: Buffer): void => {
      seen += chunk.toString("utf8");
      if (seen.includes(words)) resolve();
    };
    server.stdout?.on("data", look);
    server.stderr?.on("data", look);
    server.on("exit", (code) => reject(new Error(`The editor ended with ${code}: ${seen}`)));
  });
}
