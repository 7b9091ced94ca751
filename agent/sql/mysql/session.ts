import type { ColumnId } from "../facts.ts";
import type { MysqlSettings } from "./settings.ts";

/** What a user variable holds: the columns that flowed into it. */
export interface VariableContent {
  readonly columns: readonly ColumnId[];
  /** Nobody can say what it holds. */
  readonly opaque: boolean;
}

/** A text that PREPARE kept. The server has read it already: its quotes and names are those of then. */
export interface Prepared {
  readonly text: string;
  readonly settings: MysqlSettings;
}

/** A table by its name, and by that of the database it is in, as statements say it. */
export interface TableName {
  readonly schema: string;
  readonly name: string;
}

/** What earlier statements left in a session that later ones can use. */
export interface MysqlMemory {
  /** What PREPARE kept by its name; undefined where the text is not known. */
  readonly prepared: ReadonlyMap<string, Prepared | undefined>;
  /** User variables by name in lower case. */
  readonly variables: ReadonlyMap<string, VariableContent>;
  /** Tables that HANDLER opened, by what it calls them, and their oids; undefined where that is not known. */
  readonly handlers: ReadonlyMap<string, number | undefined>;
  /** Names that statements of the session made or changed: what is temporary is among them. */
  readonly tableNames: ReadonlyMap<string, TableName>;
  /** Every statement of the session has been watched: a variable that is missing here holds NULL. */
  readonly complete: boolean;
}

/** Statements may have come before. */
export const NOTHING_REMEMBERED: MysqlMemory = {
  prepared: new Map(),
  variables: new Map(),
  handlers: new Map(),
  tableNames: new Map(),
  complete: false,
};

/** A connection that was opened, or reset, a moment ago. */
export const FRESH_SESSION: MysqlMemory = { ...NOTHING_REMEMBERED, complete: true };

/** How a session reads texts, and what it remembers. */
export interface MysqlSession {
  readonly settings: MysqlSettings;
  readonly memory: MysqlMemory;
}
