import type { ColumnPlan } from "../../protocol/decision.ts";
import { maskValue } from "./maskValue.ts";

export type RowMask = (row: readonly (string | null)[]) => readonly (string | null)[];

/**
 * Prepares the masking of rows: one pass over the masked columns only. A row of another width than planned has
 * nothing to do with the plan and is hidden whole. `done`: positions the server has masked already.
 */
export function compileRowMask(
  columns: readonly ColumnPlan[],
  done: ReadonlySet<number> = new Set(),
): RowMask {
  const masked = columns.flatMap(({ mask }, position) =>
    mask === null || done.has(position) ? [] : [{ mask, position }],
  );
  return (row) => {
    if (row.length !== columns.length) return columns.map(() => maskValue("full", ""));
    if (masked.length === 0) return row;
    const shown = row.slice();
    for (const { mask, position } of masked) shown[position] = maskValue(mask, row[position] ?? null);
    return shown;
  };
}
