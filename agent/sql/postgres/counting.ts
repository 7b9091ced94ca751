import { countingText, isCountable } from "../counting.ts";
import type { SplitStatement, StatementFacts } from "../facts.ts";
import type { CatalogIndex } from "./catalogIndex.ts";
import { selectionOf, writtenBy } from "./writeSelection.ts";

/** The read that counts what an UPDATE or DELETE of one table would change; undefined where no read can tell. */
export function countingPostgres(
  statement: SplitStatement,
  facts: StatementFacts,
  index: CatalogIndex,
  most: number,
): string | undefined {
  const written = writtenBy(statement);
  const [target, another] = facts.targets;
  if (written === undefined || target === undefined || another !== undefined) return undefined;
  if (written.joins || written.node.withClause !== undefined) return undefined;
  const relation = index.relationByOid(target.oid);
  if (!isCountable(relation, facts)) return undefined;
  const selection = selectionOf(statement, facts, written, relation);
  return selection === undefined ? undefined : countingText(selection, most);
}
