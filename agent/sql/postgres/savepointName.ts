import type { SplitStatement } from "../facts.ts";
import { treeOf } from "./split.ts";

/** The savepoint a statement sets, releases or goes back to. */
export function savepointName(statement: SplitStatement): string | undefined {
  const tree = treeOf(statement);
  const node = "raw" in tree ? tree.raw.stmt : undefined;
  return node && "TransactionStmt" in node ? node.TransactionStmt.savepoint_name : undefined;
}
