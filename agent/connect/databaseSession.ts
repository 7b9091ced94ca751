import type { Capture, CapturePlan, RestorePlan } from "./capturePlan.ts";
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
  /** A larger row ends it with a RowTooLargeError; `MOST_ROW_BYTES` where nothing is said. */
  readonly maxRowBytes?: number;
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
  /** Keeps the rows it changes; where that does not succeed, the write goes on without. */
  readonly capture?: CapturePlan;
  /** `text` puts back the rows of a former write, once for each. */
  readonly restore?: RestorePlan;
}

/** What `toRow` made of the next rows. */
export interface Page<R> {
  readonly rows: readonly R[];
  readonly done: boolean;
  /** It was closed before, so that what is left is not known. */
  readonly closed?: true;
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
