import type { Node, RangeVar, SelectStmt } from "libpg-query";
import type { Span } from "../../facts.ts";

/** Statements on tables and views that say more than which object they change. */
export interface CreateTableStatement {
  readonly kind: "create_table";
  readonly relation: RangeVar;
  readonly temporary: boolean;
  readonly replaces: boolean;
  readonly columns: readonly string[];
  readonly like: RangeVar | undefined;
  readonly query: SelectStmt | undefined;
  /** Its definitions can refuse rows: by types, keys, checks or partitions. */
  readonly constrains: boolean;
  /** One of the columns is AUTO_INCREMENT. */
  readonly counts: boolean;
  readonly flags: readonly string[];
  readonly span: Span;
}

export interface CreateViewStatement {
  readonly kind: "create_view";
  readonly relation: RangeVar;
  readonly query: SelectStmt;
  readonly flags: readonly string[];
  readonly span: Span;
}

/** One part of ALTER TABLE. */
export interface TableChange {
  readonly flag: string;
  readonly span: Span;
  /** Columns whose values decide whether it succeeds, and what the change asks of them. */
  readonly columns?: readonly string[];
  readonly role?: "distinct" | "filter_other" | "join_other" | "function_argument";
  /** The server counts on from the largest value of the column, and shows where it is to everybody. */
  readonly counts?: boolean;
  /** Columns there are from then on. */
  readonly adds?: readonly string[];
  /** A condition or expression computed over existing rows. */
  readonly expression?: Node;
  readonly renames?: { readonly column?: string; readonly to: string; readonly schema?: string };
}

export interface AlterTableStatement {
  readonly kind: "alter_table";
  readonly relation: RangeVar;
  readonly ifExists: boolean;
  readonly changes: readonly TableChange[];
}

/** RENAME TABLE. */
export interface RenameStatement {
  readonly kind: "rename";
  readonly pairs: readonly { readonly from: RangeVar; readonly to: RangeVar; readonly span: Span }[];
}

export interface DropTablesStatement {
  readonly kind: "drop";
  readonly objectKind: "table" | "view" | "sequence";
  readonly relations: readonly RangeVar[];
  readonly ifExists: boolean;
  readonly flags: readonly string[];
  readonly span: Span;
}
