import type { OfferedUndo } from "../../protocol/messages.ts";
import type { DatabaseSession } from "../connect/databaseSession.ts";
import type { SplitStatement, StatementFacts } from "../sql/facts.ts";
import type { StatementSession } from "../statementSession.ts";
import type { CapturedChanges } from "./capturedChanges.ts";

/**
 * What a statement that ran means for the kept changes of its transaction: committed, they are offered; rolled back,
 * they are gone. So they are where nobody can tell which it was: undoing what was never committed would compare
 * guesses with rows that nobody may see.
 */
export function settlePending(
  session: StatementSession,
  backend: DatabaseSession,
  ran: { readonly statement: SplitStatement; readonly facts: StatementFacts; readonly tag: string },
  changes: CapturedChanges | undefined,
): readonly OfferedUndo[] {
  const { pending } = session;
  const { statement, facts, tag } = ran;
  const { commitsByItself } = session.database.engine;
  const over = backend.transaction() === "none";
  const lose = (): readonly OfferedUndo[] => {
    pending.clear();
    return [];
  };
  const offer = (): readonly OfferedUndo[] =>
    changes === undefined ? lose() : pending.take().map((change) => changes.keep(change));

  if (facts.transaction === undefined) {
    if (endsUnseen(session, facts)) return lose();
    if (!over) return [];
    return commitsByItself ? offer() : lose();
  }
  switch (facts.transaction) {
    case "begin":
      return commitsByItself ? offer() : [];
    case "commit":
      // A transaction that had failed is rolled back by its COMMIT.
      return /^(?:commit|end)\b/i.test(tag) ? offer() : lose();
    case "rollback":
      return lose();
    case "savepoint":
      pending.savepoint(session.savepoint(statement));
      return [];
    case "rollback_to":
      pending.rollBackTo(session.savepoint(statement));
      return [];
    case "release":
      // In SQLite the outermost savepoint may be the transaction.
      if (over) return offer();
      pending.release(session.savepoint(statement));
      return [];
  }
}

/** To be called after a read, and a statement that failed: either may have taken its transaction with it. */
export async function dropLost(
  session: StatementSession,
  facts: StatementFacts,
  ended: "read" | "failed",
): Promise<void> {
  const backend = await session.openBackend();
  const state = backend?.alive === true ? backend.transaction() : "none";
  const { commitsByItself } = session.database.engine;
  // MySQL knows no failed transaction: it has rolled it back.
  const gone = state === "none" || (state === "failed" && commitsByItself);
  // It may have failed after it had done so.
  const halfway = ended === "failed" && facts.transaction !== undefined;
  if (gone || halfway || endsUnseen(session, facts)) session.pending.clear();
}

/** Code of the database's may end a transaction and begin another, and so may what nobody understood. */
function endsUnseen(
  { database }: StatementSession,
  { kind, effect, unknowns, actions }: StatementFacts,
): boolean {
  if (!database.engine.commitsByItself) return false;
  const harmless = HARMLESS.has(kind) || (effect === "ddl" && actions.length > 0);
  return unknowns.length > 0 || !harmless;
}

const HARMLESS: ReadonlySet<string> = new Set([
  "select",
  "insert",
  "replace",
  "update",
  "delete",
  "load",
  "explain",
  "show",
  "describe",
  "do",
  "set",
  "use",
  "prepare",
  "deallocate",
  "begin",
  "commit",
  "rollback",
  "savepoint",
  "rollback_to",
  "release",
]);
