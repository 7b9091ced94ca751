import fs from "node:fs";
import { readNoteKey } from "../../protocol/log/checkpoint.ts";
import type { LogKey } from "../../protocol/log/logTrust.ts";
import { proofCrypto } from "../audit/proofCrypto.ts";
import { isLoopback } from "../identity/config.ts";
import { UsageError } from "./command.ts";

/** A collector's address as somebody typed it. Beyond this machine it has to be encrypted. @throws UsageError */
export function collectorAddress(text: string): URL {
  const address = URL.canParse(text) ? new URL(text) : null;
  if (address === null || !["http:", "https:"].includes(address.protocol))
    // What has a user may have a password.
    throw new UsageError(
      `${text.includes("@") ? "This" : `"${text}"`} is no collector's address: it begins with https://.`,
    );
  if (address.username !== "" || address.password !== "")
    throw new UsageError("A collector's address holds no user and no password.");
  if (address.protocol === "http:" && !isLoopback(address.hostname))
    throw new UsageError(`${address.origin} is not encrypted: use https:// beyond this machine.`);
  return address;
}

/** `--log-key` and `--take-key`. @throws UsageError where the key is none. */
export function logKeyOf(values: {
  readonly "log-key"?: string | undefined;
  readonly "take-key"?: boolean | undefined;
}): LogKey {
  const { "log-key": given, "take-key": take } = values;
  if (given !== undefined && take === true)
    throw new UsageError("--log-key says which key the log has; --take-key asks the log. Give one of them.");
  if (take === true) return { kind: "as-written" };
  if (given === undefined) return { kind: "unknown" };
  const key = given.startsWith("@") ? readText(given.slice(1)).trim() : given;
  try {
    readNoteKey(proofCrypto.sha256, key);
  } catch (error) {
    throw new UsageError(`--log-key: ${error instanceof Error ? error.message : String(error)}.`);
  }
  return { kind: "given", key };
}

/** A checkpoint somebody kept. @throws UsageError */
export const keptCheckpoint = (file: string | undefined): string | null =>
  file === undefined ? null : readText(file);

function readText(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
