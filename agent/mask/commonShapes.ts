import type { MaskKind } from "../../protocol/label.ts";
import { HIDDEN } from "./maskRules.ts";

/**
 * The masks of everyday values without a regular expression: a million rows make it ten times as quick. Each answers
 * exactly as its rule in `maskRules.ts` does, or undefined where it leaves the value to the rule.
 */
export const COMMON_SHAPES: Partial<Readonly<Record<MaskKind, (value: string) => string | undefined>>> = {
  last4,
  phone,
  email,
  year,
};

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

/** Letters and digits of ASCII, counted from the end; the last four where they stand together. */
function last4(value: string): string | undefined {
  let found = 0;
  let end = 0;
  for (let index = value.length - 1; index >= 0; index--) {
    const code = value.charCodeAt(index);
    if (code > 126) return undefined;
    if (!isDigit(code) && !isLetter(code)) {
      if (found > 0 && found < 4) return undefined;
      continue;
    }
    if (found === 0) end = index + 1;
    found += 1;
  }
  return found < 10 ? HIDDEN : HIDDEN + value.slice(end - 4, end);
}

function phone(value: string): string | undefined {
  let found = 0;
  let last = "";
  for (let index = value.length - 1; index >= 0; index--) {
    if (!isDigit(value.charCodeAt(index))) continue;
    found += 1;
    if (found <= 2) last = value.charAt(index) + last;
  }
  return found < 7 || found > 18 ? HIDDEN : HIDDEN + last;
}

/** One `@`, names of ASCII without blanks, a top-level domain of letters. */
function email(value: string): string | undefined {
  const at = value.indexOf("@");
  const dot = value.lastIndexOf(".");
  if (at < 2 || dot < at + 3) return undefined;
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code <= 32 || code > 126 || (code === 64 && index !== at)) return undefined;
    if (code !== 46 || index < at) continue;
    // No label of the host is empty, and its first has two letters.
    if (index === at + 1 || index === at + 2 || value.charCodeAt(index + 1) === 46) return undefined;
  }
  const top = value.length - dot - 1;
  if (top < 2 || top > 12) return undefined;
  for (let index = dot + 1; index < value.length; index++) {
    if (!isLetter(value.charCodeAt(index))) return undefined;
  }
  return `${value.charAt(0)}•••@${value.charAt(at + 1)}•••.${value.slice(dot + 1)}`;
}

/** `2024-12-31`, alone or before a time. */
function year(value: string): string | undefined {
  if (value.length < 10 || value.charCodeAt(4) !== 45 || value.charCodeAt(7) !== 45) return undefined;
  for (const index of [0, 1, 2, 3, 5, 6, 8, 9]) {
    if (!isDigit(value.charCodeAt(index))) return undefined;
  }
  return value.includes("\n") ? undefined : `${value.slice(0, 4)}-••-••`;
}
