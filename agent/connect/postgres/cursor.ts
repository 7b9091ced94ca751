import type { DescribedColumn, OpenResult, Page } from "../databaseSession.ts";
import type { IncomingRow } from "../incomingRow.ts";

/** Rows held for one page before the socket is paused; a single row may be larger. */
const PAGE_BYTES = 4 * 1024 * 1024;

/** What a cursor needs of the session that owns the backend. */
export interface CursorHost {
  /** Sends Execute for the portal; settles when the server has answered it. */
  fetch(maxRows: number, onRow: (row: IncomingRow, bytes: number) => void): Promise<{ suspended: boolean }>;
  pause(): void;
  resume(): void;
  /** Stops a fetch that nobody will read. */
  cancel(): Promise<void>;
  /** Ends the transaction the cursor lives in. */
  finish(): Promise<void>;
}

/**
 * A forward cursor over a portal. Memory is bounded by one page: when a page is full by bytes before it is
 * full by rows, the socket is paused, and TCP makes the server wait.
 */
export class Cursor<R> implements OpenResult<R> {
  readonly columns: readonly DescribedColumn[];
  readonly #host: CursorHost;
  readonly #toRow: (row: IncomingRow) => R;
  #first: Page<R> = { rows: [], done: false };
  #rows: R[] = [];
  #bytes = 0;
  #flight: "none" | "running" | "suspended" | "complete" = "none";
  #failure: unknown;
  #wake: (() => void) | null = null;
  #closed = false;

  constructor(columns: readonly DescribedColumn[], host: CursorHost, toRow: (row: IncomingRow) => R) {
    this.columns = columns;
    this.#host = host;
    this.#toRow = toRow;
  }

  get first(): Page<R> {
    return this.#first;
  }

  /** Adopts the flight that bound the portal and asked for the first page with it. */
  async begin(flight: Promise<{ suspended: boolean }>): Promise<void> {
    this.#adopt(flight);
    this.#first = await this.#page();
  }

  readonly onRow = (row: IncomingRow, bytes: number): void => {
    if (this.#closed) return;
    this.#rows.push(this.#toRow(row));
    this.#bytes += bytes;
    if (this.#bytes >= PAGE_BYTES) {
      this.#host.pause();
      this.#wake?.();
    }
  };

  async next(maxRows: number): Promise<Page<R>> {
    if (this.#closed) return { rows: [], done: true, closed: true };
    if (this.#flight === "suspended") {
      this.#adopt(this.#host.fetch(maxRows, this.onRow));
    }
    return this.#page();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#rows = [];
    if (this.#flight === "running") {
      this.#host.resume();
      await this.#host.cancel();
      await this.#landed();
    }
    await this.#finish();
  }

  #adopt(flight: Promise<{ suspended: boolean }>): void {
    this.#flight = "running";
    flight.then(
      ({ suspended }) => {
        this.#flight = suspended ? "suspended" : "complete";
        this.#wake?.();
      },
      (failure: unknown) => {
        this.#flight = "complete";
        this.#failure = failure;
        this.#wake?.();
      },
    );
  }

  async #page(): Promise<Page<R>> {
    if (this.#flight === "running" && this.#bytes < PAGE_BYTES) {
      this.#host.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
    const rows = this.#rows;
    this.#rows = [];
    this.#bytes = 0;
    if (this.#failure !== undefined) {
      this.#closed = true;
      await this.#finish();
      throw this.#failure;
    }
    const done = this.#flight === "complete";
    if (done) {
      this.#closed = true;
      void this.#finish();
    }
    return { rows, done };
  }

  /** The socket may have been paused by a row that was also the last: nothing else would be heard on it. */
  #finish(): Promise<void> {
    this.#host.resume();
    return this.#host.finish();
  }

  async #landed(): Promise<void> {
    while (this.#flight === "running") {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#wake = null;
  }
}
