import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { root } from "../steps.ts";

/** Everything of the package that a build or an edit changes; the natives under dist/node_modules change with it. */
const PARTS = ["package.json", "README.md", "media", "dist"];

/** SHA-256 over names and contents of what would be packaged: the same as long as nothing changed. */
export function fingerprint(): string {
  const hash = createHash("sha256");
  for (const part of PARTS) add(hash, path.join(root, part));
  return hash.digest("hex");
}

function add(hash: ReturnType<typeof createHash>, file: string): void {
  if (fs.statSync(file).isDirectory()) {
    for (const name of fs.readdirSync(file).sort()) {
      if (name !== "node_modules") add(hash, path.join(file, name));
    }
    return;
  }
  hash.update(path.relative(root, file)).update(fs.readFileSync(file));
}
