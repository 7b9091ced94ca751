import type { Relation } from "../../protocol/catalog.ts";

/** How samples are asked for where the database is not PostgreSQL. */
export interface SampleDialect {
  /** Statements that begin a transaction which cannot write, with limits of time. */
  readonly begin: readonly string[];
  /** One that ends it. */
  readonly end: string;
  /** Up to `rows` rows of a relation; of each column at most `length` characters, and none of larger values. */
  sample(relation: Relation, columns: readonly SampleColumn[], rows: number): string;
}

export interface SampleColumn {
  readonly name: string;
  /** As the catalog has it. */
  readonly type: string;
  readonly length: number;
}
