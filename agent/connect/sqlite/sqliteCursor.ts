import type { DescribedColumn, OpenResult, RawPage } from "../databaseSession.ts";

/** Text held for one page; a single row may be larger. */
const PAGE_BYTES = 4 * 1024 * 1024;

/** What a cursor needs of the session that owns the file. */
export interface SqliteCursorHost {
  next(rows: number, bytes: number): Promise<RawPage>;
  /** Ends the statement and the transaction it runs in. */
  finish(): Promise<void>;
}

/** A forward cursor: SQLite computes rows as they are asked for, so nothing runs between two pages. */
export class SqliteCursor implements OpenResult {
  readonly columns: readonly DescribedColumn[];
  readonly #host: SqliteCursorHost;
  #first: RawPage = { rows: [], done: false };
  #closed = false;

  constructor(columns: readonly DescribedColumn[], host: SqliteCursorHost) {
    this.columns = columns;
    this.#host = host;
  }

  get first(): RawPage {
    return this.#first;
  }

  async begin(firstRows: number): Promise<void> {
    this.#first = await this.next(firstRows);
  }

  async next(maxRows: number): Promise<RawPage> {
    if (this.#closed) return { rows: [], done: true };
    try {
      const page = await this.#host.next(maxRows, PAGE_BYTES);
      if (page.done) await this.close();
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
