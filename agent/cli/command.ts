import fs from "node:fs";
import { decodeUtf8 } from "./utf8.ts";

/** Exit codes scripts may rely on. */
export const EXIT = { done: 0, failed: 1, usage: 2, denied: 3, waits: 4 } as const;

export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Settles when the reader of stdout has caught up. */
  drained(): Promise<void>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

export type Command = (argv: readonly string[], io: Io) => Promise<number>;

/** The command line itself is wrong. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The SQL a command is to work on: given on the line, in a file, or on standard input. @throws EncodingError */
export async function readSql(positionals: readonly string[], file: string | undefined): Promise<string> {
  if (file !== undefined && file !== "-") return decodeUtf8(readFile(file), file);
  if (file === undefined && positionals.length > 0) return positionals.join(" ");
  if (file === undefined && process.stdin.isTTY) throw new UsageError("No SQL was given.");
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return decodeUtf8(Buffer.concat(chunks), "Standard input");
}

/** @throws UsageError where the file cannot be read. */
export function readFile(file: string): Uint8Array {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
