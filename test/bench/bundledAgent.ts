import path from "node:path";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "..", "..");

/** The agent in one file, as it is shipped, built anew: its path. */
export async function bundledAgent(): Promise<string> {
  const outfile = path.join(root, ".cache", "bench", "agent.mjs");
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
  return outfile;
}
