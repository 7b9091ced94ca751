import { createHash } from "node:crypto";
import type { RawRow } from "./capturePlan.ts";

/** Tells whether two rows are the same in every column without keeping one of them. */
export const digestOf = (cells: RawRow): string =>
  createHash("sha256").update(JSON.stringify(cells)).digest("base64");

/** What a row takes in memory. */
export function sizeOf(row: RawRow): number {
  let bytes = 0;
  for (const cell of row) bytes += cell === null ? 8 : 8 + 2 * cell.length;
  return bytes;
}
