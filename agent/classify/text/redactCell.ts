import { redactText } from "./redactText.ts";
import { fold, placesOf, type TextSpan, withoutSpans } from "./textSpans.ts";

/** A value that is hidden elsewhere in the same row. */
export interface HiddenValue {
  readonly value: string;
  readonly infoType: string;
}

/** Longest value that is looked into; a longer one is hidden. */
export const LONGEST_CELL = 100_000;
/** A text of fewer words may be nothing but a name, a code or a key. */
const FEW_WORDS = 3;

/**
 * A free text of a hidden column with everything that was found in it replaced. Where the detectors for text must not
 * find what is none, this may: it is what stands between a reader and raw text. Null where the text is too long, or
 * looks as if it were nothing but the thing to hide.
 */
export function redactedText(text: string, hidden: readonly HiddenValue[]): string | null {
  if (text.length > LONGEST_CELL) return null;
  const words = text.split(/\s+/, FEW_WORDS + 2).filter((word) => word !== "");
  if (words.length === 1 || (words.length <= FEW_WORDS && isName(words))) return null;
  return redactedPart(text, hidden);
}

/** A part of a larger value, such as a string in a document, whose surroundings tell what it is. */
export function redactedPart(text: string, hidden: readonly HiddenValue[]): string {
  const found = redactText(text).findings.map(({ start, end, infoType }) => ({ start, end, what: infoType }));
  return withoutSpans(text, [...hiddenIn(text, hidden), ...found, ...suspicious(text)]);
}

const isName = (words: readonly string[]): boolean => {
  const titled = words.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`).join(" ");
  return redactText(`My name is ${titled}`).findings.some(({ infoType }) => infoType === "person_name");
};

const LEAST_WORD = 3;

/** Hidden values of the row; of a name each word too. */
function hiddenIn(text: string, hidden: readonly HiddenValue[]): readonly TextSpan[] {
  if (hidden.length === 0) return [];
  const folded = fold(text);
  return hidden.flatMap(({ value, infoType }) => [
    ...placesOf(folded, value, infoType),
    ...(infoType.endsWith("name")
      ? value
          .split(/[\s,.]+/)
          .filter((word) => word.length >= LEAST_WORD)
          .flatMap((word) => placesOf(folded, word, infoType))
      : []),
  ]);
}

/** A word with a capital, or a short form of one: Jane, O'Neill, J., Mrs. */
const CAPITAL = "(?:\\p{Lu}\\p{L}{0,3}\\.|\\p{Lu}[\\p{L}\\p{M}'’-]{0,30})";

/** What nobody can say the meaning of, but which often is what must not be shown. Every pattern is bounded. */
const SUSPICIOUS: readonly (readonly [what: string, pattern: RegExp, unless?: RegExp])[] = [
  ["address", /[^\s@]{1,64}@[^\s@]{0,254}[\p{L}\p{N}]/gu],
  // A moment is no number to hide.
  ["number", /\d(?:[ .()/-]{0,2}\d){7,}/g, /^\d{4}-\d{2}-\d{2}(?:[ T]\d{2})?$/],
  // A long word without a digit is a word.
  ["code", /[\w-]{20,200}/g, /^\D+$/],
  ["name", new RegExp(`${CAPITAL}(?: ${CAPITAL}){1,6}`, "gu")],
  [
    "place",
    new RegExp(
      `\\d{1,6}[a-z]?,?(?: (?:${CAPITAL}|\\d{1,4}(?:st|nd|rd|th)?)){1,6}(?:, ${CAPITAL}(?: ${CAPITAL}){0,3})?`,
      "gu",
    ),
  ],
];

function suspicious(text: string): readonly TextSpan[] {
  return SUSPICIOUS.flatMap(([what, pattern, unless]) =>
    what === "address" && !text.includes("@")
      ? []
      : [...text.matchAll(pattern)].flatMap((match) =>
          unless?.test(match[0]) === true
            ? []
            : [{ start: match.index, end: match.index + match[0].length, what }],
        ),
  );
}
