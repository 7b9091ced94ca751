import type { RawRow, RowTexts } from "../capturePlan.ts";
import type { ResultWatcher } from "./textCommand.ts";

/** Runs one of the agent's own texts in the middle of a statement's transaction. @throws ServerError */
export type Ask = (
  text: string,
  watcher?: ResultWatcher,
) => Promise<{ readonly rows: readonly RawRow[]; readonly affected: number }>;

/** What capturing asks of the session that runs the write. */
export interface CaptureHost {
  readonly ask: Ask;
  /** Whether the transaction is still open: some refusals have rolled it back. */
  readonly isOpen: () => Promise<boolean>;
  /** Why rows could not be put back whatever was kept of them, or null. */
  readonly whyNot: () => Promise<string | null>;
}

const AT_ONCE = 100;

export const keyOf = (row: RawRow, key: readonly number[]): RawRow =>
  key.map((position) => row[position] ?? null);

/** Locks and reads the row of each key, in order; null where there is none. */
export async function rowsByKeys(
  ask: Ask,
  texts: RowTexts,
  key: readonly number[],
  keys: readonly RawRow[],
): Promise<readonly (RawRow | null)[]> {
  const found = new Map<string, RawRow>();
  for (let from = 0; from < keys.length; from += AT_ONCE) {
    const { rows } = await ask(texts.rows(keys.slice(from, from + AT_ONCE)));
    for (const row of rows) found.set(JSON.stringify(keyOf(row, key)), row);
  }
  return keys.map((values) => found.get(JSON.stringify(values)) ?? null);
}

/** Whether rows of other tables refer to some of these. */
export async function areReferredTo(ask: Ask, texts: RowTexts, rows: readonly RawRow[]): Promise<boolean> {
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    for (const text of texts.referring(rows.slice(from, from + AT_ONCE))) {
      if ((await ask(text)).rows.length > 0) return true;
    }
  }
  return false;
}
