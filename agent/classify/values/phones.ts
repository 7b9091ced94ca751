import { type CountryCode, isValidPhoneNumber } from "libphonenumber-js/max";
import { isNationalNumber, isPlanLength, isPlanNumber } from "./phonePlans.ts";

/** Regions tried where a number does not name its own. */
const REGIONS: readonly CountryCode[] = [
  "US",
  "GB",
  "DE",
  "FR",
  "ES",
  "IT",
  "NL",
  "BR",
  "IN",
  "MX",
  "JP",
  "AU",
  "CN",
];

const PHONE_CHARACTERS = /^\+?[\d\s().\-/]{6,24}(?: ?(?:x|ext\.? ?)\d{1,6})?$/i;
const DATE_LIKE =
  /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})(?:\D|$)|^\d{4} - \d{2}\/\d{4}$/;
const DOTTED_QUAD = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const US_SSN = /^\d{3}-\d{2}-\d{4}$/;

/** Cheap tests before the library: length, characters, not a date, an address of a host or a US SSN. */
function mayBePhone(value: string): boolean {
  if (value.length < 7 || value.length > 30 || !PHONE_CHARACTERS.test(value)) return false;
  if (DATE_LIKE.test(value) || DOTTED_QUAD.test(value) || US_SSN.test(value)) return false;
  const digits = value.replace(/(?:x|ext).*$/i, "").replace(/\D/g, "").length;
  return digits >= 7 && digits <= 15;
}

/** `+` or `00` and a number that exists in its country's plan. */
export function isInternationalPhone(value: string): boolean {
  const plus = value.startsWith("00") ? `+${value.slice(2)}` : value;
  if (!plus.startsWith("+") || !mayBePhone(plus)) return false;
  return PLAIN.test(plus) ? isPlanNumber(digitsIn(plus)) : isValidPhoneNumber(plus);
}

/** No extension, and nothing in parentheses, which may be left out when dialling. */
const PLAIN = /^[^(x]*$/i;
const digitsIn = (value: string): string => value.replace(/\D/g, "");

/** Of a length that exists in the country its `+` names, though perhaps not given out. */
export const isPossiblePhone = (value: string): boolean =>
  value.startsWith("+") && mayBePhone(value) && isPlanLength(digitsIn(value.replace(/(?:x|ext).*$/i, "")));

/** A number written the way people write phone numbers: area code in parentheses, or groups of 3, 3 and 4. */
export function isFormattedPhone(value: string): boolean {
  if (!mayBePhone(value)) return false;
  return (
    /^(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?: ?(?:x|ext\.? ?)\d{1,6})?$/i.test(value) ||
    /^\(\+?0?\d{2,5}\) ?\d{3,}[\d\s/-]*$/.test(value) ||
    /^0\d{2,4}[ /-]\d{3,4}[ /-]?\d{3,5}$/.test(value) ||
    /^0\d(?: \d{2}){4}$/.test(value)
  );
}

/** Valid in one of the larger countries. Many numbers that are no phones are, too. */
export function isNationalPhone(value: string): boolean {
  if (!mayBePhone(value)) return false;
  if (value.startsWith("+")) return isInternationalPhone(value);
  const digits = digitsIn(value.replace(/(?:x|ext).*$/i, ""));
  return REGIONS.some((region) => isNationalNumber(digits, region));
}
