import type { MaskKind } from "../../protocol/label.ts";
import { HIDDEN, LONGEST } from "./maskRules.ts";
import { ShownTexts } from "./shownTexts.ts";

/**
 * Masks the bytes from `start` to `end` exactly as the mask's rule in `maskRules.ts` masks the text they are in
 * UTF-8; undefined where it leaves the value to the rule.
 */
export type ByteMask = (bytes: Uint8Array, start: number, end: number) => string | undefined;

/** The masks of everyday values, read where they lie: no string is made of what is hidden, nor a match of it. */
export const COMMON_SHAPES: Partial<Readonly<Record<MaskKind, ByteMask>>> = {
  full: () => HIDDEN,
  last4,
  phone,
  email,
  year,
};

/** @see ByteMask; for engines that hand out texts. */
export function maskCommonShape(kind: MaskKind, value: string): string | undefined {
  const mask = COMMON_SHAPES[kind];
  if (mask === undefined || value.length > scratch.length) return undefined;
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code > 127) return undefined;
    scratch[index] = code;
  }
  return mask(scratch, 0, value.length);
}

const scratch = new Uint8Array(128);
const shown = new Uint8Array(16);

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
/** A text of more bytes may be longer than the rules look at. */
const isLong = (start: number, end: number): boolean => end - start > LONGEST;

const afterHidden = new ShownTexts((text) => HIDDEN + text);

/** Letters and digits of ASCII, counted from the end; the last four where they stand together. */
function last4(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (isLong(start, end)) return undefined;
  let found = 0;
  let last = 0;
  for (let at = end - 1; at >= start && found < 10; at--) {
    const code = bytes[at] ?? 0;
    if (code > 126) return undefined;
    if (!isDigit(code) && !isLetter(code)) {
      if (found > 0 && found < 4) return undefined;
      continue;
    }
    if (found === 0) last = at;
    found += 1;
  }
  if (found < 10) return HIDDEN;
  for (let index = 0; index < 4; index++) shown[index] = bytes[last - 3 + index] ?? 0;
  return afterHidden.of(shown, 4);
}

function phone(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (isLong(start, end)) return undefined;
  let found = 0;
  for (let at = end - 1; at >= start; at--) {
    const code = bytes[at] ?? 0;
    if (!isDigit(code)) continue;
    if (found < 2) shown[1 - found] = code;
    found += 1;
  }
  return found < 7 || found > 18 ? HIDDEN : afterHidden.of(shown, 2);
}

const AT = 64;
const DOT = 46;
const LONGEST_TOP = 12;

const addresses = new ShownTexts((text) => `${text.charAt(0)}•••@${text.charAt(1)}•••.${text.slice(2)}`);

/** One `@`, names of ASCII without blanks, a top-level domain of letters. */
function email(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (isLong(start, end)) return undefined;
  let sign = -1;
  let dot = -1;
  for (let at = start; at < end; at++) {
    const code = bytes[at] ?? 0;
    if (code <= 32 || code > 126) return undefined;
    if (code === AT) {
      if (sign >= 0) return undefined;
      sign = at;
    } else if (code === DOT && sign >= 0) {
      // No label of the host is empty, and its first has two letters.
      if (at < sign + 3 || at === dot + 1) return undefined;
      dot = at;
    }
  }
  const top = end - dot - 1;
  if (sign < start + 2 || dot < 0 || top < 2 || top > LONGEST_TOP) return undefined;
  for (let index = 0; index < top; index++) {
    const code = bytes[dot + 1 + index] ?? 0;
    if (!isLetter(code)) return undefined;
    shown[2 + index] = code;
  }
  shown[0] = bytes[start] ?? 0;
  shown[1] = bytes[sign + 1] ?? 0;
  return addresses.of(shown, 2 + top);
}

const YEAR_DIGITS = [0, 1, 2, 3, 5, 6, 8, 9] as const;
const DASH = 45;
const LINE_FEED = 10;

const years = new ShownTexts((text) => `${text}-••-••`);

/** `2024-12-31`, alone or before a time. */
function year(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start < 10 || isLong(start, end)) return undefined;
  if (bytes[start + 4] !== DASH || bytes[start + 7] !== DASH) return undefined;
  for (const index of YEAR_DIGITS) {
    if (!isDigit(bytes[start + index] ?? 0)) return undefined;
  }
  for (let at = start + 10; at < end; at++) {
    const code = bytes[at] ?? 0;
    if (code === LINE_FEED || code > 126) return undefined;
  }
  for (let index = 0; index < 4; index++) shown[index] = bytes[start + index] ?? 0;
  return years.of(shown, 4);
}
