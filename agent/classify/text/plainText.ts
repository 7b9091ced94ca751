/** A text as it is searched: without what cannot be seen, and with one character for all that look like it. */
export interface PlainText {
  readonly text: string;
  /** Where a place of it lies in the text as it was written. Asked in order of the places. */
  readonly places: (place: number) => number;
}

/** Blanks, hyphens, digits and Latin letters of other blocks, what has no width, and an `@` in another writing. */
const ODD =
  /[\u00a0\u00ad\u0660-\u0669\u06f0-\u06f9\u2000-\u2013\u202f\u205f\u2060\u2212\u3000\ufeff\uff01-\uff5e]|%40|&#(?:64|x40);/g;
/** The same but for what is written with plain characters: this alone is looked for faster. */
const ODD_CHARACTER =
  /[\u00a0\u00ad\u0660-\u0669\u06f0-\u06f9\u2000-\u2013\u202f\u205f\u2060\u2212\u3000\ufeff\uff01-\uff5e]/;
const HYPHENS = "\u2010\u2011\u2012\u2013\u2212";
const UNSEEN = /[\u00ad\u200b-\u200f\u2060\ufeff]/;
const FULL_WIDTH = 0xfee0;
const DIGITS_OF: readonly number[] = [0x660, 0x6f0];

/** A text without look-alikes; the same text where it has none. */
export function plainText(written: string): PlainText {
  if (!isOdd(written)) return { text: written, places: (place) => place };
  const parts: string[] = [];
  const from: number[] = [];
  const shift: number[] = [];
  let [length, at] = [0, 0];
  for (const { 0: odd, index } of written.matchAll(ODD)) {
    const plain = plainCharacter(odd);
    const before = written.slice(at, index);
    parts.push(before, plain);
    length += before.length + plain.length;
    at = index + odd.length;
    if (plain.length === odd.length) continue;
    from.push(length);
    shift.push(at - length);
  }
  parts.push(written.slice(at));
  let next = 0;
  return {
    text: parts.join(""),
    places: (place) => {
      if (next > 0 && (from[next - 1] ?? 0) > place) next = 0;
      while (next < from.length && (from[next] ?? 0) <= place) next++;
      return place + (shift[next - 1] ?? 0);
    },
  };
}

const isOdd = (text: string): boolean =>
  text.includes("%40") || text.includes("&#") || (!isAscii(text) && ODD_CHARACTER.test(text));

/** Told many times faster than by looking at each character. */
const isAscii = (text: string): boolean => Buffer.byteLength(text) === text.length;

function plainCharacter(odd: string): string {
  if (odd.length > 1) return "@";
  if (UNSEEN.test(odd)) return "";
  if (HYPHENS.includes(odd)) return "-";
  const code = odd.charCodeAt(0);
  if (code >= 0xff01) return String.fromCharCode(code - FULL_WIDTH);
  const zero = DIGITS_OF.find((first) => code >= first && code < first + 10);
  return zero === undefined ? " " : String(code - zero);
}
