import type { DescribedColumn, OpenResult, Page } from "../databaseSession.ts";
import { type IncomingRow, TextRow } from "../incomingRow.ts";

/** Text held for one page; a single row may be larger. */
const PAGE_BYTES = 4 * 1024 * 1024;

/** What a cursor needs of the session that owns the file. */
export interface SqliteCursorHost {
  next(rows: number, bytes: number): Promise<Page<readonly (string | null)[]>>;
  /** Ends the statement and the transaction it runs in. */
  finish(): Promise<void>;
}

/** A forward cursor: SQLite computes rows as they are asked for, so nothing runs between two pages. */
export class SqliteCursor<R> implements OpenResult<R> {
  readonly columns: readonly DescribedColumn[];
  readonly #host: SqliteCursorHost;
  readonly #toRow: (row: IncomingRow) => R;
  readonly #row = new TextRow();
  #first: Page<R> = { rows: [], done: false };
  #closed = false;

  constructor(columns: readonly DescribedColumn[], host: SqliteCursorHost, toRow: (row: IncomingRow) => R) {
    this.#toRow = toRow;
    this.columns = columns;
    this.#host = host;
  }

  get first(): Page<R> {
    return this.#first;
  }

  async begin(firstRows: number): Promise<void> {
    this.#first = await this.next(firstRows);
  }

  async next(maxRows: number): Promise<Page<R>> {
    if (this.#closed) return { rows: [], done: true, closed: true };
    try {
      const { rows, done } = await this.#host.next(maxRows, PAGE_BYTES);
      const page = { rows: rows.map((row) => this.#toRow(this.#row.of(row))), done };
      if (done) await this.close();
      return page;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#host.finish();
  }
}
