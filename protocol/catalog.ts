import type { EngineName } from "./connection.ts";

/** What exists in one database, as plain data: loaded from a server or read from DDL. */
export interface Catalog {
  readonly engine: EngineName;
  /** Server version as a number: PostgreSQL's own (180000), else major × 10000 + minor × 100 + patch. */
  readonly version: number;
  /** Where one engine has two makers. */
  readonly variant?: "mysql" | "mariadb";
  readonly database: string;
  readonly currentUser: string;
  /** `current_schemas(true)`: the schemas unqualified names are looked up in, in order, pg_catalog included. */
  readonly searchPath: readonly string[];
  readonly relations: readonly Relation[];
  /** User-defined routines only; built-ins are known by name to agent/sql. */
  readonly routines: readonly Routine[];
  readonly types: readonly UserType[];
  readonly operators?: readonly OperatorRoutine[];
  readonly casts?: readonly CastRoutine[];
}

export type RelationKind =
  | "table"
  | "partitioned_table"
  | "partition"
  | "view"
  | "materialized_view"
  | "foreign_table"
  | "sequence"
  | "composite_type";

export interface Relation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: RelationKind;
  readonly columns: readonly Column[];
  /** The SELECT behind a view or materialised view, as `pg_get_viewdef` prints it. */
  readonly definition?: string;
  readonly comment?: string;
  /** Planner's row estimate (`reltuples`); undefined where never analysed. */
  readonly estimatedRows?: number;
  /** Parents by inheritance or partitioning. */
  readonly parents: readonly number[];
  /** A rule other than a view's own `_RETURN` rewrites statements on it. */
  readonly hasRules: boolean;
  readonly triggers: readonly Trigger[];
  readonly rowRules?: readonly RowRule[];
  /** Columns whose values decide in which partition a row lies. */
  readonly partitionedBy?: readonly string[];
  readonly hasRowSecurity: boolean;
  /** MySQL: columns whose values decide in which partition a row lies; undefined where there are none, or nobody knows. */
  readonly partitionColumns?: readonly string[];
  /** Changes whenever the relation's definition changes; compared inside the transaction that reads it. */
  readonly version: string;
}

export interface Column {
  readonly name: string;
  /** `attnum`, from 1; system columns are not listed. */
  readonly ordinal: number;
  /** As `format_type` prints it: `character varying(40)`, `text[]`, `shop.order_status`. */
  readonly type: string;
  readonly typeOid: number;
  readonly notNull: boolean;
  readonly comment?: string;
  readonly defaultText?: string;
  readonly generated: boolean;
  /** AUTO_INCREMENT: the server counts on from the largest value, and shows where it is to everybody. */
  readonly counts?: boolean;
  /** MySQL: how the bytes of its texts are to be read. */
  readonly characterSet?: string;
  /** MySQL: an UPDATE that does not name it sets it to the current time. */
  readonly touched?: boolean;
  readonly inPrimaryKey: boolean;
  readonly unique: boolean;
  readonly references?: { readonly schema: string; readonly table: string; readonly column: string };
  /** What further foreign keys of it refer to, where it has several. */
  readonly otherReferences?: readonly NonNullable<Column["references"]>[];
  /** Text of CHECK constraints that name this column alone. */
  readonly checks: readonly string[];
}

/**
 * What decides whether a row is taken, by more than the plain value of one column: a unique `key` of several; a
 * `computed_key`, which compares an expression, a beginning or another operator's notion, or leaves rows out; a CHECK
 * over several.
 */
export interface RowRule {
  readonly kind: "key" | "computed_key" | "check";
  readonly columns: readonly string[];
}

export interface Trigger {
  readonly name: string;
  readonly events: readonly ("insert" | "update" | "delete" | "truncate")[];
  readonly routineOid: number;
  readonly enabled: boolean;
}

export interface Routine {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: "function" | "procedure" | "aggregate" | "window";
  /** Input argument types as `format_type` prints them. */
  readonly argumentTypes: readonly string[];
  readonly argumentNames: readonly string[];
  readonly defaultedArguments: number;
  /** The defaults of the last arguments as a list of expressions, where there are any. */
  readonly defaultsText?: string;
  readonly variadic: boolean;
  readonly returnType: string;
  readonly returnsSet: boolean;
  /** Names and types of OUT / TABLE columns, if any. */
  readonly outputColumns: readonly { readonly name: string; readonly type: string }[];
  readonly language: string;
  readonly volatility: "immutable" | "stable" | "volatile";
  readonly securityDefiner: boolean;
  readonly body: string;
  /** Belongs to an extension: `body` is then usually C. */
  readonly extension?: string;
}

/** An operator and the routine that computes it; of the ones people or extensions made. */
export interface OperatorRoutine {
  readonly schema: string;
  readonly name: string;
  readonly routineOid: number;
}

/** A conversion to a type, named as `format_type` prints it. `named`: it happens only where the text asks for it. */
export interface CastRoutine {
  readonly target: string;
  readonly named: boolean;
  readonly routineOid: number;
}

export interface UserType {
  readonly schema: string;
  readonly name: string;
  readonly kind: "enum" | "domain" | "composite" | "range" | "base";
  /** Labels of an enum, base type of a domain. */
  readonly detail: readonly string[];
}
