import type { SuggestedRange } from "../../protocol/suggestion/suggestion.ts";

/** One change of a text, as the editor tells it: offsets are of the text before. */
export interface TextChange {
  readonly start: number;
  readonly end: number;
  readonly length: number;
}

/**
 * Where the ranges are after a change. What is written inside of one belongs to it; what is written at its edges does
 * not; what replaces a part of it and more is not its own.
 */
export function afterChange(
  ranges: readonly SuggestedRange[],
  { start, end, length }: TextChange,
): readonly SuggestedRange[] {
  const by = length - (end - start);
  return ranges.flatMap((range) => {
    if (end <= range.start) return [{ ...range, start: range.start + by, end: range.end + by }];
    if (start >= range.end) return [range];
    const inside = start >= range.start && end <= range.end && !(start === range.start && end === range.end);
    if (inside) return [{ ...range, end: range.end + by }];
    if (start <= range.start && end >= range.end) return [];
    return start < range.start
      ? [{ ...range, start: start + length, end: range.end + by }]
      : [{ ...range, end: start }];
  });
}

/** With one more; what it covers of others is its own now, unless it is the same suggestion's. */
export function withRange(
  ranges: readonly SuggestedRange[],
  added: SuggestedRange,
): readonly SuggestedRange[] {
  const apart = ranges.flatMap((range): readonly SuggestedRange[] => {
    if (range.end <= added.start || range.start >= added.end) return [range];
    return [
      { ...range, end: Math.max(range.start, added.start) },
      { ...range, start: Math.min(range.end, added.end) },
    ].filter(({ start, end }) => start < end);
  });
  return [...apart, added].toSorted((a, b) => a.start - b.start);
}

/** The ranges of a part of a text, counted from where it begins. */
export const rangesWithin = (
  ranges: readonly SuggestedRange[],
  start: number,
  end: number,
): readonly SuggestedRange[] =>
  ranges.flatMap((range) => {
    const within = {
      ...range,
      start: Math.max(range.start, start) - start,
      end: Math.min(range.end, end) - start,
    };
    return within.start < within.end ? [within] : [];
  });

/** A text by which a copy is known again, whatever its layout. */
export const flat = (text: string): string =>
  text.replace(/\s+/g, " ").replace(/;\s*$/, "").trim().toLowerCase();
