import fs from "node:fs";
import { generateDeviceKey } from "../../protocol/node/crypto.ts";
import { CollectorError } from "../collectorError.ts";

/** The private key in this file; a new one where there is no file. @throws CollectorError where others can read it. */
export function keyIn(file: string, make: () => string = generateDeviceKey): string {
  try {
    fs.writeFileSync(file, make(), { mode: 0o600, flag: "wx", flush: true });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  if ((fs.statSync(file).mode & 0o077) !== 0) {
    throw new CollectorError(
      "key-readable",
      `Other users of this machine can read the private key ${file}.`,
      `Run chmod 600 ${file}; if somebody may have read it, replace the key.`,
    );
  }
  return fs.readFileSync(file, "utf8");
}
