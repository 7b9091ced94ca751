import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";

/**
 * Makes a fresh checkout ready on Node 18 or newer, with built-in modules only: installs the dependencies where they
 * are missing or older than the lock file, and brings Node 24 from the registry into the cache folder.
 */
export const root = path.resolve(
  import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname),
  "..",
);
export const cache = path.join(root, ".cache");

const npm = process.platform === "win32" ? "npm.cmd" : "npm";

export function ready() {
  fs.mkdirSync(cache, { recursive: true });
  const node = bringNode();
  installDependencies(node);
  return node;
}

/** Runs a script of this project under Node 24 and ends with its exit code, after it has cleaned up on a signal. */
export function runUnderNode24(script, args) {
  const node = ready();
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ""}` };
  const child = spawn(node, [path.join(root, script), ...args], { stdio: "inherit", env, cwd: root });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => process.exit(code ?? 1));
}

function bringNode() {
  const name = process.platform === "win32" ? "node.exe" : "node";
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  const folder = path.join(cache, "node24");
  const packageName = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const binary = path.join(folder, "node_modules", packageName, "bin", name);
  if (works(binary)) return binary;
  step("Bringing Node 24 (once)");
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "package.json"), '{"private":true}\n');
  run([npm, "install", "--no-audit", "--no-fund", "--no-save", `${packageName}@24`], folder, process.env);
  if (!works(binary))
    fail(
      `Node 24 could not be brought for ${process.platform}-${process.arch}. Install Node 24 and try again.`,
    );
  return binary;
}

function installDependencies(node) {
  const lock = createHash("sha256")
    .update(fs.readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");
  const stamp = path.join(root, "node_modules", ".sluice-lock");
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === lock) return;
  step("Installing dependencies");
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ""}` };
  run([npm, "ci", "--no-audit", "--no-fund"], root, env);
  fs.writeFileSync(stamp, lock);
}

function works(binary) {
  return fs.existsSync(binary) && spawnSync(binary, ["--version"]).status === 0;
}

function run([command, ...args], cwd, env) {
  const child = spawnSync(command, args, {
    cwd,
    env,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (child.status !== 0)
    fail(`\`${command} ${args.join(" ")}\` did not work. Is the npm registry reachable?`);
}

function step(text) {
  console.log(`\n▸ ${text}`);
}

function fail(text) {
  console.error(`\n${text}`);
  process.exit(1);
}
