import type { Problem, Row, RowPage } from "../protocol/messages.ts";
import type { AllowedTime } from "./allowedTime.ts";
import type { OpenResult, Page } from "./connect/databaseSession.ts";
import type { ElevationOver } from "./elevations/elevationOver.ts";

/** The rows after the first page. */
export interface RestOfRows {
  /** @throws ResultError when the server fails half-way. */
  next(maxRows: number): Promise<RowPage>;
  /** Ends the cursor; harmless when it has ended. `why` is what a later page would say. */
  close(why?: string): Promise<void>;
}

export const NO_MORE_ROWS: RestOfRows = {
  next: () => Promise.resolve({ rows: [], done: true }),
  close: () => Promise.resolve(),
};

/** A result that failed after its first page. */
class ResultError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.name = "ResultError";
    this.problem = problem;
  }
}

export interface ResultEnd {
  readonly kind: "done" | "cancelled" | "failed";
  readonly rows: number;
  readonly maskedCells: number;
  readonly error?: unknown;
}

export interface MaskedRowsOptions {
  readonly maskedColumns: number;
  readonly maxRows: number;
  /** No row is handed on after it. */
  readonly time: AllowedTime;
  /** Without a page being asked for, rows that are left are let go: they hold a transaction open, and locks. */
  readonly idleMs?: number;
  /** Called once, when the last row has been read, the reader went away, or the server failed. */
  ended(end: ResultEnd): void;
  explain(error: unknown): Problem;
}

const IDLE_MS = 2 * 60_000;
const LET_GO =
  "The other rows were let go: nobody asked for them for a while, and they kept a transaction open on the server. Run the statement again to see them.";

const ANOTHER_RAN =
  "The other rows were let go when another statement ran here. Run the statement again to see them.";

/** The only form in which rows leave the agent: masked as they came, and limited. */
export class MaskedRows implements RestOfRows {
  readonly #result: OpenResult<Row>;
  readonly #options: MaskedRowsOptions;
  #read = 0;
  #ended = false;
  #why: string | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(result: OpenResult<Row>, options: MaskedRowsOptions) {
    this.#result = result;
    this.#options = options;
    options.time.onOver((over) => void this.#stop(over).catch(() => {}));
  }

  first(): RowPage {
    return this.#page(this.#result.first);
  }

  async next(maxRows: number): Promise<RowPage> {
    clearTimeout(this.#idle);
    this.#options.time.over();
    if (this.#ended) return this.#nothing();
    let page: Page<Row>;
    try {
      page = await this.#result.next(maxRows);
    } catch (error) {
      if (this.#ended) return this.#nothing();
      this.#end({ kind: "failed", error });
      throw new ResultError(this.#options.explain(error));
    }
    // Rows that were on their way when it ended are not shown.
    this.#options.time.over();
    if (page.closed === true) {
      this.#why ??= ANOTHER_RAN;
      this.#end({ kind: "done" });
    }
    return this.#ended ? this.#nothing() : this.#page(page);
  }

  async close(why?: string): Promise<void> {
    if (this.#ended) return;
    this.#why = why;
    await this.#result.close();
    this.#end({ kind: "done" });
  }

  /** From this moment on no row is handed on; the server is stopped as soon as it can be. */
  async #stop(over: ElevationOver): Promise<void> {
    if (this.#ended) return;
    this.#why = over.message;
    this.#end({ kind: "cancelled", error: over });
    await this.#result.close();
  }

  #nothing(): RowPage {
    return { rows: [], done: true, ...(this.#why === undefined ? {} : { truncated: this.#why }) };
  }

  #page(page: Page<Row>): RowPage {
    const { maxRows } = this.#options;
    const room = maxRows - this.#read;
    const rows = page.rows.length > room ? page.rows.slice(0, room) : page.rows;
    this.#read += rows.length;
    const more = page.rows.length > room || (!page.done && this.#read >= maxRows);
    if (more) {
      const truncated = `Policy shows at most ${maxRows} rows of this statement.`;
      this.#why = truncated;
      // Nothing more is shown: what came of it is told now, so that the next statement counts it.
      this.#end({ kind: "done" });
      void this.#result.close();
      return { rows, done: true, truncated };
    }
    if (page.done) this.#end({ kind: "done" });
    else this.#waitForReader();
    return { rows, done: page.done };
  }

  #waitForReader(): void {
    const letGo = (): void => void this.close(LET_GO).catch(() => {});
    this.#idle = setTimeout(letGo, this.#options.idleMs ?? IDLE_MS).unref();
  }

  #end(end: { readonly kind: ResultEnd["kind"]; readonly error?: unknown }): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#idle);
    this.#options.ended({ ...end, rows: this.#read, maskedCells: this.#read * this.#options.maskedColumns });
  }
}
