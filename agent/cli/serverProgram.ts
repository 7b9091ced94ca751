import fs from "node:fs";
import { fileURLToPath } from "node:url";

/** The collector's program: in the folder of the bundle or above its chunks, else in the sources. Null where it is not shipped. */
export function serverProgram(): string | null {
  const places = ["./collector/main.mjs", "../collector/main.mjs", "../../collector/main.ts"];
  return (
    places
      .map((place) => fileURLToPath(new URL(place, import.meta.url)))
      .find((place) => fs.existsSync(place)) ?? null
  );
}
