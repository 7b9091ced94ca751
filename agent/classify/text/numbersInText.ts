import { isIban } from "../values/accounts.ts";
import { isCardNumber } from "../values/cards.ts";
import { governmentIdDetectors } from "../values/governmentIds.ts";
import { isIpAddress } from "../values/network.ts";
import { isFormattedPhone, isInternationalPhone, isPossiblePhone } from "../values/phones.ts";
import { type TextFinding, type TextSearch, wordsBefore } from "./textFinding.ts";

const DIGIT_RUN =
  /(?<![A-Za-z\d_/.-])[+(]?\d[\d ().\-/\u00a0]{4,28}\d(?:-?[A-Za-z](?![A-Za-z\d]))?(?![A-Za-z\d_])/g;
const CALLED_PHONE =
  /(?:phone|mobile|mob|cell|tel|telephone|call(?: me)?(?: back)?(?: at| on)?|reach(?: me)? (?:at|on)|whatsapp|sms|fax|telefon|telefono|teléfono|téléphone|handy|celular|móvil|numer|nr)\W{0,12}$/;
const CALLED_SSN = /(?:ssn|social security(?: number| no)?|soc sec)\W{0,12}(?:is|number|no|#)?\W{0,4}$/;
const CALLED_ID =
  /(?:national id|id (?:number|no|card)|identity (?:number|card)|cpf|pesel|bsn|burgerservicenummer|aadhaar|personnummer|curp|dni|nie|cédula|cedula|tax id|tin|steuer-?id|steuernummer|sin|nino|nif|nir|insee|sécurité sociale|rrn|hkid|oib|egn|cnp|codice fiscale|nhs (?:number|no)|medicare|passport(?: number| no)?|licen[cs]e(?: number| no)?)\W{0,12}(?:is|number|no|nr|#)?\W{0,4}$/;
const CALLED_ACCOUNT =
  /(?:account|acct|a\/c|konto|cuenta|compte|routing|sort code)(?: number| no| nr|nummer)?\W{0,12}(?:is)?\W{0,3}$/;
const DATE = /^\(?(?:\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})\)?$/;
const BORN =
  /(?:born(?: on)?|dob|d\.o\.b\.?|date of birth|birth ?date|birthday|geboren(?: am)?|geburtsdatum|née? le|nacid[oa] el|nato il)\W{0,12}(?:is)?\W{0,3}$/;

const nationals = governmentIdDetectors.filter(({ id }) => id.startsWith("national_"));
/** Numbers that hardly anything else passes. */
const SURE = 0.012;

/** Cards, national numbers, phones, account numbers and birth dates: runs of digits, by checksum or by name. */
export const numbersInText: TextSearch = (text) => {
  const found: TextFinding[] = [];
  for (const match of text.matchAll(DIGIT_RUN)) {
    const value = match[0].trim();
    const start = match.index;
    const finding = numberAt(value, start, wordsBefore(text, start)) ?? withoutTail(value, start, text);
    if (finding !== null) found.push(finding);
  }
  return found;
};

/** A run may take in a neighbour: `4111 1111 1111 1111 12/27`. */
function withoutTail(value: string, start: number, text: string): TextFinding | null {
  for (let end = value.length; ; ) {
    end = Math.max(value.lastIndexOf(" ", end - 1), value.lastIndexOf("/", end - 1));
    if (end < 7) return null;
    const finding = numberAt(value.slice(0, end).trim(), start, wordsBefore(text, start));
    if (finding !== null) return finding;
  }
}

function numberAt(value: string, start: number, before: string): TextFinding | null {
  const at = (infoType: string, detector: string, score: number): TextFinding => ({
    start,
    end: start + value.length,
    infoType,
    detector,
    score,
  });
  if (DATE.test(value)) return BORN.test(before) ? at("birth_date", "called_birth_date", 0.95) : null;
  if (isCardNumber(value)) return at("payment_card", "card_checksum", 0.97);
  if (/^\d{3}-\d{2}-\d{4}$/.test(value)) return at("us_ssn", "us_ssn_formatted", 0.95);
  const digits = value.replace(/\D/g, "");
  if (digits.length === 9 && CALLED_SSN.test(before)) return at("us_ssn", "called_us_ssn", 0.95);
  if (CALLED_ID.test(before) && digits.length >= 6) return at("national_id", "called_national_id", 0.9);
  const grouped = /[^\d]/.test(value);
  const national = nationals.find(({ baseRate, test }) => (grouped || baseRate <= SURE) && test(value));
  if (national !== undefined && (national.baseRate <= SURE || /[A-Za-z]/.test(value))) {
    return at("national_id", national.id, 0.9);
  }
  if (isInternationalPhone(value)) return at("phone", "phone_international", 0.95);
  if (value.startsWith("+") && isPossiblePhone(value)) return at("phone", "phone_possible", 0.85);
  if (isFormattedPhone(value)) return at("phone", "phone_formatted", 0.85);
  if (CALLED_PHONE.test(before) && digits.length >= 7 && digits.length <= 15)
    return at("phone", "called_phone", 0.9);
  if (CALLED_ACCOUNT.test(before) && digits.length >= 6) return at("bank_account", "called_account", 0.85);
  return null;
}

const IBAN = /(?<![A-Za-z\d])[A-Z]{2}\d{2}(?:[ -]?[A-Z\d]){11,30}(?![A-Za-z\d])/g;
const LETTERED_ID =
  /(?<![A-Za-z\d])(?:[A-Z]{4,6}\d{2}[A-Z\d]{8,12}|[XYZ]-?\d{7}-?[A-Z]|\d{8}-?[A-Z]|[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D])(?![A-Za-z\d])/g;
const IPV4 = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?:\/\d{1,2})?(?![\w.]*\w)/g;
const IPV6 =
  /(?<![\w:.])(?:[\da-fA-F]{1,4}:(?:[\da-fA-F]{0,4}:){1,6}[\da-fA-F]{0,4}|::(?:[\da-fA-F]{1,4}:){0,5}[\da-fA-F]{1,4})(?![\w:])/g;
const MAC = /(?<![\w:-])(?:[\da-fA-F]{2}[:-]){5}[\da-fA-F]{2}(?![\w:-])/g;
const VERSION = /(?:version|ver|v|release|firmware|build)\W{0,3}$/;

/** IBANs, national numbers with letters, addresses of hosts and hardware. */
export const codesInText: TextSearch = (text) => {
  const found: TextFinding[] = [];
  const search = (
    pattern: RegExp,
    judge: (value: string, start: number) => readonly [string, string, number] | null,
  ): void => {
    for (const match of text.matchAll(pattern)) {
      const verdict = judge(match[0], match.index);
      if (verdict === null) continue;
      const [infoType, detector, score] = verdict;
      found.push({ start: match.index, end: match.index + match[0].length, infoType, detector, score });
    }
  };
  search(IBAN, (value) => (isIban(value) ? ["iban", "iban", 0.98] : null));
  search(LETTERED_ID, (value) => {
    const national = nationals.find(({ test }) => test(value));
    return national === undefined ? null : ["national_id", national.id, 0.9];
  });
  search(IPV4, (value, start) =>
    isIpAddress(value) && !VERSION.test(wordsBefore(text, start, 12))
      ? ["ip_address", "ip_in_text", 0.9]
      : null,
  );
  if (text.includes(":")) {
    search(IPV6, (value) =>
      value.length > 6 && isIpAddress(value) ? ["ip_address", "ip_in_text", 0.9] : null,
    );
    search(MAC, () => ["mac_address", "mac_in_text", 0.9]);
  }
  return found;
};
