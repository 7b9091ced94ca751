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
  /** A kind of character without which no value passes: a cheap look before the test. */
  readonly needs?: CharacterKind;
  /** Costs more than a few microseconds: tried on a part of the sample only. */
  readonly dear?: boolean;
  test(value: string): boolean;
}

export type CharacterKind = "digit" | "letter" | "upper" | "at" | "colon" | "dollar";

/** The kinds of characters in a value. */
export function characterKinds(value: string): ReadonlySet<CharacterKind> {
  const kinds = new Set<CharacterKind>();
  for (let position = 0; position < value.length && position < 200; position++) {
    const code = value.charCodeAt(position);
    if (code >= 48 && code <= 57) kinds.add("digit");
    else if (code >= 97 && code <= 122) kinds.add("letter");
    else if (code >= 65 && code <= 90) kinds.add("letter").add("upper");
    else if (code === 64) kinds.add("at");
    else if (code === 58) kinds.add("colon");
    else if (code === 36) kinds.add("dollar");
    else if (code > 127) kinds.add("letter").add("upper");
  }
  return kinds;
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
