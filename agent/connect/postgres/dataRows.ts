import type { Connection } from "pg";
import { WireRow } from "./wireRow.ts";

/** Takes rows as they come. `wants` is asked when everything before the row has been heard. */
export interface RowSink {
  wantsRow(): boolean;
  takeRow(row: WireRow, bytes: number): void;
  /** A larger one is refused before it is read. */
  readonly mostRowBytes: number;
  refuseRow(): void;
}

/** A message is a byte for its kind and four for its length, which counts itself. */
const HEADER = 5;
const DATA_ROW = 68;

/**
 * Stands between the socket and `pg` and takes the rows out of what the server sends, before a string is made of each
 * cell. Everything else, and the rows that nobody wants from here, go on to `pg` in their order. Every message is
 * followed from one to the next, so that rows are found wherever the network cut them.
 */
export class DataRows {
  sink: RowSink | null = null;
  readonly #row = new WireRow();
  readonly #rest: (bytes: Buffer) => void;
  /** The beginning of a message whose end has not come. */
  #pieces: Buffer[] = [];
  #held = 0;
  #needed = 0;
  /** Of a row that was refused, what is still to come. */
  #dropping = 0;

  constructor(rest: (bytes: Buffer) => void) {
    this.#rest = rest;
  }

  /** Puts itself in `pg`'s place on a connection that is idle. */
  static attach({ stream }: Connection): DataRows {
    const listeners = stream.listeners("data");
    const rows = new DataRows((bytes) => {
      for (const listener of listeners) Reflect.apply(listener, stream, [bytes]);
    });
    stream.removeAllListeners("data");
    stream.on("data", (chunk: Buffer) => rows.take(chunk));
    return rows;
  }

  /** The next bytes from the server. */
  take(bytes: Buffer): void {
    let chunk = bytes;
    if (this.#dropping > 0) {
      chunk = bytes.subarray(this.#dropping);
      this.#dropping = Math.max(0, this.#dropping - bytes.length);
    }
    if (this.#held === 0) {
      this.#read(chunk);
      return;
    }
    this.#pieces.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#needed) return;
    const together = Buffer.concat(this.#pieces, this.#held);
    this.#pieces = [];
    this.#held = 0;
    this.#read(together);
  }

  #read(bytes: Buffer): void {
    // Up to here it has been handed on.
    let told = 0;
    let at = 0;
    while (at + HEADER <= bytes.length) {
      const length = bytes.readInt32BE(at + 1);
      // No server says so; what `pg` makes of it ends the connection.
      if (length < 4) {
        this.#rest(bytes.subarray(told));
        return;
      }
      const end = at + 1 + length;
      if (end > bytes.length) break;
      if (bytes[at] === DATA_ROW && this.sink !== null) {
        if (told < at) this.#rest(bytes.subarray(told, at));
        told = at;
        // What was just handed on may have changed who listens.
        const sink = this.sink;
        if (sink?.wantsRow() === true) {
          if (length > sink.mostRowBytes) sink.refuseRow();
          else sink.takeRow(this.#row.of(bytes, at + HEADER), length);
          told = end;
        }
      }
      at = end;
    }
    if (told < at) this.#rest(bytes.subarray(told, at));
    if (at < bytes.length) this.#hold(bytes.subarray(at));
  }

  #hold(piece: Buffer): void {
    const needed = piece.length < HEADER ? HEADER : 1 + piece.readInt32BE(1);
    const { sink } = this;
    if (piece[0] === DATA_ROW && sink !== null && needed > sink.mostRowBytes && sink.wantsRow()) {
      sink.refuseRow();
      this.#dropping = needed - piece.length;
      return;
    }
    this.#pieces = [piece];
    this.#held = piece.length;
    this.#needed = needed;
  }
}
