import type { Node, RangeVar, SelectStmt, WithClause } from "libpg-query";
import type {
  Effect,
  FunctionHazard,
  ObjectAction,
  SettingChange,
  Span,
  StatementFacts,
} from "../../facts.ts";
import type {
  AlterTableStatement,
  CreateTableStatement,
  CreateViewStatement,
  DropTablesStatement,
  RenameStatement,
} from "./objectStatement.ts";

/** `column = expression`, with where its name stands and how many parts it has. */
export interface Assignment {
  readonly name: readonly string[];
  /** Undefined for DEFAULT. */
  readonly value: Node | undefined;
  readonly location: number;
}

export interface NamedColumn {
  readonly name: string;
  readonly location: number;
}

/** INSERT and REPLACE, whatever their rows come from. */
export interface InsertStatement {
  readonly kind: "insert" | "replace";
  readonly relation: RangeVar;
  readonly columns: readonly NamedColumn[] | undefined;
  /** Rows of VALUES; a cell is undefined for DEFAULT. */
  readonly rows?: readonly (readonly (Node | undefined)[])[];
  readonly query?: SelectStmt;
  readonly assignments?: readonly Assignment[];
  /** The name MySQL can give the proposed row. */
  readonly alias?: { readonly name: string; readonly columns: readonly string[] };
  readonly duplicate: readonly Assignment[];
  /** Rows that collide with others are left out. */
  readonly ignores: boolean;
  readonly returning: readonly Node[];
  readonly location: number;
}

export interface UpdateStatement {
  readonly kind: "update";
  readonly withClause: WithClause | undefined;
  readonly tables: readonly Node[];
  readonly assignments: readonly Assignment[];
  /** Rows that would collide with others stay as they are. */
  readonly ignores: boolean;
  readonly where: Node | undefined;
  readonly sort: readonly Node[];
  readonly limit: Node | undefined;
  readonly location: number;
}

export interface DeleteStatement {
  readonly kind: "delete";
  readonly withClause: WithClause | undefined;
  /** Names or aliases of the tables rows are deleted from; undefined where the one table is the target. */
  readonly targets: readonly RangeVar[] | undefined;
  readonly tables: readonly Node[];
  readonly where: Node | undefined;
  readonly sort: readonly Node[];
  readonly limit: Node | undefined;
  readonly returning: readonly Node[];
  readonly location: number;
}

/** LOAD DATA and LOAD XML. */
export interface LoadStatement {
  readonly kind: "load";
  readonly local: boolean;
  readonly relation: RangeVar;
  readonly replaces: boolean;
  /** Columns and user variables the fields of the file go to. */
  readonly fields: readonly (NamedColumn & { readonly user: boolean })[];
  readonly assignments: readonly Assignment[];
  readonly location: number;
}

export interface HandlerStatement {
  readonly kind: "handler";
  /** The table to open; else its name stands for what was opened under it. */
  readonly relation: RangeVar;
  /** What it is called from then on, without case. */
  readonly name: string;
  /** The index whose order is read, where one is named. */
  readonly index: string | undefined;
  readonly action: "open" | "read" | "close";
  readonly keys: readonly Node[];
  readonly where: Node | undefined;
  readonly limit: readonly Node[];
}

export interface CallStatement {
  readonly kind: "call";
  readonly name: readonly string[];
  readonly args: readonly Node[];
  readonly location: number;
}

/** One change of SET: of a user variable, a variable of the server, or inside of a routine of one of its own. */
export interface VariableChange {
  readonly scope: "user" | "session" | "global" | "local";
  readonly name: string;
  /** Undefined for DEFAULT. */
  readonly value: Node | undefined;
  readonly span: Span;
}

export interface SetStatement {
  readonly kind: "set";
  readonly changes: readonly VariableChange[];
  readonly settings: readonly SettingChange[];
  readonly actions: readonly ObjectAction[];
  /** SET STATEMENT … FOR: the statement that runs with the changes. */
  readonly statement?: Statement;
}

