/** What crosses between the agent and the process that holds a database file. */

/** `reading` cannot write, whatever it is told; `writing` holds a person's transaction and temporary tables. */
export type Side = "reading" | "writing";

export type ChildRequest =
  /** The agent's own questions and the ends of transactions: all rows at once. */
  | { readonly kind: "rows"; readonly side: Side; readonly sql: string; readonly values: readonly string[] }
  /** Prepares a person's statement and describes it; nothing runs. */
  | { readonly kind: "prepare"; readonly side: Side; readonly sql: string; readonly may: Permission }
  /** The next rows of what was prepared. */
  | { readonly kind: "next"; readonly rows: number; readonly bytes: number; readonly rowBytes: number }
  /** Runs what was prepared to its end; rows beyond `keepRows` are counted and dropped. */
  | { readonly kind: "finish"; readonly keepRows: number; readonly added?: Added }
  /** Rows in their exact form, on the writing side, until there are too many. */
  | { readonly kind: "images"; readonly sql: string; readonly within: Within }
  /** The row of each key in its exact form. */
  | { readonly kind: "rowsByKeys"; readonly sql: string; readonly keys: readonly TextRow[] }
  /** Runs a statement that changes rows once with each row of values, given in their exact form. */
  | { readonly kind: "repeat"; readonly sql: string; readonly values: readonly TextRow[] }
  /** Lets what was prepared go. */
  | { readonly kind: "release" };

/** How much is kept. */
export interface Within {
  readonly maxRows: number;
  readonly maxBytes: number;
}

/** Columns that a statement returns behind its own, for what is kept of its rows. */
export interface Added extends Within {
  readonly columns: number;
}

/** Rows in their exact form; `count` and `bytes` of all there were, and none where that was too much. */
export interface Images {
  readonly rows: readonly TextRow[];
  readonly count: number;
  readonly bytes: number;
  /** One holds a value that cannot be told exactly. */
  readonly inexact: boolean;
}

/** What a prepared statement may be. */
export type Permission = "read" | "write" | "anything";

export interface PreparedColumn {
  readonly name: string;
  readonly type: string | null;
}

export type TextRow = readonly (string | null)[];

export type ChildAnswer =
  | { readonly kind: "rows"; readonly rows: readonly TextRow[] }
  | { readonly kind: "prepared"; readonly columns: readonly PreparedColumn[] }
  | { readonly kind: "page"; readonly rows: readonly TextRow[]; readonly done: boolean }
  /** A row was larger than asked for: it is not sent, and nothing follows. */
  | { readonly kind: "refused_row" }
  | {
      readonly kind: "finished";
      readonly rows: readonly TextRow[];
      readonly returned: number;
      readonly images?: Images;
    }
  | { readonly kind: "images"; readonly images: Images }
  | { readonly kind: "rowsByKeys"; readonly rows: readonly (TextRow | null)[] }
  | { readonly kind: "released" }
  | { readonly kind: "failed"; readonly failure: ChildFailure };

/** Where in a request something failed: compiling the text, running it, or opening the file. */
export interface ChildFailure {
  readonly stage: "open" | "parse" | "execute";
  /**
   * SQLite's extended result code: `SQLITE_CONSTRAINT_UNIQUE`, or `SLUICE_REFUSED` for what never runs here, and
   * `SLUICE_INEXACT` for a value that cannot be told exactly.
   */
  readonly code: string;
  readonly message: string;
}

/** Every answer tells whether the writing side is in a transaction, and whether it keeps temporary tables. */
export interface ChildReply {
  readonly id: number;
  readonly answer: ChildAnswer;
  readonly inTransaction: boolean;
  readonly hasTemporary: boolean;
}

export interface ChildCall {
  readonly id: number;
  readonly request: ChildRequest;
}
