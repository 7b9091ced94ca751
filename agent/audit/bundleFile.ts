import { isUtf8 } from "node:buffer";
import fs from "node:fs";
import { pipeline } from "node:stream/promises";
import { LONGEST_LINE } from "../../protocol/log/bundle.ts";
import { type BundleReport, BundleVerifier } from "../../protocol/log/bundleVerifier.ts";
import type { LogTrust } from "../../protocol/log/logTrust.ts";
import type { Problem } from "../../protocol/messages.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import { proofCrypto } from "./proofCrypto.ts";

/** A bundle's file cannot be read or written. */
export class BundleFileError extends Error {
  readonly problem: Problem;
  constructor(file: string, doing: "read" | "written", cause: unknown) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    const problem: Problem = {
      code: "bundle-file",
      message: `${file} cannot be ${doing}: ${detail}.`,
      action: "Check the path, the permissions and the free space.",
    };
    super(problem.message, { cause });
    this.name = "BundleFileError";
    this.problem = problem;
  }
}

const LINE_FEED = 0x0a;
/** A text of that many UTF-16 units has at most three times as many bytes. */
const LONGEST_BYTES = LONGEST_LINE * 3;
const BREATH = 256;

/** Verifies the bundle in a file. @throws BundleFileError */
export async function verifyBundleFile(file: string, trust: LogTrust): Promise<BundleReport> {
  const verifier = new BundleVerifier(proofCrypto, nodeVerifier, trust);
  let count = 0;
  for await (const line of linesOf(file)) {
    verifier.next(line);
    if (verifier.stopped) break;
    count += 1;
    if (count % BREATH === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return verifier.report();
}

/** Lines without their line feeds; what is no UTF-8, or too long, comes as a text no bundle has. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let length = 0;
  const line = (): string => {
    const bytes = Buffer.concat(parts);
    parts = [];
    length = 0;
    return isUtf8(bytes) ? bytes.toString("utf8") : "\ufffd";
  };
  try {
    for await (const chunk of fs.createReadStream(file, { highWaterMark: 1024 * 1024 })) {
      const bytes: Buffer = chunk;
      let from = 0;
      for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, from)) {
        parts.push(bytes.subarray(from, end));
        from = end + 1;
        yield line();
      }
      parts.push(bytes.subarray(from));
      length += bytes.length - from;
      if (length > LONGEST_BYTES) {
        yield "\ufffd";
        return;
      }
    }
  } catch (error) {
    throw new BundleFileError(file, "read", error);
  }
  const rest = line();
  if (rest !== "") yield rest;
}

/** Writes lines to a file that is whole or not there. Answers how many. @throws BundleFileError, and what `lines` throws */
export async function writeBundleFile(file: string, lines: AsyncIterable<string>): Promise<number> {
  const part = `${file}.part`;
  let count = 0;
  let failed: { readonly error: unknown } | null = null;
  async function* counted(): AsyncGenerator<string> {
    try {
      for await (const line of lines) {
        count += 1;
        yield line;
      }
    } catch (error) {
      failed = { error };
      throw error;
    }
  }
  try {
    // Open before anything can fail: a stream that opens by itself may still make the file after it was taken away.
    const handle = await fs.promises.open(part, "w", 0o600);
    await pipeline(counted, handle.createWriteStream());
    fs.renameSync(part, file);
    return count;
  } catch (error) {
    fs.rmSync(part, { force: true });
    throw failed === null ? new BundleFileError(file, "written", error) : error;
  }
}
