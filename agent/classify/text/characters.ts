/** What a character may be part of; bits of `characterClass`. */
export const DIGIT = 1;
export const UPPER = 2;
export const LOWER = 4;
/** Letters of alphabets with capitals, and marks on them. Scripts without are no words that could continue a name. */
export const LETTER = 8;
/** `\w` */
export const WORD = 16;
export const HEX = 32;
/** What keys and tokens are written with. */
export const TOKEN = 64;
/** What numbers are grouped with. */
export const GROUPING = 128;

const KNOWN = 0x2000;
const CLASSES = Uint8Array.from({ length: KNOWN }, (_, code) => {
  const character = String.fromCharCode(code);
  const is = (pattern: RegExp, bit: number): number => (pattern.test(character) ? bit : 0);
  const letter =
    is(/\p{Lu}/u, UPPER) |
    is(/[\p{Ll}\p{M}]/u, LOWER) |
    is(/[\p{L}\p{M}\p{N}]/u, LETTER) |
    is(/[ ().\-/\u00a0]/, GROUPING);
  if (code > 127) return letter;
  return letter | is(/\d/, DIGIT) | is(/\w/, WORD) | is(/[\da-f]/i, HEX) | is(/[\w./+=$-]/, TOKEN);
});

/** The bits of a UTF-16 code unit; 0 beyond the end of a text. */
export const characterClass = (code: number): number => (code < KNOWN ? (CLASSES[code] ?? 0) : 0);
