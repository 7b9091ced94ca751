import fs from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "..", "..");

/** The agent in one file, as it is shipped, built anew: its path. */
export async function bundledAgent(): Promise<string> {
  const script = path.join(root, ".cache", "bench", "agent.mjs");
  const outfile = path.join(root, ".cache", "bench", `agent-${process.pid}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: ["agent/main.ts"],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    packages: "external",
    define: { SLUICE_VERSION: JSON.stringify("bench") },
    logLevel: "warning",
  });
  // Whoever starts the agent meanwhile finds a whole file.
  fs.renameSync(outfile, script);
  return script;
}
