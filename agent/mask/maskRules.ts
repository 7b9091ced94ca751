import type { MaskKind } from "../../protocol/label.ts";

/** What stands for a hidden value; of one length, so that it tells nothing of the value's own. */
export const HIDDEN = "••••••";

/** Longest text, in characters, a partial mask looks at. */
export const LONGEST = 512;

/**
 * One way to show a part of a value. Patterns are written in what JavaScript's (flag u) and PostgreSQL's regular
 * expressions share and read alike, so that the agent and the server mask the same value to the same text: classes
 * are spelled out, and every character beyond ASCII counts as a letter.
 */
export interface MaskRule {
  /** Taken out first, everywhere. */
  readonly strip?: string;
  /** The whole value must match it. */
  readonly whole: string;
  /** What is shown of a match, with \1 … for its groups. */
  readonly show: string;
}

const SPACE = " \\t\\n\\r\\f\\v";
const NOT_ALPHANUMERIC = "[\\u0001-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u007F]";
const LETTER = "[^\\u0001-\\u0040\\u005B-\\u0060\\u007B-\\u007F]";
const ANY = "[^\\u0001]";
const HEX = "[0-9A-Fa-f]{1,4}";

/** The rules of each partial mask, tried in order; a value none of them fits is hidden in full. */
export const MASK_RULES: Partial<Readonly<Record<MaskKind, readonly MaskRule[]>>> = {
  /** The last four of at least ten letters and digits. */
  last4: [{ strip: NOT_ALPHANUMERIC, whole: `^${ANY}{6,}(${ANY}{4})$`, show: `${HIDDEN}\\1` }],
  /** First letter of both sides and the top-level domain: j•••@e•••.com */
  email: [
    {
      whole: `^[${SPACE}]*([^${SPACE}@])[^${SPACE}@]+@([^${SPACE}@.])[^${SPACE}@.]+(?:[.][^${SPACE}@.]+)*[.]([A-Za-z]{2,12})[${SPACE}]*$`,
      show: "\\1•••@\\2•••.\\3",
    },
  ],
  /** The last two digits of at least seven. */
  phone: [{ strip: "[^0-9]", whole: "^[0-9]{5,16}([0-9]{2})$", show: `${HIDDEN}\\1` }],
  /** The year of a date. */
  year: [{ whole: "^([0-9]{4})-[0-9]{2}-[0-9]{2}[^\\n]*$", show: "\\1-••-••" }],
  /** The /24 of an IPv4 address, the /48 of an IPv6 one. */
  network: [
    {
      whole: "^([0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3})[.][0-9]{1,3}(?:/[0-9]{1,2})?$",
      show: "\\1.0/24",
    },
    {
      whole: `^(${HEX}):(${HEX}):(${HEX}):[0-9A-Fa-f:]+(?:/[0-9]{1,3})?$`,
      show: "\\1:\\2:\\3::/48",
    },
  ],
  /** The first letter of at least six characters. */
  partial: [
    {
      whole: `^[${SPACE}]*([^${SPACE}])${ANY}{4,}[^${SPACE}][${SPACE}]*$`,
      show: `\\1${HIDDEN}`,
    },
  ],
};

/** The first letter of each of at most four words: the whole value, and what becomes of each word. */
export const INITIALS = {
  whole: `^[${SPACE}]*${LETTER}[^${SPACE}-]+(?:[${SPACE}-]+${LETTER}[^${SPACE}-]+){0,3}[${SPACE}]*$`,
  word: `[${SPACE}-]*([^${SPACE}-])[^${SPACE}-]+[${SPACE}]*`,
  show: "\\1. ",
} as const;

/**
 * The power-of-ten band a number lies in, a quarter wide: 52 300 is 50000–75000. Computed on the whole part, which
 * has at least two digits.
 */
export const BUCKET = {
  strip: "[$,]",
  zero: "^-?0+(?:[.]0+)?$",
  /** Sign, whole part without leading zeros. */
  whole: "^(-?)0*([1-9][0-9]{1,29})(?:[.][0-9]+)?$",
  minus: "−",
} as const;
