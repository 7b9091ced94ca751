import type { SplitStatement, StatementFacts } from "../facts.ts";
import type { Keepable } from "../keepable.ts";
import { capturable } from "./capturable.ts";
import type { CatalogIndex } from "./catalogIndex.ts";
import { lockingText, restoringTexts } from "./restoringTexts.ts";
import { undoableInsert } from "./undoableInsert.ts";

/** How the rows of a write on PostgreSQL are read and put back; of more than `maxRows` it need not be exact. */
export function keepablePostgres(
  statement: SplitStatement,
  facts: StatementFacts,
  index: CatalogIndex,
  maxRows: number,
): Keepable {
  const write =
    facts.kind === "insert" ? undoableInsert(statement, facts, index) : capturable(statement, facts, index);
  if (write.kind === "not_keepable") return write;
  const { row, restoring, parameters } = restoringTexts(write);
  const { operation, relation, key } = write;
  const base = {
    kind: "keepable",
    relation,
    key,
    rowText: row,
    restoringText: restoring,
    parameters,
  } as const;
  return operation === "insert"
    ? { ...base, operation, returningText: write.returning }
    : { ...base, operation, beforeText: lockingText(write, maxRows) };
}
