import fs from "node:fs";
import path from "node:path";
import { type BuildOptions, type BuildResult, build } from "esbuild";

const root = path.resolve(import.meta.dirname, "..");

/** The collector's page, with everything it loads, into one folder. */
export async function buildConsole(folder: string, options: BuildOptions = {}): Promise<BuildResult> {
  const built = await build({
    absWorkingDir: root,
    bundle: true,
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    ...options,
    platform: "browser",
    target: "chrome128",
    format: "iife",
    entryPoints: { console: "webview/console/main.ts" },
    outdir: folder,
    loader: { ".ttf": "file" },
  });
  for (const name of ["codicon.css", "codicon.ttf"])
    fs.cpSync(path.join(root, "node_modules/@vscode/codicons/dist", name), path.join(folder, name));
  return built;
}
