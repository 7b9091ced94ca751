import type { Relation } from "../../protocol/catalog.ts";
import type { StatementFacts } from "./facts.ts";

/** A table whose rows a write changes by its own name: no view and no rule stands between. */
export const isCountable = (relation: Relation | undefined, facts: StatementFacts): relation is Relation =>
  relation !== undefined &&
  facts.unknowns.length === 0 &&
  !relation.hasRules &&
  facts.relations.some((use) => use.oid === relation.oid && use.access === "write" && !use.indirect) &&
  (relation.kind === "table" || relation.kind === "partitioned_table" || relation.kind === "partition");

/** Counts the rows of a selection (`FROM … WHERE …`), and stops at one more than `most`. */
export const countingText = (selection: string, most: number): string =>
  `SELECT count(*) AS matching FROM (SELECT 1 AS one ${selection}\nLIMIT ${most + 1}) AS found`;
