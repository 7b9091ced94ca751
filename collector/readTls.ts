import fs from "node:fs";
import tls from "node:tls";
import { CollectorError } from "./collectorError.ts";
import type { CollectorOptions } from "./options.ts";

export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** The certificate and its key; null where none is set. @throws CollectorError that says which file is wrong, and how. */
export function readTls({ tls: files }: Pick<CollectorOptions, "tls">): Certificate | null {
  if (files === undefined) return null;
  const read = { cert: fileOf("certificate", files.cert), key: fileOf("certificate's key", files.key) };
  try {
    tls.createSecureContext(read);
  } catch (error) {
    throw unusable(
      `The certificate ${files.cert} and the key ${files.key} cannot be used: ${reasonOf(error)}.`,
    );
  }
  return read;
}

function fileOf(what: string, file: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    throw unusable(`The ${what} cannot be read: ${reasonOf(error)}.`);
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const unusable = (message: string): CollectorError =>
  new CollectorError(
    "tls-unusable",
    message,
    "Set tls.cert and tls.key (--tls-cert, --tls-key) to files in PEM that belong together and that the collector's user may read.",
  );
