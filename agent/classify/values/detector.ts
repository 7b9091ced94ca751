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
  /** Lengths outside of which no value passes. */
  readonly lengths?: readonly [shortest: number, longest: number];
  /** How many digits a value has, where no other passes. */
  readonly digits?: readonly number[];
  /** Costs more than a few microseconds: tried on a part of the sample only. */
  readonly dear?: boolean;
  test(value: string): boolean;
}

export type CharacterKind = keyof typeof KINDS;

const KINDS = { digit: 1, letter: 2, upper: 4, at: 8, colon: 16, dollar: 32 } as const;
const KIND_OF = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code >= 48 && code <= 57) return KINDS.digit;
  if (code >= 97 && code <= 122) return KINDS.letter;
  if (code >= 65 && code <= 90) return KINDS.letter | KINDS.upper;
  return code === 64 ? KINDS.at : code === 58 ? KINDS.colon : code === 36 ? KINDS.dollar : 0;
});

/** What a look at every character of a value tells: the kinds as bits. */
export interface ValueLook {
  readonly kinds: number;
  readonly digits: number;
}

/** More digits are not told apart: nothing that is looked for by their number has more. */
export const MOST_DIGITS = 31;

export function lookAt(value: string): ValueLook {
  const end = Math.min(value.length, 200);
  let kinds = 0;
  let digits = 0;
  for (let position = 0; position < end; position++) {
    const kind = KIND_OF[value.charCodeAt(position)] ?? KINDS.letter | KINDS.upper;
    kinds |= kind;
    digits += kind & KINDS.digit;
  }
  return { kinds, digits: Math.min(digits, MOST_DIGITS) };
}

/** Whether a value that looks like this may pass at all. */
export const mayPass = ({ needs, digits }: Detector, look: ValueLook): boolean =>
  (needs === undefined || (look.kinds & KINDS[needs]) !== 0) &&
  (digits === undefined || digits.includes(look.digits));

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
