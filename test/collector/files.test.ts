import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { backupStore } from "../../collector/operations/backup.ts";
import { readOptions } from "../../collector/options.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { startProvider } from "./people.ts";
import { newFolder, settings, startCollector } from "./stores.ts";

const MAIN = path.join(import.meta.dirname, "../../collector/main.ts");
const SERVER = path.join(import.meta.dirname, "../../agent/cli/collectorServer.ts");

let provider: DemoProvider;
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.stop());

/** Runs a script until it prints a line, or ends. */
function start(args: readonly string[], umask?: string) {
  const command = umask === undefined ? process.execPath : "/bin/sh";
  const script = ["-c", `umask ${umask}; exec "$@"`, "sh", process.execPath, ...args];
  const child = spawn(command, umask === undefined ? [...args] : script, {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  return { child, ended, output: () => output };
}

const told = (changes: Parameters<typeof settings>[1] = {}) => {
  const given = settings(provider, changes);
  const config = path.join(newFolder(), "collector.json");
  fs.writeFileSync(config, JSON.stringify(given));
  return { given, config };
};
const modeOf = (file: string): string => (fs.statSync(file).mode & 0o777).toString(8);
const listening = (output: string): URL => {
  const line = output.split("\n").find((one) => one.startsWith('{"listening"')) ?? "{}";
  return new URL(JSON.parse(line).listening);
};
const answers = (port: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(Number(port), "127.0.0.1");
    socket.once("connect", () => socket.destroy(new Error("there")));
    socket.once("error", (error) => resolve(error.message === "there"));
  });

const running = new Set<ReturnType<typeof start>>();
afterEach(() => {
  for (const { child } of running) child.kill("SIGKILL");
  running.clear();
});

test("what the collector keeps is its owner's alone, whatever the umask and whatever lay there", async () => {
  const { given, config } = told();
  const folder = path.join(given.data, "made");
  fs.mkdirSync(folder, { mode: 0o755 });
  fs.writeFileSync(path.join(folder, "collector.db"), "", { mode: 0o644 });
  fs.chmodSync(folder, 0o755);
  const process = start([MAIN, "--config", config, "--data", folder], "000");
  running.add(process);
  await vi.waitUntil(() => process.output().includes('{"listening"'), { timeout: 20_000 });
  expect(modeOf(folder)).toBe("700");
  const files = fs.readdirSync(folder);
  for (const name of ["collector.db", "collector.db-wal", "collector.db-shm", "console.db"])
    expect(files).toContain(name);
  for (const name of files.filter((one) => /\.db|\.key/.test(one)))
    expect([name, modeOf(path.join(folder, name))]).toEqual([name, "600"]);
});

test("a backup makes its folder, which is its owner's alone", async () => {
  const given = settings(provider);
  const collector = await startCollector(given);
  const to = path.join(newFolder(), "deep", "er", "collector.db");
  await backupStore(readOptions(given), to);
  await collector.stop();
  expect(modeOf(to)).toBe("600");
  expect(modeOf(path.dirname(to))).toBe("700");
  const beside = path.join(path.dirname(to), "collector.db", "x.db");
  await expect(backupStore(readOptions(given), beside)).rejects.toMatchObject({ code: "backup-folder" });
});

test("a certificate that is not there, or is none, is told in a sentence", async () => {
  const there = path.join(newFolder(), "cert.pem");
  fs.writeFileSync(there, "no certificate");
  for (const [cert, key, words] of [
    ["/nowhere/cert.pem", there, "The certificate cannot be read: ENOENT"],
    [there, "/nowhere/key.pem", "The certificate's key cannot be read: ENOENT"],
    [there, there, "cannot be used"],
  ] as const) {
    const { config } = told({ tls: { cert, key } });
    const process = start([MAIN, "--config", config]);
    expect(await process.ended).toBe(1);
    expect(process.output()).toContain(words);
    expect(process.output()).toContain("--tls-cert");
    expect(process.output()).not.toContain("    at ");
  }
});

test("--help says what there is, and starts nothing", async () => {
  for (const asked of ["--help", "-h", "help"]) {
    const process = start([MAIN, asked]);
    expect(await process.ended).toBe(0);
    for (const word of ["--issuer", "--tls-cert", "backup", "restore", "docs/collector.md"])
      expect(process.output()).toContain(word);
  }
});

test.each(["SIGTERM", "SIGHUP", "SIGINT", "SIGKILL"] as const)(
  "a collector ends with the command that started it, also by %s",
  async (signal) => {
    const { config } = told();
    const script = `import { runServer } from ${JSON.stringify(SERVER)};
      process.exitCode = await runServer(${JSON.stringify(MAIN)}, ["--config", ${JSON.stringify(config)}], 1);`;
    const process = start(["--input-type=module", "-e", script]);
    running.add(process);
    await vi.waitUntil(() => process.output().includes('{"listening"'), { timeout: 20_000 });
    const { port } = listening(process.output());
    expect(await answers(port)).toBe(true);
    process.child.kill(signal);
    await process.ended;
    await vi.waitUntil(async () => !(await answers(port)), { timeout: 20_000 });
  },
);
