import type { IncomingRow } from "../incomingRow.ts";

/** A longer row is read cell by cell: a piece of a text keeps all of it in memory. */
const LONGEST_TOGETHER = 2_048;

/**
 * A DataRow message where it lies in what was read from the socket. A row of short cells in ASCII is made one string
 * and cut, which costs a third of making one for each cell.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-DATAROW
 */
export class WireRow implements IncomingRow {
  #bytes: Buffer = Buffer.alloc(0);
  #width = 0;
  /** Offsets of every cell's first byte, and of the one after its last. */
  #starts = new Int32Array(32);
  #ends = new Int32Array(32);
  #from = 0;
  #to = 0;
  #together: string | null = null;

  /** Points at the message's body, which begins with the number of its cells. */
  of(bytes: Buffer, offset: number): this {
    const width = ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
    if (width > this.#starts.length) {
      this.#starts = new Int32Array(width);
      this.#ends = new Int32Array(width);
    }
    const starts = this.#starts;
    const ends = this.#ends;
    let at = offset + 2;
    for (let position = 0; position < width; position++) {
      const length =
        ((bytes[at] ?? 0) << 24) |
        ((bytes[at + 1] ?? 0) << 16) |
        ((bytes[at + 2] ?? 0) << 8) |
        (bytes[at + 3] ?? 0);
      at += 4;
      starts[position] = at;
      if (length >= 0) at += length;
      ends[position] = length < 0 ? -1 : at;
    }
    this.#bytes = bytes;
    this.#width = width;
    this.#from = offset;
    this.#to = at;
    this.#together = null;
    return this;
  }

  get width(): number {
    return this.#width;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  start(position: number): number {
    return this.#starts[position] ?? 0;
  }

  end(position: number): number {
    return position < this.#width ? (this.#ends[position] ?? -1) : -1;
  }

  text(position: number): string | null {
    const end = this.end(position);
    if (end < 0) return null;
    const start = this.start(position);
    const bytes = this.#bytes;
    if (this.#to - this.#from > LONGEST_TOGETHER) return bytes.toString("utf8", start, end);
    let every = 0;
    for (let at = start; at < end; at++) every |= bytes[at] ?? 0;
    if (every > 127) return bytes.toString("utf8", start, end);
    this.#together ??= bytes.toString("latin1", this.#from, this.#to);
    return this.#together.slice(start - this.#from, end - this.#from);
  }
}
