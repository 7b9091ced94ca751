import type { AskedDifference } from "../../../protocol/suggestion/suggestion.ts";
import type { StatementFacts } from "../../sql/facts.ts";

/** What was asked and what the statement was understood to do. */
export interface Asked {
  /** As the person put it, lower case, blanks single. */
  readonly question: string;
  readonly facts: StatementFacts;
  /** The statement, lower case, without comments. */
  readonly sql: string;
  /** Type of a base column, lower case; undefined where it is not known. */
  typeOf(column: {
    readonly schema: string;
    readonly table: string;
    readonly column: string;
  }): string | undefined;
  /** Names of all tables of the database, lower case. */
  readonly tables: ReadonlySet<string>;
}

/** One question that is held against a statement; it reads nothing but words and facts, so it answers the same always. */
export type AskedCheck = (asked: Asked) => readonly AskedDifference[];

/** Roles in which a column decides which rows come out. */
export const FILTERS: ReadonlySet<string> = new Set([
  "filter_equality",
  "filter_other",
  "join_equality",
  "join_other",
]);
