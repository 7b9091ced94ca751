import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";

/** Statements other people wrote, kept beside this checkout; not part of it. */
const folder = path.resolve(import.meta.dirname, "../../../shared/corpora");

/** The statements of a corpus, or null where there is none here: whoever needs them says so and skips. */
export function corpus(name: "postgres" | "mysql" | "sqlite"): readonly string[] | null {
  const file = path.join(folder, `${name}.jsonl.gz`);
  if (!fs.existsSync(file)) return null;
  const lines = zlib.gunzipSync(fs.readFileSync(file)).toString("utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line).sql);
}
