/** Something in a text. Offsets in UTF-16 code units. */
export interface TextFinding {
  readonly start: number;
  readonly end: number;
  readonly infoType: string;
  readonly detector: string;
  /** 0 to 1. */
  readonly score: number;
}

/** Looks for one kind of thing; results need not be in order and may overlap those of others. */
export type TextSearch = (text: string) => readonly TextFinding[];

/** Words shortly before a place, lower case, for telling what a number is by what it is called. */
export const wordsBefore = (text: string, start: number, reach = 40): string =>
  text.slice(Math.max(0, start - reach), start).toLowerCase();
