import { leadingIban } from "../values/accounts.ts";
import { governmentIdDetectors } from "../values/governmentIds.ts";
import { isIpAddress } from "../values/network.ts";
import { characterClass, DIGIT, LETTER, LOWER, WORD } from "./characters.ts";
import { matchAt, type TextFinding, type TextSearch, wordsBefore } from "./textFinding.ts";

const IBAN = /[A-Z]{2}\d{2}(?:[ -]?[A-Z\d]){11,30}(?![A-Za-z\d])/y;
const LETTERED_ID =
  /(?:[A-Z]{4,6}\d{2}[A-Z\d]{8,12}|[XYZ]-?\d{7}-?[A-Z]|\d{8}-?[A-Z]|[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D])(?![A-Za-z\d])/y;
const IPV4 = /(?:\d{1,3}\.){3}\d{1,3}(?:\/\d{1,2})?(?![\w.]*\w)/y;
const IPV6 =
  /(?:[\da-fA-F]{1,4}:(?:[\da-fA-F]{0,4}:){1,6}[\da-fA-F]{0,4}|::(?:[\da-fA-F]{1,4}:){0,5}[\da-fA-F]{1,4})(?![\w:])/y;
const MAC = /[\da-fA-F]{2}(?:(?::[\da-fA-F]{2}){5}|(?:-[\da-fA-F]{2}){5})(?![\w:-])/y;
const WALLET = /0x[\da-fA-F]{40}(?![\da-zA-Z])/y;
const SEGWIT = /bc1[ac-hj-np-z02-9]{38,58}(?![\da-zA-Z])/y;
const VERSION = /(?:version|ver|v|release|firmware|build)\W{0,3}$/;

const nationals = governmentIdDetectors.filter(({ id }) => id.startsWith("national_"));
const DOT = 46;
const COLON = 58;
const HYPHEN = 45;

/** IBANs, national numbers with letters, addresses of hosts and hardware. */
export const codesInText: TextSearch = (text, { capitals, digits, digitEnds, hosts, tokens }) => {
  const found: TextFinding[] = [];
  const push = (start: number, value: string, infoType: string, detector: string, score: number): void =>
    void found.push({ start, end: start + value.length, infoType, detector, score });
  const lettered = (start: number): void => {
    const value = matchAt(LETTERED_ID, text, start)?.[0];
    const national = value === undefined ? undefined : nationals.find(({ test }) => test(value));
    if (value !== undefined && national !== undefined) push(start, value, "national_id", national.id, 0.9);
  };
  for (const start of capitals) {
    if ((characterClass(text.charCodeAt(start + 1)) & LOWER) !== 0) continue;
    const run = matchAt(IBAN, text, start)?.[0];
    // A word behind the number may look like a part of it.
    const iban = run === undefined ? null : leadingIban(run);
    if (iban !== null) push(start, iban, "iban", "iban", 0.98);
    lettered(start);
  }
  for (let at = 0; at < digits.length; at++) {
    const start = digits[at] ?? 0;
    const end = digitEnds[at] ?? start;
    if (end - start === 8 && couldEndId(text, end)) lettered(start);
    if (end - start === 1 && text.charAt(end) === "x") {
      const wallet = matchAt(WALLET, text, start)?.[0];
      if (wallet !== undefined) push(start, wallet, "crypto_wallet", "wallet", 0.9);
    }
    if (end - start > 3 || text.charCodeAt(end) !== DOT) continue;
    const before = text.charCodeAt(start - 1);
    if (before === DOT) continue;
    const value = matchAt(IPV4, text, start)?.[0];
    if (value === undefined || !isIpAddress(value) || VERSION.test(wordsBefore(text, start, 12))) continue;
    push(start, value, "ip_address", "ip_in_text", 0.9);
  }
  for (const [start] of tokens) {
    const wallet = matchAt(SEGWIT, text, start)?.[0];
    if (wallet !== undefined) push(start, wallet, "crypto_wallet", "wallet", 0.9);
  }
  for (const start of hosts) {
    const before = text.charCodeAt(start - 1);
    if (before === COLON || (characterClass(before) & WORD) !== 0) continue;
    const address = matchAt(IPV6, text, start)?.[0];
    if (address !== undefined && address.length > 6 && isIpAddress(address))
      push(start, address, "ip_address", "ip_in_text", 0.9);
    if (before === HYPHEN) continue;
    const hardware = matchAt(MAC, text, start)?.[0];
    if (hardware !== undefined) push(start, hardware, "mac_address", "mac_in_text", 0.9);
  }
  return found;
};

/** A letter that ends a word, perhaps behind a hyphen. */
function couldEndId(text: string, end: number): boolean {
  const at = text.charCodeAt(end) === HYPHEN ? end + 1 : end;
  const isLetter = (characterClass(text.charCodeAt(at)) & (LETTER | DIGIT)) === LETTER;
  return isLetter && (characterClass(text.charCodeAt(at + 1)) & LETTER) === 0;
}
