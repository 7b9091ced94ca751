import fs from "node:fs";
import path from "node:path";
import { build } from "esbuild";

/** Bundles the suite into a folder, as an extension of its own: the one that is tried is installed beside it. */
export async function bundleSuite(folder: string): Promise<void> {
  await build({
    entryPoints: { index: path.join(import.meta.dirname, "suite.ts") },
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["vscode"],
  });
  const manifest = {
    name: "suite",
    publisher: "sluice-test",
    version: "0.0.0",
    engines: { vscode: "^1.105.0" },
    main: "./index.cjs",
    activationEvents: ["onStartupFinished"],
  };
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
}
