import { characterClass, DIGIT, HEX, LETTER, TOKEN, UPPER, WORD } from "./characters.ts";

/** Where in a text something may begin: found in one pass, so that no search has to look at every character. */
export interface TextStarts {
  /** Digits that follow no letter, digit or underscore. */
  readonly digits: readonly number[];
  /** Where each of these runs of digits ends. */
  readonly digitEnds: readonly number[];
  /** Capitals that follow no letter and no digit. */
  readonly capitals: readonly number[];
  /** Groups of hexadecimal digits before a colon or hyphen, as addresses of hosts and hardware begin. */
  readonly hosts: readonly number[];
  /** Beginnings and ends of long runs of characters that keys are written with. */
  readonly tokens: readonly (readonly [start: number, end: number])[];
}

/** A shorter run is no key. */
const LEAST_TOKEN = 16;
const COLON = 58;
const HYPHEN = 45;

export function textStarts(text: string): TextStarts {
  const digits: number[] = [];
  const digitEnds: number[] = [];
  const capitals: number[] = [];
  const hosts: number[] = [];
  const tokens: [number, number][] = [];
  let before = 0;
  let word = 0;
  let common = 0;
  let token = -1;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 0;
    const kind = characterClass(code);
    if (digitEnds.length < digits.length && (kind & DIGIT) === 0) digitEnds.push(at);
    if ((kind & WORD) !== 0) {
      if ((before & WORD) !== 0) common &= kind;
      else {
        word = at;
        common = kind;
        if ((kind & DIGIT) !== 0 && (before & LETTER) === 0) digits.push(at);
      }
    } else if (code === COLON || code === HYPHEN) {
      if ((before & WORD) === 0) {
        if (code === COLON && text.charCodeAt(at + 1) === COLON) hosts.push(at);
      } else if ((common & HEX) !== 0 && at - word <= 4) hosts.push(word);
    }
    if ((kind & UPPER) !== 0 && (before & (LETTER | DIGIT)) === 0) capitals.push(at);
    if ((kind & TOKEN) !== 0) {
      if (token < 0) token = at;
    } else if (token >= 0) {
      if (at - token >= LEAST_TOKEN) tokens.push([token, at]);
      token = -1;
    }
    before = kind;
  }
  return { digits, digitEnds, capitals, hosts, tokens };
}
