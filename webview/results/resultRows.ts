import type { ResultId } from "../../protocol/ids.ts";
import type { Problem, ResultColumn, Row, RowPage } from "../../protocol/messages.ts";

/** Rows one result may keep in the page; more would only slow it down. */
export const MOST_ROWS = 100_000;

/** Stands where a value was shown. */
const HIDDEN = "•••";

/** Why no further rows will come, or that they will. */
export type RowsEnd =
  | { readonly kind: "more" }
  | { readonly kind: "all" }
  /** Rows were left unread; the sentence says why. */
  | { readonly kind: "cut"; readonly why: string }
  | { readonly kind: "failed"; readonly problem: Problem };

/** The rows of one result as far as they have been fetched. */
export class ResultRows {
  readonly id: ResultId;
  #columns: readonly ResultColumn[];
  readonly #rows: Row[] = [];
  readonly #limit: number;
  #end: RowsEnd = { kind: "more" };
  #fetching = false;

  constructor(id: ResultId, columns: readonly ResultColumn[], first: RowPage, limit = MOST_ROWS) {
    this.id = id;
    this.#columns = columns;
    this.#limit = limit;
    this.add(first);
  }

  get columns(): readonly ResultColumn[] {
    return this.#columns;
  }

  /**
   * Forgets the values of every column that was shown under this elevation, and takes no further rows. False where there
   * is none.
   */
  hide(elevation: string, why: string): boolean {
    const hidden = this.#columns.map(({ shownUnder }) => shownUnder?.includes(elevation) === true);
    if (!hidden.includes(true)) return false;
    this.#columns = this.#columns.map((column, index) => {
      if (hidden[index] !== true) return column;
      const { shownUnder: _, ...rest } = column;
      return { ...rest, mask: "full" };
    });
    for (const [at, row] of this.#rows.entries())
      this.#rows[at] = row.map((cell, index) => (hidden[index] === true ? HIDDEN : cell));
    this.#end = { kind: "cut", why };
    return true;
  }

  get count(): number {
    return this.#rows.length;
  }

  get end(): RowsEnd {
    return this.#end;
  }

  /** Loaded rows; the array must not be kept, since it grows. */
  get loaded(): readonly Row[] {
    return this.#rows;
  }

  add(page: RowPage): void {
    this.#fetching = false;
    // What was on its way when an elevation ended comes too late.
    if (this.#end.kind === "cut") return;
    for (const row of page.rows.slice(0, this.#limit - this.#rows.length)) this.#rows.push(row);
    if (page.done) {
      this.#end = page.truncated === undefined ? { kind: "all" } : { kind: "cut", why: page.truncated };
    } else if (this.#rows.length >= this.#limit) {
      const shown = this.#limit.toLocaleString("en");
      this.#end = {
        kind: "cut",
        why: `Only the first ${shown} rows are shown here. Narrow the query to see others.`,
      };
    }
  }

  fail(problem: Problem): void {
    this.#fetching = false;
    this.#end = { kind: "failed", problem };
  }

  /** Whether the next page should be asked for now, `lastVisible` being on screen; marks it as asked for. */
  wantsMore(lastVisible: number, pageRows: number): boolean {
    if (this.#fetching || this.#end.kind !== "more" || lastVisible < this.count - pageRows / 2) return false;
    this.#fetching = true;
    return true;
  }
}
