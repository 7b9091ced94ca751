/** What crosses between the agent and the process that holds a database file. */

/** `reading` cannot write, whatever it is told; `writing` holds a person's transaction and temporary tables. */
export type Side = "reading" | "writing";

export type ChildRequest =
  /** The agent's own questions and the ends of transactions: all rows at once. */
  | { readonly kind: "rows"; readonly side: Side; readonly sql: string; readonly values: readonly string[] }
  /** Prepares a person's statement and describes it; nothing runs. */
  | { readonly kind: "prepare"; readonly side: Side; readonly sql: string; readonly may: Permission }
  /** The next rows of what was prepared. */
  | { readonly kind: "next"; readonly rows: number; readonly bytes: number }
  /** Runs what was prepared to its end; rows beyond `keepRows` are counted and dropped. */
  | { readonly kind: "finish"; readonly keepRows: number }
  /** Lets what was prepared go. */
  | { readonly kind: "release" };

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
  | { readonly kind: "finished"; readonly rows: readonly TextRow[]; readonly returned: number }
  | { readonly kind: "released" }
  | { readonly kind: "failed"; readonly failure: ChildFailure };

/** Where in a request something failed: compiling the text, running it, or opening the file. */
export interface ChildFailure {
  readonly stage: "open" | "parse" | "execute";
  /** SQLite's extended result code: `SQLITE_CONSTRAINT_UNIQUE`, or `SLUICE_REFUSED` for what never runs here. */
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
