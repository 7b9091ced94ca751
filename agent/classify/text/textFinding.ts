import type { TextStarts } from "./textStarts.ts";

/** Something in a text. Offsets in UTF-16 code units. */
export interface TextFinding {
  readonly start: number;
  readonly end: number;
  readonly infoType: string;
  readonly detector: string;
  /** 0 to 1. */
  readonly score: number;
}

/**
 * Looks for one kind of thing where it may begin; results need not be in order and may overlap those of others.
 */
export type TextSearch = (text: string, starts: TextStarts) => readonly TextFinding[];

/** A sticky pattern at a place of a text; null where it does not match there. */
export function matchAt(pattern: RegExp, text: string, start: number): RegExpExecArray | null {
  pattern.lastIndex = start;
  return pattern.exec(text);
}

/** Words shortly before a place, lower case, for telling what a number is by what it is called. */
export const wordsBefore = (text: string, start: number, reach = 40): string =>
  text.slice(Math.max(0, start - reach), start).toLowerCase();
