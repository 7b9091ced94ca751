import fs from "node:fs";
import path from "node:path";
import { cache, progress, progressDone, run } from "./steps.ts";

const VERSION = "4.139.1";
const folder = path.join(cache, "code-server");
const stamp = path.join(folder, "installed");
const entry = path.join(folder, "node_modules", "code-server", "out", "node", "entry.js");

/**
 * A VS Code for the browser from the npm registry, installed once into the cache. Install scripts are left out: the
 * native parts they would build serve the terminal and log files only. Answers the script that starts it.
 */
export async function installCodeServer(): Promise<string> {
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === VERSION) return entry;
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "package.json"), '{"private":true}\n');
  const server = path.join(folder, "node_modules", "code-server", "lib", "vscode");
  const common = ["install", "--ignore-scripts", "--no-audit", "--no-fund"];
  progress("code-server: the server (1 of 3)");
  await npm([...common, `code-server@${VERSION}`], folder);
  progress("code-server: the workbench (2 of 3)");
  await npm([...common, "--omit=dev"], server);
  progress("code-server: its extensions (3 of 3)");
  await npm([...common, "--omit=dev"], path.join(server, "extensions"));
  fs.writeFileSync(stamp, VERSION);
  progressDone(`code-server ${VERSION} is installed in the cache folder`);
  return entry;
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  const command = process.platform === "win32" ? "npm.cmd" : "npm";
  const code = await run(command, args, {
    cwd,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (code !== 0)
    throw new Error(`npm ${args.join(" ")} did not work in ${cwd}. Is the npm registry reachable?`);
}
