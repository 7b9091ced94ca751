/** A quoted piece: where it ends and what it says; `end` is undefined where the text ends first. */
export interface Quoted {
  readonly end: number | undefined;
  readonly value: string;
}

const escaped: Readonly<Record<string, string>> = {
  "0": "\0",
  b: "\b",
  n: "\n",
  r: "\r",
  t: "\t",
  Z: "\x1a",
  // These keep their backslash, for LIKE.
  "%": "\\%",
  _: "\\_",
};

/** Reads from an opening quote at `at`; a doubled quote is one, and a backslash escapes where `escapes`. */
export function readQuoted(text: string, at: number, escapes: boolean): Quoted {
  const quote = text.charAt(at);
  let value = "";
  let from = at + 1;
  for (let position = from; position < text.length; position++) {
    const character = text[position];
    if (character === quote) {
      value += text.slice(from, position);
      if (text[position + 1] !== quote) return { end: position + 1, value };
      value += quote;
      position++;
      from = position + 1;
    } else if (escapes && character === "\\") {
      const next = text.charAt(position + 1);
      value += text.slice(from, position) + (escaped[next] ?? next);
      position++;
      from = position + 1;
    }
  }
  return { end: undefined, value };
}

const digits = /[0-9]+/y;
const fraction = /\.[0-9]*/y;
const exponent = /[eE][+-]?[0-9]+/y;
const hexadecimal = /0x[0-9A-Fa-f]+/y;
const binary = /0b[01]+/y;
/** Letters, digits, `$`, `_` and everything beyond ASCII. */
export const namePart = /[0-9A-Za-z$_\u0080-\uffff]/;

const matchEnd = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
};

export interface NumberLike {
  readonly kind: "number" | "binary" | "word";
  readonly end: number;
}

/** What begins with a digit: a number, or a name such as `1a` or `0b2`. */
export function readNumber(text: string, at: number): NumberLike {
  for (const pattern of [hexadecimal, binary]) {
    const end = matchEnd(pattern, text, at);
    if (end > at && !namePart.test(text.charAt(end))) return { kind: "binary", end };
  }
  const whole = matchEnd(digits, text, at);
  if (text[whole] === ".") return { kind: "number", end: readFraction(text, whole) };
  const scientific = matchEnd(exponent, text, whole);
  if (scientific > whole) return { kind: "number", end: scientific };
  if (!namePart.test(text.charAt(whole))) return { kind: "number", end: whole };
  return { kind: "word", end: nameEnd(text, whole) };
}

/** The end of a number from its dot on. */
export function readFraction(text: string, dot: number): number {
  const end = matchEnd(fraction, text, dot);
  return matchEnd(exponent, text, end);
}

export function nameEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && namePart.test(text.charAt(end))) end++;
  return end;
}
