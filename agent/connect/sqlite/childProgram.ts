import fs from "node:fs";
import { fileURLToPath } from "node:url";

/** The child's program: beside this file in the sources, in the folder of the bundle or above its chunks. */
export function childProgram(): string {
  const places = ["./child.ts", "./sqliteChild.mjs", "../sqliteChild.mjs"];
  const found = places
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((place) => fs.existsSync(place));
  if (found === undefined) throw new Error("The program that opens SQLite files is missing.");
  return found;
}
