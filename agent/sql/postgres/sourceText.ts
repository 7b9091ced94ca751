import type { Span } from "../facts.ts";
import { nextCode } from "./lexer.ts";

/**
 * The text a parse tree came from. The grammar counts bytes of UTF-8 from the start of what it parsed;
 * everyone else counts UTF-16 units from the start of the request.
 */
export class SourceText {
  readonly text: string;
  /** Where `text` begins in the request. */
  readonly shift: number;
  readonly #offsets: Uint32Array | undefined;

  constructor(text: string, shift: number) {
    this.text = text;
    this.shift = shift;
    this.#offsets = hasOnlyAscii(text) ? undefined : offsetsOfBytes(text);
  }

  /** Offset into `text` of a byte position; the grammar leaves a position of 0 out. */
  at(byte: number | undefined): number {
    const position = byte ?? 0;
    if (!this.#offsets) return Math.min(position, this.text.length);
    return this.#offsets[position] ?? this.text.length;
  }

  /** The span of the token at a byte position. */
  token(byte: number | undefined): Span {
    const start = this.at(byte);
    const token = nextCode(this.text, start);
    return this.span(token?.start ?? start, token?.end ?? start);
  }

  /** A number's position is that of its minus sign, if it has one. */
  literal(byte: number | undefined): Span {
    const start = this.at(byte);
    let token = nextCode(this.text, start);
    while (token?.kind === "operator") token = nextCode(this.text, token.end);
    return this.span(start, token?.end ?? start);
  }

  /** The span of `count` names (or `*`) with dots between, beginning at a byte position. */
  names(byte: number | undefined, count: number): Span {
    const start = this.at(byte);
    let token = nextCode(this.text, start);
    let end = token?.end ?? start;
    for (let index = 1; index < count && token; index++) {
      const dot = nextCode(this.text, token.end);
      if (!dot || this.text.slice(dot.start, dot.end) !== ".") break;
      token = nextCode(this.text, dot.end);
      end = token?.end ?? end;
    }
    return this.span(start, end);
  }

  /** A span of the request from offsets into `text`. */
  span(start: number, end: number): Span {
    return { start: start + this.shift, end: end + this.shift };
  }
}

function hasOnlyAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole range of one-byte characters is meant
  return /^[\u0000-\u007f]*$/.test(text);
}

function offsetsOfBytes(text: string): Uint32Array {
  const offsets = new Uint32Array(Buffer.byteLength(text) + 1);
  let byte = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    const pair = unit >= 0xd800 && unit <= 0xdbff;
    const bytes = unit < 0x80 ? 1 : unit < 0x800 ? 2 : pair ? 4 : 3;
    offsets.fill(index, byte, byte + bytes);
    byte += bytes;
    if (pair) index++;
  }
  offsets[byte] = text.length;
  return offsets;
}
