import { RowTooLargeError } from "../rowTooLarge.ts";
import {
  asksForFile,
  type EofPacket,
  isEof,
  isErr,
  isOk,
  type OkPacket,
  readEof,
  readErr,
  readOk,
} from "./packets.ts";
import { type ResultColumn, readColumn, readRow } from "./resultColumn.ts";
import { outgoing, type WireCommand, type WireConnection, type WirePacket } from "./wire.ts";

export type RawRow = readonly (string | null)[];

/** Told of a result while it arrives. What `onColumns` throws closes the door: no row is handed on. */
export interface ResultWatcher {
  readonly onColumns: (columns: readonly ResultColumn[]) => void;
  readonly onRow: (row: RawRow, bytes: number) => void;
  /** A larger row ends the result; without it every row is taken. */
  readonly limit?: { readonly rowBytes: number; readonly onRefused: () => void };
}

/** What a statement came to. Of several results (a CALL), the columns and rows are the first one's. */
export interface Answer extends OkPacket {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly RawRow[];
  readonly results: number;
}

/** The server asked for a file of this machine, as LOAD DATA LOCAL does; it got nothing. */
export class FileAskedError extends Error {}

const COM_QUERY = 0x03;

type Expecting = "start" | "header" | "column" | "columns_end" | "row" | "file_end";

/** One statement in the text protocol. A second statement in the text is a syntax error to the server. */
export class TextCommand implements WireCommand {
  readonly landed: Promise<Answer>;
  readonly #text: string;
  readonly #extended: boolean;
  readonly #watcher: ResultWatcher | undefined;
  #expecting: Expecting = "start";
  #expected = 0;
  #results = 0;
  #affected = 0;
  #columns: ResultColumn[] = [];
  #first: { readonly columns: readonly ResultColumn[]; readonly rows: RawRow[] } | null = null;
  /** Ends what is read from here on without handing it on. */
  #shut: unknown;
  #resolve: (answer: Answer) => void = () => {};
  #reject: (failure: unknown) => void = () => {};

  constructor(text: string, extended: boolean, watcher?: ResultWatcher) {
    this.#text = text;
    this.#extended = extended;
    this.#watcher = watcher;
    this.landed = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Its owner may come to await it only later.
    this.landed.catch(() => {});
  }

  onResult(failure: unknown): void {
    this.#reject(failure);
  }

  execute(packet: WirePacket | undefined, connection: WireConnection): boolean {
    if (packet === undefined) {
      connection.sequenceId = 0;
      connection.writePacket(outgoing(Buffer.concat([Buffer.of(COM_QUERY), Buffer.from(this.#text)])));
      this.#expecting = "header";
      return false;
    }
    if (isErr(packet)) return this.#fail(this.#shut ?? readErr(packet));
    switch (this.#expecting) {
      case "column":
        return this.#onColumn(packet);
      case "columns_end":
        this.#expecting = "row";
        return false;
      case "row":
        return this.#onRow(packet);
      default:
        return this.#onHeader(packet, connection);
    }
  }

  #onHeader(packet: WirePacket, connection: WireConnection): boolean {
    if (asksForFile(packet)) {
      this.#shut = new FileAskedError("The server asked for a file of this machine.");
      this.#expecting = "file_end";
      connection.writePacket(outgoing(Buffer.alloc(0)));
      return false;
    }
    this.#results += 1;
    if (isOk(packet)) {
      const ok = readOk(packet);
      this.#affected += ok.affected;
      return this.#resultEnd(ok);
    }
    this.#expected = packet.readLengthCodedNumber() ?? 0;
    this.#columns = [];
    this.#expecting = "column";
    return false;
  }

  #onColumn(packet: WirePacket): boolean {
    this.#columns.push(readColumn(packet, this.#extended));
    if (this.#columns.length < this.#expected) return false;
    this.#expecting = "columns_end";
    if (this.#first !== null) return false;
    this.#first = { columns: this.#columns, rows: [] };
    try {
      this.#watcher?.onColumns(this.#columns);
    } catch (closed) {
      this.#shut = closed;
    }
    return false;
  }

  #onRow(packet: WirePacket): boolean {
    if (isEof(packet)) return this.#resultEnd(readEof(packet));
    if (this.#shut !== undefined || this.#first?.columns !== this.#columns) return false;
    const bytes = packet.end - packet.offset;
    const limit = this.#watcher?.limit;
    if (limit !== undefined && bytes > limit.rowBytes) {
      this.#shut = new RowTooLargeError(limit.rowBytes);
      limit.onRefused();
      return false;
    }
    const row = readRow(packet, this.#columns);
    if (this.#watcher === undefined) this.#first.rows.push(row);
    else this.#watcher.onRow(row, bytes);
    return false;
  }

  #resultEnd(end: EofPacket & Partial<OkPacket>): boolean {
    if (end.status.moreResults) {
      this.#expecting = "header";
      return false;
    }
    if (this.#shut !== undefined) return this.#fail(this.#shut);
    const { columns, rows } = this.#first ?? { columns: [], rows: [] };
    const { insertId = 0, updated, warnings, status } = end;
    const told = { insertId, updated, warnings, status, affected: this.#affected };
    this.#resolve({ ...told, columns, rows, results: this.#results });
    return true;
  }

  #fail(failure: unknown): boolean {
    this.#reject(failure);
    return true;
  }
}
