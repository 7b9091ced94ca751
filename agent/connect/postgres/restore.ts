import { type RestorePlan, restoringOrder } from "../capturePlan.ts";
import { TooManyRowsError, type WriteRequest, type WriteResult } from "../databaseSession.ts";
import { NotRestoredError } from "../notRestoredError.ts";
import { digestOf } from "../rowDigest.ts";
import type { Leg, LegAnswer } from "./flight.ts";
import { type Fly, keyOf, readByKeys } from "./rowImages.ts";

const STATEMENT = "sluice_restore";
const ROWS_AT_ONCE = 500;

/** What the session asks on its own account. */
export interface RestoreQuestions {
  readonly versions: Leg;
  readonly writtenRows: Leg;
  readonly countOf: (answer: LegAnswer | undefined) => number;
  readonly check: (described: LegAnswer | undefined, versions: LegAnswer | undefined) => void;
}

/**
 * Begins a transaction and puts rows back in it, or takes away those an INSERT made: locks them, makes sure that each
 * is as the former write left it, runs the text for each, and makes sure that each is now what it was before and that
 * nothing else was written. Whoever
 * calls commits, or rolls back.
 * @throws NotRestoredError, TooManyRowsError
 */
export async function restoreRows(
  fly: Fly,
  request: Pick<WriteRequest, "text" | "maxAffectedRows">,
  restore: RestorePlan,
  { versions, writtenRows, countOf, check }: RestoreQuestions,
): Promise<WriteResult> {
  const { rows, settings } = restore.captured;
  const opened = await fly(
    [
      { kind: "run", text: "BEGIN", values: [] },
      ...settings.map(
        ([name, value]): Leg => ({
          kind: "run",
          text: "SELECT pg_catalog.set_config($1, $2, true)",
          values: [name, value],
        }),
      ),
      { kind: "close", what: "statement", name: STATEMENT },
      { kind: "describe", statement: STATEMENT, text: request.text },
      versions,
      writtenRows,
    ],
    request.text,
  );
  const [described, version, before] = opened.slice(-3);
  check(described, version);

  const keys = rows.map((row) => keyOf(row.before, restore.key));
  let changed = 0;
  await readByKeys(fly, restore, keys, (image, position) => {
    const now = image === null ? null : digestOf(image.cells);
    if (now !== rows[position]?.after) changed += 1;
  });
  if (changed > 0) throw NotRestoredError.changedSince(changed, rows.length);

  const ordered = restoringOrder(restore);
  for (let from = 0; from < ordered.length; from += ROWS_AT_ONCE) {
    const legs = ordered.slice(from, from + ROWS_AT_ONCE).map(
      (row): Leg => ({
        kind: "execute",
        statement: STATEMENT,
        values: restore.parameters.map((position) => row.before[position] ?? null),
      }),
    );
    await fly(legs, request.text);
  }
  const [after] = await fly([writtenRows], request.text);
  const written = countOf(after) - countOf(before);
  const limit = request.maxAffectedRows;
  if (limit !== undefined && written > limit) throw new TooManyRowsError(written, limit);

  let exact = written === rows.length;
  await readByKeys(fly, restore, keys, (image, position) => {
    const wanted = rows[position]?.before;
    if (restore.operation === "insert") exact &&= image === null;
    else exact &&= image !== null && wanted !== undefined && digestOf(image.cells) === digestOf(wanted);
  });
  if (!exact) throw NotRestoredError.inexact();
  return { tag: `UNDO ${rows.length}`, affected: rows.length, columns: [], rows: [], returned: 0 };
}
