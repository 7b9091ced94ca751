import type { EngineName } from "../../protocol/connection.ts";

/**
 * The one vocabulary in which a statement is described to the rest of the agent, whatever its dialect.
 * Policy, guardrails, masking, the editor and the ledger see this and never the parse tree.
 */

/** Offsets in UTF-16 code units into the text the user sent (the whole request, not the split statement). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Effect = "read" | "write" | "ddl" | "admin" | "session" | "unknown";

/** A base column: of a table, partitioned table, materialised view or foreign table; never of a view. */
export interface ColumnId {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
}

/** `schema.table.column`; unambiguous for names without dots, and only for showing and as a map key. */
export const columnKey = (id: ColumnId): string => `${id.schema}.${id.table}.${id.column}`;

/** A column searched for a pattern that may begin with anything, so that no index in its order helps. */
export interface UnanchoredSearch {
  readonly column: ColumnId;
  readonly span: Span;
}

/** How a statement uses a column. Everything but `output` and `assignment` shapes a result. */
export type UseRole =
  | "output"
  | "filter_equality"
  | "filter_other"
  | "join_equality"
  | "join_other"
  | "sort"
  | "group"
  | "distinct"
  | "set_operation"
  | "assignment"
  | "function_argument";

/**
 * One use of one base column. `filter_equality` is `column = literal-or-parameter` (also IN a list of them)
 * with the bare column; anything else in a predicate is `filter_other`. `bare`: the column stands alone in
 * its role (ORDER BY email), not inside an expression (ORDER BY lower(email)).
 */
export interface ColumnUse {
  readonly column: ColumnId;
  readonly role: UseRole;
  readonly bare: boolean;
  /** Where the user's text names it, or the `*`, view or alias that brought it in. */
  readonly span: Span;
  /** The view, from outside in, through which the statement reached the column. */
  readonly through?: readonly string[];
  /** A key or check of a written table makes the use, and no word of the statement. */
  readonly byKey?: true;
}

/**
 * `direct`: the value of one base column, unchanged. `opaque`: cannot be attributed; treated as sensitive. `plan`: lines
 * of a query plan in text form, whose numbers depend on the sources.
 */
export type Transform = "direct" | "expression" | "aggregate" | "opaque" | "constant" | "plan";

/** Data stored where it was not before: labels follow it from its sources to the target. */
export interface Flow {
  readonly target: ColumnId;
  readonly sources: readonly ColumnId[];
  /** The stored value is a source's, unchanged. */
  readonly unchanged: boolean;
  /** Something flows in that nobody can attribute. */
  readonly opaque: boolean;
}

export interface OutputColumn {
  readonly name: string;
  /** Every base column whose value can influence this value by data flow, the conditions of CASE included. */
  readonly sources: readonly ColumnId[];
  readonly transform: Transform;
  /** Aggregates that reveal only how many: count. Lets policy show `count(*)` and treat `min(ssn)` as ssn. */
  readonly countOnly: boolean;
  readonly span: Span;
  /**
   * What the server's RowDescription must say of this column: relation oid and attribute number of the origin
   * (a view reports the view), or null where it must report none, or undefined where nothing can be foretold.
   */
  readonly origin?: { readonly relationOid: number; readonly ordinal: number } | null;
}

export interface RelationUse {
  readonly schema: string;
  readonly name: string;
  readonly oid: number;
  readonly kind: "table" | "view" | "materialized_view" | "foreign_table" | "sequence" | "system";
  readonly access: "read" | "write";
  /** Read because a view, rule or partition led there, not because the user named it. */
  readonly indirect: boolean;
  readonly span: Span;
  /** Catalog version the plan rests on; checked again inside the transaction. */
  readonly version: string;
}

/** Why a function matters beyond its value. */
export type FunctionHazard =
  | "server_files"
  | "outside_network"
  | "runs_sql_text"
  | "large_object"
  | "changes_settings"
  | "terminates_backend"
  | "sleeps"
  | "reveals_data_values"
  | "sequence_write"
  | "locks"
  | "replication"
  | "unreadable_body";

