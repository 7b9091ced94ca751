import fs from "node:fs";
import path from "node:path";

export interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  "console.js": "text/javascript; charset=utf-8",
  "console.css": "text/css; charset=utf-8",
  "codicon.css": "text/css; charset=utf-8",
  "codicon.ttf": "font/ttf",
};

/** The page's files, read once; empty where they were not built. */
export function readAssets(given?: string): ReadonlyMap<string, Asset> {
  const folders = given === undefined ? FOLDERS : [given];
  const folder = folders.find((candidate) => fs.existsSync(path.join(candidate, "console.js")));
  if (folder === undefined) return new Map();
  return new Map(
    Object.entries(TYPES).map(([name, type]) => [
      name,
      { type, bytes: fs.readFileSync(path.join(folder, name)) },
    ]),
  );
}

/** Beside the bundle, or where the build puts it. */
const FOLDERS = [
  path.join(import.meta.dirname, "page"),
  path.resolve(import.meta.dirname, "../../dist/collector/page"),
];
