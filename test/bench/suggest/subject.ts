/** A database with questions about it, and what answers them. */
export interface Subject {
  readonly name: string;
  /** Tables, comments and rows; everything in it is made by rule, so it is the same each time. */
  readonly ddl: string;
  /** A document of somebody who works with it: statements near the place a question is asked. */
  readonly document: string;
  /** What no model may be sent, wherever it stands. */
  readonly markers: readonly string[];
  readonly pairs: readonly Pair[];
}

/** A question and a statement whose result answers it. */
export interface Pair {
  readonly question: string;
  readonly sql: string;
}

/** Questions with their statements, one after the other. */
export const pairs = (...list: readonly (readonly [question: string, sql: string])[]): readonly Pair[] =>
  list.map(([question, sql]) => ({ question, sql }));
