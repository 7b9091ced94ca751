import type { Routine, Trigger } from "../../../../protocol/catalog.ts";
import { foldColumn } from "../settings.ts";

/** A relation while DDL is still changing it; a snapshot makes a catalog's relation of it. */
export interface RelationDraft {
  readonly oid: number;
  schema: string;
  name: string;
  readonly kind: "table" | "view" | "sequence";
  columns: ColumnDraft[];
  keys: KeyDraft[];
  checks: CheckDraft[];
  comment: string;
  /** Columns by which it is partitioned; none where that is by its primary key. */
  partitionedBy?: string[];
  triggers: TriggerDraft[];
  /** Goes with the session that made it. */
  readonly temporary: boolean;
  readonly view?: ViewText;
}

export interface ColumnDraft {
  name: string;
  /** As information_schema prints it; empty where only a server could tell. */
  readonly type: string;
  readonly notNull: boolean;
  readonly comment: string;
  readonly defaultText?: string;
  readonly generated: boolean;
  readonly counts?: boolean;
}

export type KeyDraft =
  | {
      readonly kind: "primary" | "unique" | "index";
      name: string;
      columns: string[];
      readonly whole: boolean;
    }
  | { readonly kind: "foreign"; name: string; columns: string[]; target: TargetDraft };

/** What a foreign key names, which may come later in the text. */
export interface TargetDraft {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
}

export interface CheckDraft {
  readonly name: string;
  /** The column it was declared with and goes with, as MariaDB has it. */
  owner?: string;
  columns: string[];
  readonly text: string;
}

export interface TriggerDraft {
  readonly trigger: Trigger;
  readonly body: Routine;
}

/** A view by its text: what its columns are depends on what it reads. */
export interface ViewText {
  readonly query: string;
  /** The database that names without one meant when it was made. */
  readonly database: string;
  /** Names in its own list. */
  readonly names: readonly string[] | undefined;
}

export const columnNamed = (relation: RelationDraft, name: string): ColumnDraft | undefined => {
  const wanted = foldColumn(name);
  return relation.columns.find((column) => foldColumn(column.name) === wanted);
};

export const isSameName = (one: string, other: string): boolean => foldColumn(one) === foldColumn(other);
