import { isCardNumber } from "../values/cards.ts";
import { governmentIdDetectors } from "../values/governmentIds.ts";
import { isFormattedPhone, isInternationalPhone, isPossiblePhone } from "../values/phones.ts";
import {
  BORN,
  CALLED_ACCOUNT,
  CALLED_ID,
  CALLED_PHONE,
  CALLED_SSN,
  CALLED_THING,
  calledDocument,
} from "./calledNumbers.ts";
import { characterClass, DIGIT, GROUPING, LETTER, WORD } from "./characters.ts";
import { matchAt, type TextFinding, type TextSearch, wordsBefore } from "./textFinding.ts";

const DIGIT_RUN =
  /[+(]?\d[\d ().\-/\u00a0]{4,28}\d(?:-?[A-Za-z](?![A-Za-z\d])| ?(?:x|ext\.? ?)\d{1,6})?(?![A-Za-z\d_])/y;
const DATE = /^\(?(?:\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})\)?$/;
/** Numbers that hardly anything else passes. */
const SURE = 0.012;
const nationals = governmentIdDetectors.filter(({ id }) => id.startsWith("national_"));
/** By how many digits they have: most places are compared with none. */
const byDigits = Array.from({ length: 30 }, (_, count) =>
  nationals.filter(({ digits }) => digits?.includes(count) === true),
);
const sureByDigits = byDigits.map((some) => some.filter(({ baseRate }) => baseRate <= SURE));
/** Characters of the shortest run that may mean something, such as a birth date. */
const SHORTEST = 6;
/** How far from a number the word stands that says what it is. */
const REACH = 16;
/** Scripts that put words and numbers next to each other. */
const EAST_ASIAN = 0x3041;

/** Cards, national numbers, phones, account numbers and birth dates: runs of digits, by checksum or by name. */
export const numbersInText: TextSearch = (text, { digits, digitEnds }) => {
  const found: TextFinding[] = [];
  let from = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = digits[at] ?? 0;
    const start = runStart(text, digit);
    if (start < from || !isLongRun(text, digit, digitEnds[at] ?? digit)) continue;
    const match = matchAt(DIGIT_RUN, text, start);
    if (match === null) continue;
    from = start + match[0].length;
    const value = match[0].trimEnd();
    const before = isNamed(text, start) ? wordsBefore(text, start) : "";
    const finding =
      numberAt(value, start, before) ?? withoutTail(value, start, before) ?? cardBehind(value, start);
    if (finding === null) continue;
    found.push(finding);
    from = finding.end;
  }
  return found;
};

/** Where the run of a digit begins, a sign or parenthesis included; beyond the text where it is part of a word. */
function runStart(text: string, digit: number): number {
  const sign = text.charAt(digit - 1);
  if ((sign === "+" || sign === "(") && !continues(text, digit - 1)) return digit - 1;
  return sign === "+" || sign === "(" || !continues(text, digit) ? digit : -1;
}

/** Whether what begins here goes on with a word, a path, a version or a fraction. */
const continues = (text: string, start: number): boolean =>
  (characterClass(text.charCodeAt(start - 1)) & WORD) !== 0 || "/.-".includes(text.charAt(start - 1) || " ");

function isLongRun(text: string, start: number, digitEnd: number): boolean {
  if (digitEnd - start >= SHORTEST) return true;
  let at = digitEnd;
  while (at < start + SHORTEST && (characterClass(text.charCodeAt(at)) & (DIGIT | GROUPING)) !== 0) at++;
  return at === start + SHORTEST;
}

/** Whether a word stands shortly before, which may say what the number is. */
function isNamed(text: string, start: number): boolean {
  for (let at = start - 1; at >= 0 && at >= start - REACH; at--) {
    const code = text.charCodeAt(at);
    if (code >= EAST_ASIAN) return true;
    const kind = characterClass(code);
    if ((kind & (DIGIT | LETTER)) !== 0) return (kind & DIGIT) === 0;
  }
  return false;
}

/** A run may take in a neighbour: `4111 1111 1111 1111 12/27`. */
function withoutTail(value: string, start: number, before: string): TextFinding | null {
  for (let end = value.length; ; ) {
    end = Math.max(value.lastIndexOf(" ", end - 1), value.lastIndexOf("/", end - 1));
    if (end < 7) return null;
    const finding = numberAt(value.slice(0, end).trimEnd(), start, before);
    if (finding !== null) return finding;
  }
}

/** A card behind a neighbour: `2 4111 1111 1111 1111`. */
function cardBehind(value: string, start: number): TextFinding | null {
  for (let space = value.indexOf(" "); space >= 0; space = value.indexOf(" ", space + 1)) {
    const rest = value.slice(space + 1);
    if (rest.length < 13) return null;
    if (!isCardNumber(rest)) continue;
    return {
      start: start + space + 1,
      end: start + value.length,
      infoType: "payment_card",
      detector: "card_checksum",
      score: 0.9,
    };
  }
  return null;
}

function numberAt(value: string, start: number, before: string): TextFinding | null {
  const at = (infoType: string, detector: string, score: number): TextFinding => ({
    start,
    end: start + value.length,
    infoType,
    detector,
    score,
  });
  const digits = digitCount(value);
  if (digits <= 8 && DATE.test(value)) {
    return before !== "" && BORN.test(before) ? at("birth_date", "called_birth_date", 0.95) : null;
  }
  if (digits >= 12 && isCardNumber(value) && !(digits === value.length && isThing(before))) {
    return at("payment_card", "card_checksum", 0.97);
  }
  if (digits === 9 && /^\d{3}-\d{2}-\d{4}$/.test(value)) {
    return isThing(before) ? null : at("us_ssn", "us_ssn_formatted", 0.95);
  }
  if (before !== "") {
    if (digits === 9 && CALLED_SSN.test(before)) return at("us_ssn", "called_us_ssn", 0.95);
    const document = digits >= 6 && digits <= 12 ? calledDocument(before) : undefined;
    if (document !== undefined) return at(document, "called_document", 0.9);
    if (digits >= 6 && CALLED_ID.test(before)) return at("national_id", "called_national_id", 0.9);
  }
  const lettered = (characterClass(value.charCodeAt(value.length - 1)) & DIGIT) === 0;
  for (const { id, test } of (lettered ? byDigits : sureByDigits)[digits] ?? []) {
    if (test(value)) return isThing(before) ? null : at("national_id", id, 0.9);
  }
  if (value.startsWith("+") || value.startsWith("00")) {
    if (isInternationalPhone(value)) return at("phone", "phone_international", 0.95);
    if (isPossiblePhone(value)) return at("phone", "phone_possible", 0.85);
  }
  if (digits < value.length && isFormattedPhone(value) && !isThing(before))
    return at("phone", "phone_formatted", 0.85);
  if (before === "") return null;
  if (digits >= 7 && digits <= 15 && CALLED_PHONE.test(before)) return at("phone", "called_phone", 0.9);
  if (digits >= 6 && CALLED_ACCOUNT.test(before)) return at("bank_account", "called_account", 0.85);
  return null;
}

const isThing = (before: string): boolean => before !== "" && CALLED_THING.test(before);

function digitCount(value: string): number {
  let count = 0;
  for (let at = 0; at < value.length; at++) count += characterClass(value.charCodeAt(at)) & DIGIT;
  return count;
}