export interface FunctionUse {
  readonly schema: string;
  readonly name: string;
  readonly oid?: number;
  readonly volatility: "immutable" | "stable" | "volatile";
  readonly hazards: readonly FunctionHazard[];
  readonly span: Span;
}

/** A write to one relation. `predicate`: none and always_true are what guardrails call unbounded. */
export interface WriteTarget {
  readonly schema: string;
  readonly table: string;
  readonly oid: number;
  readonly operation: "insert" | "update" | "delete" | "merge" | "truncate";
  readonly predicate: "none" | "always_true" | "some" | "not_applicable";
  readonly columns: readonly string[];
  /** The word that begins it (UPDATE, DELETE …) and the end of the last clause: where a WHERE would go. */
  readonly span: Span;
  readonly insertWhereAt?: number;
}

/** A DDL or admin action on an object: what guardrails for DROP, ALTER, GRANT, COPY … look at. */
export interface ObjectAction {
  readonly action: string;
  readonly objectKind: string;
  readonly name: string;
  /** `drop_column`, `set_not_null`, `to_public`, `program`, `cascade`, `concurrently` … */
  readonly flags: readonly string[];
  readonly span: Span;
  /** Where CONCURRENTLY would go. */
  readonly insertConcurrentlyAt?: number;
}

/** A setting the statement changes in the session. */
export interface SettingChange {
  readonly name: string;
  readonly value?: string;
  readonly local: boolean;
  readonly span: Span;
}

export interface StatementFacts {
  readonly dialect: EngineName;
  /** select, insert, update, delete, merge, drop_table, alter_table, grant, set, begin, commit, explain, do … */
  readonly kind: string;
  readonly effect: Effect;
  readonly reads: readonly ColumnUse[];
  readonly writes: readonly ColumnUse[];
  readonly outputs: readonly OutputColumn[];
  readonly relations: readonly RelationUse[];
  readonly functions: readonly FunctionUse[];
  readonly targets: readonly WriteTarget[];
  readonly actions: readonly ObjectAction[];
  readonly settings: readonly SettingChange[];
  /** What is stored in which column; DDL that moves or renames columns included. */
  readonly flows: readonly Flow[];
  /** BEGIN, COMMIT, ROLLBACK, SAVEPOINT …; undefined for everything else. */
  readonly transaction?: "begin" | "commit" | "rollback" | "savepoint" | "release" | "rollback_to";
  /** LIMIT as a number, if it is one. */
  readonly limit?: number;
  readonly hasOrderBy: boolean;
  /** FROM items joined with no condition between them. */
  readonly crossJoin: boolean;
  /** `SELECT … FOR UPDATE` and kin, and `BEGIN IMMEDIATE` of SQLite. */
  readonly locksRows: boolean;
  readonly unanchoredSearches: readonly UnanchoredSearch[];
  /** String and number literals compared with or assigned to columns: redacted in recorded SQL where sensitive. */
  readonly literals: readonly { readonly span: Span; readonly columns: readonly ColumnId[] }[];
  /** Things nobody could attribute; any entry makes the statement `cannot_tell` for policy. */
  readonly unknowns: readonly { readonly reason: string; readonly span: Span }[];
  /** `$1` … count. */
  readonly parameters: number;
  readonly span: Span;
}

/** What understanding a statement came to. A statement with unknowns is understood only in part: fail closed. */
export type Understanding =
  | { readonly kind: "understood"; readonly facts: StatementFacts }
  | { readonly kind: "cannot_tell"; readonly facts: StatementFacts }
  | { readonly kind: "unresolved"; readonly message: string; readonly hint?: string; readonly span: Span }
  | { readonly kind: "syntax_error"; readonly message: string; readonly span: Span };

/** One statement of a request, before it is understood. */
export interface SplitStatement {
  readonly text: string;
  /** Where `text` begins in the request; every Span is already relative to the request. */
  readonly span: Span;
}
