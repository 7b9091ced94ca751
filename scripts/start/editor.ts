import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { openInBrowser } from "../../agent/identity/openInBrowser.ts";
import { installCodeServer } from "../codeServer.ts";
import { freePort } from "../demo/database.ts";
import { packageExtension } from "../package.ts";
import { cache, onPath, step } from "../steps.ts";
import { fingerprint } from "./fingerprint.ts";
import type { DemoParts } from "./parts.ts";

export interface OpenEditor {
  readonly where: string;
  /** The editor's exit code, once it has ended by itself. */
  readonly ended: Promise<number>;
  stop(): Promise<void>;
}

const SETTINGS = {
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "telemetry.telemetryLevel": "off",
};

/** VS Code where `code` is on PATH, otherwise code-server in the browser; the packaged extension installed in it. */
export async function openEditor(parts: DemoParts): Promise<OpenEditor> {
  const workspace = path.join(cache, "demo-workspace");
  fs.cpSync(path.join(import.meta.dirname, "..", "demo", "workspace"), workspace, {
    recursive: true,
    force: false,
  });
  const profile = path.join(cache, "demo-editor");
  const [userData, extensions] = [path.join(profile, "user-data"), path.join(profile, "extensions")];
  fs.mkdirSync(path.join(userData, "User"), { recursive: true });
  const settings = path.join(userData, "User", "settings.json");
  if (!fs.existsSync(settings)) fs.writeFileSync(settings, JSON.stringify(SETTINGS, null, 2));
  const env = { ...process.env, ...parts.env };
  return (await onPath("code"))
    ? openDesktop({ workspace, userData, extensions, env })
    : openInBrowserWindow({ workspace, userData, extensions, env });
}

interface Opening {
  readonly workspace: string;
  readonly userData: string;
  readonly extensions: string;
  readonly env: NodeJS.ProcessEnv;
}

async function openDesktop({ workspace, userData, extensions, env }: Opening): Promise<OpenEditor> {
  step("Opening VS Code");
  const folders = ["--user-data-dir", userData, "--extensions-dir", extensions];
  await install("code", folders, extensions);
  const child = spawn("code", [...folders, "--wait", "--new-window", workspace], { env, stdio: "ignore" });
  return { where: "VS Code", ended: exitOf(child), stop: () => end(child) };
}

async function openInBrowserWindow({ workspace, userData, extensions, env }: Opening): Promise<OpenEditor> {
  step("Opening code-server (`code` is not on PATH)");
  const entry = await installCodeServer();
  const folders = ["--user-data-dir", userData, "--extensions-dir", extensions];
  await install(process.execPath, [entry, ...folders], extensions);
  const port = await freePort();
  const flags = [
    "--bind-addr",
    `127.0.0.1:${port}`,
    "--auth",
    "none",
    "--disable-telemetry",
    "--disable-update-check",
  ];
  const child = spawn(process.execPath, [entry, ...flags, ...folders, workspace], { env, stdio: "ignore" });
  const where = `http://127.0.0.1:${port}/?folder=${encodeURIComponent(workspace)}`;
  await listening(port);
  await openInBrowser(where);
  return { where, ended: exitOf(child), stop: () => end(child) };
}

/**
 * Packages and installs what was built, unless it is installed already. The installer's output is shown only where it
 * failed: code-server complains about native parts it can do without.
 */
async function install(command: string, args: readonly string[], extensions: string): Promise<void> {
  const stamp = path.join(extensions, "sluice-installed");
  const wanted = fingerprint();
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted) return;
  step("Packaging and installing the extension");
  const vsix = await packageExtension();
  const all = [...args, "--install-extension", vsix, "--force"];
  const child = spawn(command, all, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const code = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exit) => resolve(exit ?? 1));
  });
  if (code !== 0) throw new Error(`The extension could not be installed:\n${output}`);
  fs.writeFileSync(stamp, wanted);
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const answered = await fetch(`http://127.0.0.1:${port}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("code-server did not start within 30 seconds.");
}

const exitOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 0)));

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = exitOf(child);
  child.kill("SIGTERM");
  await gone;
}
