import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { startProvider } from "../collector/people.ts";
import { newFolder } from "../collector/stores.ts";

const root = path.resolve(import.meta.dirname, "../..");
/** Laid out as it is shipped: commands in chunks, the collector in a folder of its own. */
const shipped = path.join(root, ".cache", "bench", `shipped-${process.pid}`);
let provider: DemoProvider;

beforeAll(async () => {
  provider = await startProvider();
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    define: { SLUICE_VERSION: JSON.stringify("test") },
    outExtension: { ".js": ".mjs" },
    logLevel: "warning",
  } as const;
  await build({
    ...common,
    entryPoints: { cli: "agent/cli.ts" },
    outdir: shipped,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
  });
  await build({
    ...common,
    entryPoints: { main: "collector/main.ts" },
    outdir: path.join(shipped, "collector"),
  });
});
afterAll(async () => {
  fs.rmSync(shipped, { recursive: true, force: true });
  await provider.stop();
});

test.each([
  ["the sources", path.join(root, "agent/cli.ts")],
  ["what is shipped", path.join(shipped, "cli.mjs")],
])("`sluice collector` of %s starts the collector, and ends with it", async (_what, script) => {
  const settings = [
    "--data",
    newFolder(),
    "--port",
    "0",
    "--issuer",
    provider.issuer,
    "--client-id",
    "sluice",
  ];
  const child = spawn(process.execPath, [script, "collector", ...settings], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const said = await new Promise<string>((resolve) => {
    let all = "";
    const heard = (text: string): void => {
      all += text;
      if (all.includes('{"listening"')) resolve(all);
    };
    child.stdout.setEncoding("utf8").on("data", heard);
    child.stderr.setEncoding("utf8").on("data", heard);
    child.once("close", () => resolve(all));
  });
  child.kill("SIGTERM");
  expect({ said, code: await ended }).toMatchObject({
    said: expect.stringContaining('{"listening"'),
    code: 0,
  });
});
