import { isUtf8 } from "node:buffer";
import type { Problem } from "../../protocol/messages.ts";

/** Bytes that are no text: what would be run is not what the person wrote. */
export class EncodingError extends Error {
  readonly problem: Problem;
  constructor(where: string, offset: number) {
    const message = `${where} is not valid UTF-8: the byte at offset ${offset} belongs to no character.`;
    super(message);
    this.name = "EncodingError";
    this.problem = {
      code: "not-utf8",
      message,
      action: "Save it as UTF-8 and run it again; nothing was run.",
    };
  }
}

/** The text the bytes spell, without a byte order mark. @throws EncodingError */
export function decodeUtf8(bytes: Uint8Array, where: string): string {
  if (!isUtf8(bytes)) throw new EncodingError(where, firstWrongByte(bytes));
  return new TextDecoder("utf-8").decode(bytes);
}

/** How bytes that begin a text are written: UTF-16 by its mark, or by every other byte that is zero. */
export function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const start = bytes.subarray(0, 64);
  const zeros = [0, 1].map((of) => start.filter((byte, at) => at % 2 === of && byte === 0).length);
  const half = Math.floor(start.length / 2);
  if (half < 2) return "utf-8";
  if (zeros[1] === half && zeros[0] === 0) return "utf-16le";
  return zeros[0] !== undefined && zeros[0] >= half && zeros[1] === 0 ? "utf-16be" : "utf-8";
}

/** A prefix is wrong for good once it holds the byte; one cut within a character is not. */
function firstWrongByte(bytes: Uint8Array): number {
  let [sound, wrong] = [0, bytes.length];
  while (wrong - sound > 1) {
    const middle = (sound + wrong) >> 1;
    if (beginsText(bytes.subarray(0, middle))) sound = middle;
    else wrong = middle;
  }
  // What is left of a character that breaks off there is where the mistake begins.
  while (!isUtf8(bytes.subarray(0, sound))) sound -= 1;
  return sound;
}

function beginsText(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
