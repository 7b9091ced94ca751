/** How the rows of a write are read, in its own transaction or under a savepoint in a person's. */
export type CapturePlan = ChangeCapturePlan | InsertCapturePlan;

/** Rows that are there before the write. */
export interface ChangeCapturePlan extends RowsPlan {
  readonly operation: "update" | "delete";
  /** Locks the rows the write will change and reads each, as `rowText` does. */
  readonly beforeText: string;
  /** The write, which also returns every column of its rows behind what it returns by itself: where it has to. */
  readonly returningText?: string;
}

/** Rows that the write makes. */
export interface InsertCapturePlan extends RowsPlan {
  readonly operation: "insert";
  /** The write, which also returns every column of its rows behind what it returns by itself. */
  readonly returningText?: string;
  /** How else they are told: by keys the text gives, or the server counts up. */
  readonly madeKeys?:
    | { readonly kind: "given"; readonly keys: readonly RawRow[] }
    | { readonly kind: "counted" };
}

/** Every column of a row, or of its key, as a text that stands for its value exactly. */
export type RawRow = readonly (string | null)[];

interface RowsPlan {
  readonly relationOid: number;
  /** How many columns a row has. */
  readonly columns: number;
  /**
   * Locks and reads one row by its key as parameters: every column, on PostgreSQL behind where it lies (two columns).
   * On MySQL it reads them all, and `texts` some.
   */
  readonly rowText: string;
  /** Which of the columns are the key. */
  readonly key: readonly number[];
  readonly maxRows: number;
  readonly maxBytes: number;
  /** MySQL, where values can only be part of a text. */
  readonly texts?: RowTexts;
}

/** Texts with raw values in them, for the server alone. */
export interface RowTexts {
  readonly rows: (keys: readonly RawRow[]) => string;
  readonly restoring: (row: RawRow) => string;
  /** Each finds a row of another table that refers to one of these. */
  readonly referring: (rows: readonly RawRow[]) => readonly string[];
}

/** Rows a write changed, raw: for memory alone (law 4). */
export interface CapturedRows {
  readonly rows: readonly CapturedRow[];
  /** What the text of values depends on, as the session had it: pairs of name and value. */
  readonly settings: readonly (readonly [string, string])[];
}

export interface CapturedRow {
  /** Every column as it was, or as an INSERT made it. */
  readonly before: RawRow;
  /** Digest of every column as the write left it; null where it deleted the row. */
  readonly after: string | null;
}

export type Capture =
  | { readonly kind: "captured"; readonly captured: CapturedRows }
  /** `reason` ends the sentence "This change cannot be undone: …". */
  | { readonly kind: "none"; readonly reason: string };

/** What must be there still, and what is put back. */
export interface RestorePlan extends Pick<RowsPlan, "rowText" | "key" | "texts"> {
  /** What is undone. */
  readonly operation: CapturePlan["operation"];
  readonly captured: CapturedRows;
  /** The column whose former value each parameter of the restoring text is. */
  readonly parameters: readonly number[];
}

/**
 * Rows in the order in which they are put back. What an UPDATE moved along a unique key goes back the other way, so
 * that no row meets one that has yet to make room.
 */
export const restoringOrder = ({ operation, captured }: RestorePlan): readonly CapturedRow[] =>
  operation === "update" ? captured.rows.toReversed() : captured.rows;
