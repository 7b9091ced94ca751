import { countingText, isCountable } from "../counting.ts";
import type { SplitStatement, StatementFacts } from "../facts.ts";
import type { CatalogIndex } from "../postgres/catalogIndex.ts";
import { tokensOf } from "./headWords.ts";
import { isVolatile, namedTarget, operationOf, writeSelection } from "./writeSelection.ts";

/** The read that counts what an UPDATE or DELETE of one table would change; undefined where no read can tell. */
export function countingSqlite(
  statement: SplitStatement,
  facts: StatementFacts,
  index: CatalogIndex,
  most: number,
): string | undefined {
  const tokens = tokensOf(statement.text);
  const operation = operationOf(tokens);
  if (operation !== "update" && operation !== "delete") return undefined;
  const target = namedTarget(tokens, operation, facts);
  const relation = target === undefined ? undefined : index.relationByOid(target.oid);
  if (!isCountable(relation, facts)) return undefined;
  const selection = writeSelection(tokens, operation);
  if (selection === undefined || isVolatile(tokens, facts, selection.where)) return undefined;
  return countingText(`FROM ${selection.text}`, most);
}
