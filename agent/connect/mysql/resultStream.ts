import type { DescribedColumn, OpenResult, Page } from "../databaseSession.ts";
import { type IncomingRow, TextRow } from "../incomingRow.ts";
import type { RawRow } from "./textCommand.ts";

/** Rows held for one page before the socket is paused; a single row may be larger. */
const PAGE_BYTES = 4 * 1024 * 1024;

/** What a result needs of the session that owns the backend. */
export interface StreamHost {
  pause(): void;
  resume(): void;
  /** Stops a statement whose rows nobody will read. */
  cancel(): Promise<void>;
  /** Ends the transaction the result lives in. */
  finish(): Promise<void>;
}

/**
 * A result the server sends without end: MySQL's text protocol has no cursor, so a full page pauses the socket,
 * and TCP makes the server wait. Memory is bounded by one page and what the socket had read.
 */
export class ResultStream<R> implements OpenResult<R> {
  readonly #host: StreamHost;
  readonly #toRow: (row: IncomingRow) => R;
  readonly #row = new TextRow();
  #columns: readonly DescribedColumn[] = [];
  #first: Page<R> = { rows: [], done: false };
  #rows: R[] = [];
  #bytes = 0;
  #wanted: number;
  #landed = false;
  #failure: unknown;
  #wake: (() => void) | null = null;
  #closed = false;

  constructor(firstRows: number, host: StreamHost, toRow: (row: IncomingRow) => R) {
    this.#toRow = toRow;
    this.#wanted = firstRows;
    this.#host = host;
  }

  get columns(): readonly DescribedColumn[] {
    return this.#columns;
  }

  get first(): Page<R> {
    return this.#first;
  }

  readonly onColumns = (columns: readonly DescribedColumn[]): void => {
    this.#columns = columns;
  };

  readonly onRow = (row: RawRow, bytes: number): void => {
    if (this.#closed) return;
    this.#rows.push(this.#toRow(this.#row.of(row)));
    this.#bytes += bytes;
    if (!this.#full()) return;
    this.#host.pause();
    this.#wake?.();
  };

  /** Waits for the first page. @throws what the statement failed with. */
  async begin(landed: Promise<unknown>): Promise<void> {
    landed.then(
      () => this.#land(),
      (failure: unknown) => this.#land(failure),
    );
    this.#first = await this.#page();
  }

  async next(maxRows: number): Promise<Page<R>> {
    if (this.#closed) return { rows: [], done: true, closed: true };
    this.#wanted = maxRows;
    return this.#page();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#rows = [];
    if (!this.#landed) {
      this.#host.resume();
      await this.#host.cancel();
      await this.#until(() => this.#landed);
    }
    await this.#host.finish();
  }

  #full(): boolean {
    return this.#rows.length >= this.#wanted || this.#bytes >= PAGE_BYTES;
  }

  #land(failure?: unknown): void {
    // A row that filled the page may have been the last: nothing else would be heard on a paused socket.
    this.#host.resume();
    this.#landed = true;
    this.#failure = failure;
    this.#wake?.();
  }

  async #page(): Promise<Page<R>> {
    if (!this.#landed && !this.#full()) {
      this.#host.resume();
      await this.#until(() => this.#landed || this.#full());
    }
    if (this.#failure !== undefined) {
      this.#closed = true;
      await this.#host.finish();
      throw this.#failure;
    }
    // Rows that were in the socket's buffer when it was paused belong to the next page.
    const rows = this.#rows.splice(0, this.#wanted);
    this.#bytes = 0;
    const done = this.#landed && this.#rows.length === 0;
    if (done) {
      this.#closed = true;
      void this.#host.finish();
    }
    return { rows, done };
  }

  async #until(met: () => boolean): Promise<void> {
    while (!met()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#wake = null;
  }
}
