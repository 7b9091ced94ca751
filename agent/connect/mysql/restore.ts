import { type RestorePlan, restoringOrder } from "../capturePlan.ts";
import { TooManyRowsError, type WriteRequest, type WriteResult } from "../databaseSession.ts";
import { NotRestoredError } from "../notRestoredError.ts";
import { digestOf } from "../rowDigest.ts";
import { type Ask, areReferredTo, keyOf, rowsByKeys } from "./rowsByKeys.ts";

/**
 * Puts rows back in an open transaction, or takes away those an INSERT made: locks them, makes sure that each is as
 * the former write left it, runs the text for each, and makes sure that each is now what it was before. Whoever calls
 * commits, or rolls back.
 * @throws NotRestoredError, TooManyRowsError
 */
export async function restoreRows(
  ask: Ask,
  { maxAffectedRows: limit }: Pick<WriteRequest, "maxAffectedRows">,
  restore: RestorePlan,
): Promise<WriteResult> {
  const { texts, key, operation, captured } = restore;
  const { rows } = captured;
  if (texts === undefined) throw NotRestoredError.inexact();
  const keys = rows.map(({ before }) => keyOf(before, key));
  const now = await rowsByKeys(ask, texts, key, keys);
  const changed = rows.filter(({ after }, at) => {
    const row = now[at] ?? null;
    return (row === null ? null : digestOf(row)) !== after;
  }).length;
  if (changed > 0) throw NotRestoredError.changedSince(changed, rows.length);
  if (limit !== undefined && rows.length > limit) throw new TooManyRowsError(rows.length, limit);
  // They would be changed with these, or taken away.
  const there = now.filter((row) => row !== null);
  if (await areReferredTo(ask, texts, there)) throw NotRestoredError.inexact();

  let written = 0;
  for (const { before } of restoringOrder(restore)) written += (await ask(texts.restoring(before))).affected;
  const after = await rowsByKeys(ask, texts, key, keys);
  const exact = rows.every(({ before }, at) => {
    const row = after[at] ?? null;
    return operation === "insert" ? row === null : row !== null && digestOf(row) === digestOf(before);
  });
  if (!exact || written !== rows.length) throw NotRestoredError.inexact();
  return { tag: `UNDO ${rows.length}`, affected: rows.length, columns: [], rows: [], returned: 0 };
}

/**
 * What a session has to be set to so that any value that was once stored can be stored again, and moments mean what
 * they say. How texts read stays as it is.
 */
export function storingModes(modes: readonly string[]): string {
  const kept = modes.filter((mode) => !REFUSING.has(mode));
  return [...new Set([...kept, "STRICT_ALL_TABLES", "ALLOW_INVALID_DATES", "NO_AUTO_VALUE_ON_ZERO"])].join();
}

const REFUSING: ReadonlySet<string> = new Set([
  "NO_ZERO_DATE",
  "NO_ZERO_IN_DATE",
  "TRADITIONAL",
  "PAD_CHAR_TO_FULL_LENGTH",
]);