export interface ShowStatement {
  readonly kind: "show";
  /** In lower case, with underscores: `create_table`, `full_columns`. */
  readonly what: string;
  readonly relation?: RangeVar;
  readonly schema?: string;
  readonly like?: string;
  readonly where?: Node;
}

export interface ExplainStatement {
  readonly kind: "explain";
  /** It is run, and not only planned. */
  readonly runs: boolean;
  readonly format: string;
  readonly statement: Statement | undefined;
}

export interface PrepareStatement {
  readonly kind: "prepare";
  readonly name: string;
  /** The text, where it is a literal. */
  readonly text: string | undefined;
  /** EXECUTE IMMEDIATE runs it at once. */
  readonly immediate: boolean;
  readonly args: readonly Node[];
}

/** A statement whose facts are plain: what it does to which objects. */
export interface PlainStatement {
  readonly kind: "plain";
  readonly name: string;
  readonly effect: Effect;
  readonly actions: readonly ObjectAction[];
  readonly settings?: readonly SettingChange[];
  readonly transaction?: StatementFacts["transaction"];
  /** Tables that must exist, and are locked, emptied, checked. */
  readonly relations?: readonly { readonly relation: RangeVar; readonly access: "read" | "write" }[];
  readonly truncates?: readonly RangeVar[];
  /** Why nobody can tell what it does, where that is so. */
  readonly unknown?: string;
  /** What running it means beyond its effect. */
  readonly hazard?: FunctionHazard;
  /** Expressions it computes. */
  readonly expressions?: readonly Node[];
  /** Names of the columns it answers with. */
  readonly answers?: readonly string[];
}

/** What a routine, trigger or event does; also BEGIN NOT ATOMIC. */
export interface CompoundStatement {
  readonly kind: "compound";
  readonly variables: readonly string[];
  readonly body: readonly Statement[];
  /** Conditions and values its control flow depends on. */
  readonly expressions: readonly Node[];
  /** Cursors are queries that run when they are opened. */
  readonly cursors: readonly SelectStmt[];
  readonly returns: readonly Node[];
}

/** CREATE PROCEDURE, FUNCTION, TRIGGER, EVENT, PACKAGE. */
export interface CreateRoutineStatement {
  readonly kind: "create_routine";
  readonly objectKind: "procedure" | "function" | "trigger" | "event" | "package";
  readonly name: string;
  readonly flags: readonly string[];
  readonly body: Statement | undefined;
  /** The table whose rows a trigger works on. */
  readonly table?: RangeVar;
  /** Why nobody can tell what is kept of it, where that is so. */
  readonly unknown?: string;
  readonly span: Span;
}

interface QueryStatement {
  readonly kind: "query";
  readonly select: SelectStmt;
}

export interface DoStatement {
  readonly kind: "do";
  readonly expressions: readonly Node[];
}

export interface DescribeStatement {
  readonly kind: "describe";
  readonly relation: RangeVar;
}

export interface ExecuteStatement {
  readonly kind: "execute";
  readonly name: string;
  readonly args: readonly Node[];
}

export interface UseStatement {
  readonly kind: "use";
  readonly schema: string;
}

export interface DeallocateStatement {
  readonly kind: "deallocate";
  readonly name: string;
}

/** Any statement of MySQL's grammar that can be read. */
export type Statement =
  | QueryStatement
  | InsertStatement
  | UpdateStatement
  | DeleteStatement
  | LoadStatement
  | HandlerStatement
  | CallStatement
  | DoStatement
  | SetStatement
  | ShowStatement
  | ExplainStatement
  | DescribeStatement
  | PrepareStatement
  | ExecuteStatement
  | DeallocateStatement
  | UseStatement
  | PlainStatement
  | CreateTableStatement
  | CreateViewStatement
  | AlterTableStatement
  | RenameStatement
  | DropTablesStatement
  | CreateRoutineStatement
  | CompoundStatement;
