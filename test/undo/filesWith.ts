import fs from "node:fs";
import path from "node:path";

/** Names of files anywhere in a folder that hold a text. */
export const filesWith = (folder: string, text: string): readonly string[] =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .filter((one) => fs.readFileSync(path.join(one.parentPath, one.name), "latin1").includes(text))
    .map(({ name }) => name);
