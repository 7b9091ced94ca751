import { type SpawnOptions, spawn } from "node:child_process";
import path from "node:path";
import process from "node:process";

/** The checkout, and the one folder outside node_modules and dist that scripts write to. */
export const root = path.resolve(import.meta.dirname, "..");
export const cache = path.join(root, ".cache");

/** Announces a step that may take a while. */
export function step(text: string): void {
  console.log(`\n▸ ${text}`);
}

/** Shows progress on one line where there is a terminal, line by line elsewhere. */
export function progress(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[2K  ${text}`);
  else console.log(`  ${text}`);
}

/** Ends a progress line. */
export function progressDone(text: string): void {
  if (process.stdout.isTTY) process.stdout.write("\r\x1b[2K");
  console.log(`  ${text}`);
}

/** Runs a command and answers its exit code; output goes where this script's goes unless told otherwise. */
export function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { cwd: root, stdio: "inherit", ...options });
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });
}

/** A command of an installed package, run by this Node. */
export const bin = (name: string): string => path.join(root, "node_modules", ".bin", name);

/** Whether a command is on PATH. */
export async function onPath(command: string): Promise<boolean> {
  const finder = process.platform === "win32" ? "where" : "which";
  return (await run(finder, [command], { stdio: "ignore" }).catch(() => 1)) === 0;
}
