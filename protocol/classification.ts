import type { ConnectionId } from "./ids.ts";
import type { Category, Label, Level } from "./label.ts";

/** How far the look at a database's values has come. */
export interface ScanView {
  readonly state: "running" | "done" | "cancelled" | "failed";
  /** Tables looked at, those that were skipped among them. */
  readonly looked: number;
  readonly total: number;
  readonly skipped: readonly { readonly table: string; readonly why: string }[];
  /** Why it failed. */
  readonly why?: string;
}

/** A column as the Classification view lists it. */
export interface ClassifiedColumn {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly label: Label;
  /** Somebody corrected it on this machine. */
  readonly corrected: boolean;
}

/** What is known of one database's columns. */
export interface ClassificationView {
  readonly connectionId: ConnectionId;
  /** Null where nothing has been looked at since the agent started. */
  readonly scan: ScanView | null;
  /** Sensitive, corrected or not classified yet. */
  readonly columns: readonly ClassifiedColumn[];
  /** What a shared file says in vain. */
  readonly notices: readonly string[];
}

/** An info type a column can be corrected to. */
export interface InfoTypeView {
  readonly infoType: string;
  /** Plural words for sentences: "e-mail addresses". */
  readonly title: string;
  readonly category: Category;
  readonly level: Level;
}

/** A scan in words: "Classifying northwind: 12 of 40 tables". */
export function scanWords(name: string, { state, looked, total, skipped, why }: ScanView): string {
  const seen = `${looked} of ${total} tables`;
  const unread = skipped.slice(0, 5).map((one) => `${one.table} (${one.why})`);
  const more = skipped.length > unread.length ? ` and ${skipped.length - unread.length} more` : "";
  const missed = unread.length === 0 ? "" : `; not read: ${unread.join(", ")}${more}`;
  switch (state) {
    case "running":
      return `Classifying ${name}: ${seen}${missed}`;
    case "done":
      return `Classified ${name}: ${seen}${missed}`;
    case "cancelled":
      return `Classification of ${name} was interrupted.`;
    case "failed":
      return `Classification of ${name} was interrupted. ${why ?? ""}`.trim();
  }
}
