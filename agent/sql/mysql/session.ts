import type { ColumnId } from "../facts.ts";
import type { MysqlSettings } from "./settings.ts";

/** What a user variable holds: the columns that flowed into it. */
export interface VariableContent {
  readonly columns: readonly ColumnId[];
  /** Nobody can say what it holds. */
  readonly opaque: boolean;
}

/** What earlier statements left in a session that later ones can use. */
export interface MysqlMemory {
  /** Texts under the names PREPARE gave them; undefined where the text is not known. */
  readonly prepared: ReadonlyMap<string, string | undefined>;
  /** User variables by name in lower case; one that is missing here was set before anybody watched. */
  readonly variables: ReadonlyMap<string, VariableContent>;
}

export const NOTHING_REMEMBERED: MysqlMemory = { prepared: new Map(), variables: new Map() };

/** How a session reads texts, and what it remembers. */
export interface MysqlSession {
  readonly settings: MysqlSettings;
  readonly memory: MysqlMemory;
}
