import type { Readers } from "./analysis.ts";
import { readExpression } from "./expression.ts";
import { readModification } from "./modifications.ts";
import { readPredicate } from "./predicate.ts";
import { relationItem } from "./relations.ts";
import { readQuery } from "./select.ts";

/** The readers that call each other through an analysis. */
export const READERS: Readers = {
  expression: readExpression,
  predicate: readPredicate,
  query: readQuery,
  modify: readModification,
  relation: relationItem,
  comparesAsIs: () => true,
};
