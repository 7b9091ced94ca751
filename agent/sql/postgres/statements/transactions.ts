import type { TransactionStmtKind } from "libpg-query";
import type { StatementFacts } from "../../facts.ts";
import type { StatementReader } from "./statement.ts";

const KINDS: Readonly<
  Record<TransactionStmtKind, readonly [kind: string, transaction?: StatementFacts["transaction"]]>
> = {
  TRANS_STMT_BEGIN: ["begin", "begin"],
  TRANS_STMT_START: ["begin", "begin"],
  TRANS_STMT_COMMIT: ["commit", "commit"],
  TRANS_STMT_ROLLBACK: ["rollback", "rollback"],
  TRANS_STMT_SAVEPOINT: ["savepoint", "savepoint"],
  TRANS_STMT_RELEASE: ["release", "release"],
  TRANS_STMT_ROLLBACK_TO: ["rollback_to", "rollback_to"],
  TRANS_STMT_PREPARE: ["prepare_transaction"],
  TRANS_STMT_COMMIT_PREPARED: ["commit_prepared"],
  TRANS_STMT_ROLLBACK_PREPARED: ["rollback_prepared"],
};

/** BEGIN, COMMIT, SAVEPOINT and their kin; what outlives the session is administration. */
export const readTransactionStatement: StatementReader = (_analysis, node) => {
  if (!("TransactionStmt" in node)) return undefined;
  const [kind, transaction] = KINDS[node.TransactionStmt.kind ?? "TRANS_STMT_PREPARE"];
  if (transaction === undefined) return { kind, effect: "admin" };
  return { kind, effect: "session", transaction };
};
