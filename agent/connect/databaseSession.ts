import type { IncomingRow } from "./incomingRow.ts";

/** One result column as the server describes it. */
export interface DescribedColumn {
  readonly name: string;
  /** 0 where the column is not a plain column of a relation. */
  readonly relationOid: number;
  readonly ordinal: number;
  readonly typeOid: number;
  /** The type's name, where the engine has names and no oids. */
  readonly type?: string;
}

/** What the server says of a statement before any of its rows may be shown. */
export interface Description {
  readonly columns: readonly DescribedColumn[];
  /** `oid` → version of every relation the plan rests on, read under the statement's own locks. */
  readonly versions: ReadonlyMap<number, string>;
}

/** Throws to close the door: the plan and the server's description differ. */
export type DescriptionCheck = (description: Description) => void;

export interface ReadRequest<R> {
  readonly text: string;
  /** Relations whose versions the check wants to see. */
  readonly relationOids: readonly number[];
  readonly check: DescriptionCheck;
  readonly firstRows: number;
  /** Makes of each row what is kept of it, as it comes; only after the check. Must not throw. */
  readonly toRow: (row: IncomingRow) => R;
}

export interface WriteRequest {
  readonly text: string;
  readonly relationOids: readonly number[];
  readonly check: DescriptionCheck;
  /** Over it the transaction is rolled back. */
  readonly maxAffectedRows: number | undefined;
  /** Asked last of all; throws to roll back. */
  readonly mayCommit?: () => void;
  /** Returned rows beyond these are counted and dropped: memory does not grow with RETURNING. */
  readonly keepRows: number;
  /** Keeps the rows it changes; where that does not succeed, the write goes on without. PostgreSQL only. */
  readonly capture?: CapturePlan;
  /** `text` puts back the rows of a former write, once for each. PostgreSQL only. */
  readonly restore?: RestorePlan;
}

/** How the rows of a write are read, in its own transaction. Not inside of a person's. */
export type CapturePlan = ChangeCapturePlan | InsertCapturePlan;

/** Rows that are there before the write. */
export interface ChangeCapturePlan extends RowsPlan {
  readonly operation: "update" | "delete";
  /** Locks the rows the write will change and reads each: where it lies (two columns), then every column. */
  readonly beforeText: string;
}

/** Rows that the write makes. */
export interface InsertCapturePlan extends RowsPlan {
  readonly operation: "insert";
  /** The write, which also returns every column of its rows behind what it returns by itself. */
  readonly returningText: string;
  /** How many columns that adds. */
  readonly addedColumns: number;
  /** Reading its rows takes a right to read the table. */
  readonly relationOid: number;
}

interface RowsPlan {
  /** Locks and reads one row by its key as parameters: where it lies (two columns), then every column. */
  readonly rowText: string;
  /** Which of the columns are the key. */
  readonly key: readonly number[];
  readonly maxRows: number;
  readonly maxBytes: number;
}

/** Rows a write changed, raw: for memory alone (law 4). */
export interface CapturedRows {
  readonly rows: readonly CapturedRow[];
  /** What the text of values depends on, as the session had it: pairs of name and value. */
  readonly settings: readonly (readonly [string, string])[];
}

export interface CapturedRow {
  /** Every column as it was, or as an INSERT made it. */
  readonly before: readonly (string | null)[];
  /** Digest of every column as the write left it; null where it deleted the row. */
  readonly after: string | null;
}

export type Capture =
  | { readonly kind: "captured"; readonly captured: CapturedRows }
  /** `reason` ends the sentence "This change cannot be undone: …". */
  | { readonly kind: "none"; readonly reason: string };

/** What must be there still, and what is put back. */
export interface RestorePlan extends Pick<RowsPlan, "rowText" | "key"> {
  /** What is undone. */
  readonly operation: CapturePlan["operation"];
  readonly captured: CapturedRows;
  /** The column whose former value each parameter of the restoring text is. */
  readonly parameters: readonly number[];
}

/** What `toRow` made of the next rows. */
export interface Page<R> {
  readonly rows: readonly R[];
  readonly done: boolean;
}

/** A result being read from a server-side cursor. Only one can be open on a session. */
export interface OpenResult<R = unknown> {
  readonly columns: readonly DescribedColumn[];
  readonly first: Page<R>;
  /** The next rows; may return fewer than asked where rows are large. */
  next(maxRows: number): Promise<Page<R>>;
  /** Ends the cursor and its transaction. Harmless when already closed. */
  close(): Promise<void>;
}

export interface WriteResult {
  readonly tag: string;
  readonly affected: number | null;
  readonly columns: readonly DescribedColumn[];
  /** Raw, as text; nobody outside govern sees these before they are masked. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** How many rows were returned, kept or not. */
  readonly returned: number;
  /** Where it was asked for. */
  readonly capture?: Capture;
}

export type TransactionState = "none" | "open" | "failed";

/** One backend of a database, used for one statement at a time. Errors are ServerError or ConnectError. */
export interface DatabaseSession {
  readonly serverVersion: string;
  readonly encrypted: boolean;
  readonly alive: boolean;
  transaction(): TransactionState;
  /** The agent's own questions (catalog, samples); text rows. Never the user's statements. */
  rows(sql: string, values?: readonly string[]): Promise<readonly (readonly (string | null)[])[]>;
  /** Runs in a READ ONLY transaction (or a read-only savepoint of the user's transaction). */
  read<R>(request: ReadRequest<R>): Promise<OpenResult<R>>;
  /** Runs in a transaction whose affected rows are checked before COMMIT. */
  write(request: WriteRequest): Promise<WriteResult>;
  /** SET, BEGIN, COMMIT and statements that refuse a transaction block: sent as they are. */
  plain(text: string): Promise<WriteResult>;
  /** Asks the server to stop what runs now. */
  cancel(): Promise<void>;
  /** Notices since the last call. */
  takeNotices(): readonly ServerNotice[];
  close(): Promise<void>;
}

/**
 * Who put a message into words: the server itself, a DO block by RAISE, or code of the database, which may have read
 * anything. A statement does not show all the code that runs in it: types, policies and indexes bring theirs.
 */
export type Speaker = "server" | "block" | "code";

export interface ServerNotice {
  readonly severity: string;
  readonly code: string;
  readonly message: string;
  /** The server, where it is not given. */
  readonly speaker?: Speaker;
}

/** What the server said of a failed statement. `message` and the rest may quote data: govern scrubs them. */
export class ServerError extends Error {
  readonly sqlstate: string;
  /** In UTF-16 code units into the statement's text. */
  readonly position: number | undefined;
  readonly stage: "parse" | "execute";
  readonly constraint: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly speaker: Speaker;

  constructor(fields: {
    readonly message: string;
    readonly sqlstate: string;
    readonly position: number | undefined;
    readonly stage: "parse" | "execute";
    readonly constraint: string | undefined;
    readonly table: string | undefined;
    readonly column: string | undefined;
    readonly speaker?: Speaker;
  }) {
    super(fields.message);
    this.name = "ServerError";
    this.sqlstate = fields.sqlstate;
    this.position = fields.position;
    this.stage = fields.stage;
    this.constraint = fields.constraint;
    this.table = fields.table;
    this.column = fields.column;
    this.speaker = fields.speaker ?? "server";
  }
}

/** A write touched more rows than allowed and was rolled back. */
export class TooManyRowsError extends Error {
  readonly affected: number;
  readonly limit: number;
  constructor(affected: number, limit: number) {
    super(`${affected} rows would change; the limit is ${limit}. Nothing was changed.`);
    this.name = "TooManyRowsError";
    this.affected = affected;
    this.limit = limit;
  }
}
