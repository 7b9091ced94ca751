import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "..", "..");

/** The agent in one file, as it is shipped, built anew, beside the program it opens SQLite files with: its path. */
export async function bundledAgent(): Promise<string> {
  await bundled("sqliteChild", "agent/connect/sqlite/child.ts");
  return bundled("agent", "agent/main.ts");
}

/** The command line, likewise. */
export const bundledCli = (): Promise<string> => bundled("cli", "agent/cli.ts");

async function bundled(name: string, entry: string): Promise<string> {
  const script = path.join(root, ".cache", "bench", `${name}.mjs`);
  const outfile = path.join(root, ".cache", "bench", `${name}-${randomUUID()}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
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
