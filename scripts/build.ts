import fs from "node:fs";
import path from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { buildConsole } from "./console.ts";
import { thirdPartyNotices } from "./notices.ts";

/** Bundles extension, agent, CLI, collector and web pages into dist/, with the natives and WebAssembly they load at run time. */
const root = path.resolve(import.meta.dirname, "..");
const dist = path.join(root, "dist");
const { version } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));

/** Loaded by path at run time: bundling them would lose their binaries. */
const RUNTIME_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "better-sqlite3": ["package.json", "LICENSE", "lib", "prebuilds"],
  "@cedar-policy/cedar-wasm": ["package.json", "nodejs"],
  "libpg-query": ["package.json", "LICENSE", "wasm"],
  "node-sql-parser": ["package.json", "LICENSE", "build/mariadb.js"],
};

const COMMON: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  define: { SLUICE_VERSION: JSON.stringify(version) },
};

const NODE: BuildOptions = {
  ...COMMON,
  platform: "node",
  target: "node22",
  external: [
    "vscode",
    "pg-native",
    ...Object.keys(RUNTIME_PACKAGES),
    "@cedar-policy/cedar-wasm/*",
    "libpg-query/*",
  ],
};

/** What activation does not read is in files of its own: CommonJS bundles are not split. */
const APART = {
  languageClient: "src/languageClient.ts",
  startSuggestions: "src/suggestions/startSuggestions.ts",
};
const LOADED_APART: Plugin = {
  name: "loaded-apart",
  setup(bundle) {
    for (const name of Object.keys(APART)) {
      bundle.onResolve({ filter: new RegExp(`/${name}\\.ts$`) }, ({ kind }) =>
        kind === "entry-point" ? undefined : { path: `./${name}.cjs`, external: true },
      );
    }
  },
};

/** CommonJS packages inside an ES module still call require. */
const REQUIRE =
  "import { createRequire as sluiceRequire } from 'node:module'; const require = sluiceRequire(import.meta.url);";

fs.rmSync(dist, { recursive: true, force: true });

const bundles = await Promise.all([
  build({
    ...NODE,
    entryPoints: { extension: "src/extension.ts", ...APART },
    plugins: [LOADED_APART],
    outdir: "dist",
    outExtension: { ".js": ".cjs" },
    format: "cjs",
  }),
  build({
    ...NODE,
    entryPoints: {
      agent: "agent/main.ts",
      cli: "agent/cli.ts",
      sqliteChild: "agent/connect/sqlite/child.ts",
    },
    outdir: "dist",
    outExtension: { ".js": ".mjs" },
    format: "esm",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    banner: { js: REQUIRE },
  }),
  // Apart from the rest, so that the extension's package leaves it out.
  build({
    ...NODE,
    entryPoints: { main: "collector/main.ts" },
    outdir: "dist/collector",
    outExtension: { ".js": ".mjs" },
    format: "esm",
    banner: { js: REQUIRE },
  }),
  build({
    ...COMMON,
    platform: "browser",
    target: "chrome128",
    format: "iife",
    entryPoints: pages(),
    outdir: "dist/webview",
    loader: { ".ttf": "file" },
  }),
  buildConsole(path.join(dist, "collector/page"), COMMON),
]);

for (const [name, parts] of Object.entries(RUNTIME_PACKAGES)) {
  for (const part of parts) {
    const from = path.join(root, "node_modules", name, part);
    if (fs.existsSync(from))
      fs.cpSync(from, path.join(dist, "node_modules", name, part), { recursive: true });
  }
}
fs.cpSync(
  path.join(root, "node_modules/@vscode/codicons/dist/codicon.css"),
  path.join(dist, "webview/codicon.css"),
);
fs.cpSync(
  path.join(root, "node_modules/@vscode/codicons/dist/codicon.ttf"),
  path.join(dist, "webview/codicon.ttf"),
);
fs.writeFileSync(
  path.join(dist, "THIRD_PARTY_NOTICES.txt"),
  thirdPartyNotices(
    root,
    bundles.flatMap(({ metafile }) => metafile ?? []),
    [...Object.keys(RUNTIME_PACKAGES), "@vscode/codicons"],
  ),
);
fs.chmodSync(path.join(dist, "cli.mjs"), 0o755);

/** Every folder of webview/ with a main.ts is a page of the editor; the console is the collector's. */
function pages(): Record<string, string> {
  const folder = path.join(root, "webview");
  return Object.fromEntries(
    fs
      .readdirSync(folder)
      .filter((name) => name !== "console" && fs.existsSync(path.join(folder, name, "main.ts")))
      .map((name) => [name, path.join(folder, name, "main.ts")]),
  );
}
