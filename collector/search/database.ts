import type { QueryResultRow } from "pg";

/** What is bound to a placeholder. */
export type Value = string | number | null;

/** Runs SQL whose placeholders are `$1`, `$2`, …; both databases read them. */
export interface Asker {
  all<Row extends QueryResultRow>(sql: string, values?: readonly Value[]): Promise<readonly Row[]>;
}

/** A database that holds the log's records and what is counted of them, and where the two kinds differ. */
export interface SearchDatabase extends Asker {
  /** A condition on `r`: its record carries this term. `few`: hardly any does. */
  hasTerm(placeholder: string, few: boolean): string;
  /** Null where each filter has an index of its own. */
  readonly marks: Marks | null;
  /** The statement of the record `r` as text, and how a needle is spelled in it. */
  readonly statement: { readonly text: string; spelled(needle: string): string };
  /** Position of `$needle` in a text; 0 where it is not there. */
  readonly position: "strpos" | "instr";
  /** Records a search for a text looks through before it stops. */
  readonly textBudget: number;
  /** All or nothing. The counted state is locked against other processes while it runs. */
  transaction<T>(work: (asker: Asker) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** One index of everything a record carries: its terms, and `actor:…`, `connection:…`, `kind:…` beside them. */
export interface Marks {
  /** What the record `r` carries, as an array; null stands for what it has not. */
  readonly list: string;
  /** A condition on `r`: its record carries every one of these. */
  all(placeholders: readonly string[]): string;
  /** A condition on `r`: its record carries one of these at least. */
  any(placeholders: readonly string[]): string;
  /** A condition on `r` by an index of its own that is in order of time; `r` is of this actor, or of this connection. */
  only(column: "actor" | "connection", placeholder: string): string;
  /** A condition on `r`: its place is in this list, with commas between. */
  among(placeholder: string): string;
  /** Asks by sets of places: the indexes say which records are left before the first is read. */
  bySets<T>(work: (asker: Asker) => Promise<T>): Promise<T>;
}

/** Placeholders for values, in the order they are added. */
export class Values {
  readonly list: Value[] = [];

  /** The placeholder of a value. */
  add(value: Value): string {
    this.list.push(value);
    return `$${this.list.length}`;
  }

  /** `($3, $4, $5)`. */
  row(values: readonly Value[]): string {
    return `(${values.map((value) => this.add(value)).join(", ")})`;
  }
}
