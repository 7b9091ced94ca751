import { type RawRow, type RestorePlan, restoringOrder } from "../capturePlan.ts";
import { TooManyRowsError, type WriteRequest, type WriteResult } from "../databaseSession.ts";
import { NotRestoredError } from "../notRestoredError.ts";
import { digestOf } from "../rowDigest.ts";
import type { AskChild } from "./capture.ts";

/**
 * Puts rows back in an open transaction, or takes away those an INSERT made: makes sure that each is as the former
 * write left it, runs the text for each, and makes sure that each is now what it was before and that nothing else was
 * written. Whoever calls commits, or rolls back.
 * @throws NotRestoredError, TooManyRowsError
 */
export async function restoreRows(
  ask: AskChild,
  { text, maxAffectedRows: limit }: Pick<WriteRequest, "text" | "maxAffectedRows">,
  restore: RestorePlan,
  changesSoFar: () => Promise<number>,
): Promise<WriteResult> {
  const { rows } = restore.captured;
  const keys = rows.map(({ before }) => restore.key.map((position) => before[position] ?? null));
  const read = async (): Promise<readonly (RawRow | null)[]> => {
    const answer = await ask({ kind: "rowsByKeys", sql: restore.rowText, keys });
    return answer.kind === "rowsByKeys" ? answer.rows : [];
  };
  const now = await read();
  const changed = rows.filter(({ after }, at) => {
    const row = now[at] ?? null;
    return (row === null ? null : digestOf(row)) !== after;
  }).length;
  if (changed > 0) throw NotRestoredError.changedSince(changed, rows.length);

  const before = await changesSoFar();
  // Rows that refer to each other come back in any order; COMMIT holds them against their foreign keys.
  await ask({ kind: "rows", side: "writing", sql: "PRAGMA defer_foreign_keys = ON", values: [] });
  const values = restoringOrder(restore).map((row) =>
    restore.parameters.map((position) => row.before[position] ?? null),
  );
  await ask({ kind: "repeat", sql: text, values });
  const written = (await changesSoFar()) - before;
  if (limit !== undefined && written > limit) throw new TooManyRowsError(written, limit);
  const after = await read();
  const exact = rows.every(({ before: wanted }, at) => {
    const row = after[at] ?? null;
    return restore.operation === "insert" ? row === null : row !== null && digestOf(row) === digestOf(wanted);
  });
  if (!exact || written !== rows.length) throw NotRestoredError.inexact();
  return { tag: `UNDO ${rows.length}`, affected: rows.length, columns: [], rows: [], returned: 0 };
}
