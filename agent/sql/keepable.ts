import type { Relation } from "../../protocol/catalog.ts";

/** One row as raw texts, in the order of the relation's columns; each stands for its value exactly. */
export type ExactRow = readonly (string | null)[];

/** A write whose rows can be read as it changes them, and be put back one by one. */
export interface KeepableWrite {
  readonly kind: "keepable";
  readonly operation: "insert" | "update" | "delete";
  readonly relation: Relation;
  /** Columns of the primary key, by position in `relation.columns`. */
  readonly key: readonly number[];
  /** Locks and reads what an UPDATE or DELETE will change, before it does. */
  readonly beforeText?: string;
  /** The write, which also returns every column of its rows behind what it returns by itself. */
  readonly returningText?: string;
  /** Keys of the rows that an INSERT makes, where they are told by its text, or counted up by the server. */
  readonly madeKeys?: MadeKeys;
  /** Locks and reads one row by its key as parameters. */
  readonly rowText: string;
  /** The statement that puts one row back, or takes it away, with a parameter for each value. */
  readonly restoringText: string;
  /** The column, by position, that each parameter of it takes. */
  readonly parameters: readonly number[];
  /** Where values can only be part of a text. */
  readonly texts?: RowTexts;
}

export type MadeKeys =
  | { readonly kind: "given"; readonly keys: readonly ExactRow[] }
  /** AUTO_INCREMENT gives each row the next number. */
  | { readonly kind: "counted" };

/** Texts with the values of rows in them: as raw as these, and for the server alone. */
export interface RowTexts {
  /** Locks and reads the rows of some keys, every column in its exact form. */
  readonly rows: (keys: readonly ExactRow[]) => string;
  /** The restoring statement with a row's values in place of its parameters. */
  readonly restoring: (row: ExactRow) => string;
  /** Each finds a row of another table that refers to one of these, and would be changed with it. */
  readonly referring: (rows: readonly ExactRow[]) => readonly string[];
}

export interface NotKeepable {
  readonly kind: "not_keepable";
  /** Ends the sentence "This change cannot be undone: …". */
  readonly reason: string;
}

export type Keepable = KeepableWrite | NotKeepable;

export const notKeepable = (reason: string): NotKeepable => ({ kind: "not_keepable", reason });
