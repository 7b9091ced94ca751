import type { Readers } from "../postgres/analysis.ts";
import { readPredicate } from "../postgres/predicate.ts";
import { readExpression } from "./expression.ts";
import { relationItem } from "./relations.ts";
import { readQuery } from "./select.ts";
import { comparesAsIs } from "./types.ts";

/** The readers of MySQL that call each other through an analysis. */
export const MYSQL_READERS: Readers = {
  expression: readExpression,
  predicate: readPredicate,
  query: readQuery,
  // Queries of MySQL hold no statements that write.
  modify: () => undefined,
  relation: relationItem,
  comparesAsIs,
};
