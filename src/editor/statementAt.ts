/** A range of a text in UTF-16 offsets; `end` is exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The statement a cursor belongs to: the one it stands in or touches, else the one it follows on the same line,
 * else the next one. `ranges` are in order and do not overlap.
 */
export function statementAt<R extends TextRange>(
  ranges: readonly R[],
  cursor: number,
  text: string,
): R | null {
  const touched = ranges.findLast(({ start, end }) => start <= cursor && cursor <= end);
  if (touched !== undefined) return touched;
  const before = ranges.findLast(({ end }) => end < cursor);
  if (before !== undefined && !text.slice(before.end, cursor).includes("\n")) return before;
  return ranges.find(({ start }) => start > cursor) ?? before ?? null;
}
