import type { Node } from "libpg-query";
import type { Effect, Span, StatementFacts } from "../../facts.ts";
import type { Analysis, QueryColumn } from "../analysis.ts";
import type { SessionMemory } from "../sessionMemory.ts";

/** What a reader of statements needs to know beside the tree. */
export interface StatementContext {
  /** The whole statement. */
  readonly span: Span;
  readonly memory: SessionMemory;
}

/** What kind of statement it is and what it returns; everything else is gathered in the analysis. */
export interface StatementResult {
  readonly kind: string;
  readonly effect: Effect;
  /** Result columns; none for a statement that returns no rows. */
  readonly columns?: readonly QueryColumn[];
  /** The rows are a plan: shown without the numbers that depend on masked values. */
  readonly plan?: boolean;
  readonly limit?: number;
  readonly hasOrderBy?: boolean;
  readonly transaction?: StatementFacts["transaction"];
}

/** Reads the statements of one family; undefined for those of others. */
export type StatementReader = (
  analysis: Analysis,
  node: Node,
  context: StatementContext,
) => StatementResult | undefined;
