import { isEmailAddress } from "../values/contacts.ts";
import { characterClass, DIGIT, LETTER, UPPER } from "./characters.ts";
import { matchAt, type TextFinding, type TextSearch } from "./textFinding.ts";

const DOMAIN = /[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,6}/uy;
const LOCAL_SIGNS: ReadonlySet<number> = new Set([..."_.+%'-"].map((sign) => sign.charCodeAt(0)));
/** Scripts beyond those whose characters are told apart. */
const OTHER_SCRIPT = 0x2c00;
const LONGEST_LOCAL = 64;
const STREET =
  /\d{1,6}[A-Za-z]?,? (?:(?:N|S|E|W|North|South|East|West)\.? )?(?:\p{Lu}[\p{L}.'-]{1,24} ){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Terrace|Highway|Parkway|Circle|Close|Crescent)\b\.?/uy;

/** Around each `@`: looking for addresses from every word would cost more than all else together. */
export const emailsInText: TextSearch = (text) => {
  const found: TextFinding[] = [];
  for (let sign = text.indexOf("@"); sign >= 0; sign = text.indexOf("@", sign + 1)) {
    const start = localStart(text, sign);
    if (start === sign) continue;
    const domain = matchAt(DOMAIN, text, sign + 1)?.[0];
    if (domain === undefined || !isEmailAddress(`${text.slice(start, sign)}@${domain}`)) continue;
    const end = sign + 1 + domain.length;
    found.push({ start, end, infoType: "email", detector: "email", score: 0.99 });
  }
  return found;
};

/** Where what stands before an `@` begins; punctuation in front is not part of it. */
function localStart(text: string, sign: number): number {
  let start = sign;
  while (start > 0 && sign - start < LONGEST_LOCAL) {
    const code = text.charCodeAt(start - 1);
    if ((characterClass(code) & LETTER) === 0 && !LOCAL_SIGNS.has(code) && code < OTHER_SCRIPT) break;
    start--;
  }
  while (start < sign && ".'-".includes(text.charAt(start))) start++;
  return start;
}

/** House numbers before names of streets. */
export const streetsInText: TextSearch = (text, { digits }) => {
  const found: TextFinding[] = [];
  let from = 0;
  for (const start of digits) {
    if (start < from || !mayBeStreet(text, start)) continue;
    const match = matchAt(STREET, text, start);
    if (match === null) continue;
    from = start + match[0].length;
    found.push({ start, end: from, infoType: "street_address", detector: "street_in_text", score: 0.85 });
  }
  return found;
};

/** Up to six digits, perhaps a letter and a comma, a blank and a capital. */
function mayBeStreet(text: string, start: number): boolean {
  let at = start + 1;
  while (at < start + 7 && (characterClass(text.charCodeAt(at)) & DIGIT) !== 0) at++;
  if ((characterClass(text.charCodeAt(at)) & LETTER) !== 0) at++;
  if (text.charAt(at) === ",") at++;
  return text.charAt(at) === " " && (characterClass(text.charCodeAt(at + 1)) & UPPER) !== 0;
}
