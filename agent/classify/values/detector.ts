/** Recognises values of one info type. */
export interface Detector {
  /** Stable; findings are kept under it. */
  readonly id: string;
  readonly infoType: string;
  /** Types whose names hits speak for as well. */
  readonly supports?: readonly string[];
  /** What a hit is, for sentences: "the card checksum". */
  readonly passes: string;
  /** Share of unrelated values of a similar look that pass by chance. */
  readonly baseRate: number;
  /** Share of values of a true column that pass at least. */
  readonly expected: number;
  /** Whether a high rate is enough without a name, or only supports one. */
  readonly alone: boolean;
  /** One hit inside a longer text is meant, not chance. */
  readonly inText: boolean;
  test(value: string): boolean;
}

/** Runs a pattern over a bounded value. */
export const matching =
  (pattern: RegExp, maxLength = 512): ((value: string) => boolean) =>
  (value) =>
    value.length <= maxLength && pattern.test(value);

/** Digits of a value, where it holds nothing else but blanks, dots and hyphens. */
export function digitsOf(value: string): string | null {
  if (value.length > 40) return null;
  const digits = value.replace(/[\s.-]/g, "");
  return /^\d+$/.test(digits) ? digits : null;
}
