import { getCountrySpecifications, isValidBIC, ValidationErrorsIBAN, validateIBAN } from "ibantools";
import validator from "validator";
import { type Detector, matching } from "./detector.ts";

const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  Object.entries(getCountrySpecifications()).flatMap(([country, { chars }]) =>
    chars === null ? [] : [[country, chars] as const],
  ),
);

/** The IBAN that a text begins with, blanks and hyphens included; null where it begins with none. */
export function leadingIban(text: string): string | null {
  let missing = IBAN_LENGTHS.get(text.slice(0, 2));
  if (missing === undefined) return null;
  let end = 0;
  for (; end < text.length && missing > 0; end++) if (/[A-Z\d]/.test(text.charAt(end))) missing -= 1;
  if (missing > 0 || /^[A-Za-z\d]/.test(text.slice(end, end + 1))) return null;
  const value = text.slice(0, end);
  return isIban(value) ? value : null;
}

/** Length, letters and checksum of an IBAN; checks some countries add inside the account number are not asked for. */
export function isIban(value: string): boolean {
  if (value.length > 42 || !/^[A-Za-z]{2}\d{2}/.test(value)) return false;
  const { errorCodes } = validateIBAN(value.replace(/[\s-]/g, "").toUpperCase());
  return errorCodes.every((code) => code === ValidationErrorsIBAN.WrongAccountBankBranchChecksum);
}

export const accountDetectors: readonly Detector[] = [
  {
    id: "iban",
    lengths: [15, 42],
    needs: "digit",
    dear: true,
    infoType: "iban",
    passes: "the IBAN checksum",
    baseRate: 0.0001,
    expected: 0.9,
    alone: true,
    inText: true,
    test: isIban,
  },
  {
    id: "bic",
    lengths: [8, 11],
    needs: "upper",
    infoType: "bank_routing",
    passes: "the form of a BIC",
    baseRate: 0.05,
    expected: 0.9,
    alone: false,
    inText: false,
    test: (value) => value.length <= 11 && isValidBIC(value),
  },
  {
    id: "wallet",
    lengths: [26, 90],
    needs: "digit",
    infoType: "crypto_wallet",
    passes: "the form of a wallet address",
    baseRate: 0.0005,
    expected: 0.9,
    alone: true,
    inText: false,
    test: (value) =>
      value.length >= 26 &&
      value.length <= 90 &&
      (validator.isBtcAddress(value) || validator.isEthereumAddress(value)),
  },
  {
    id: "provider_token",
    needs: "letter",
    lengths: [17, 512],
    infoType: "payment_token",
    passes: "the prefix of a payment provider's identifiers",
    baseRate: 0.00001,
    expected: 0.9,
    alone: true,
    inText: false,
    test: matching(/^(?:cus|pm|card|tok|src|ba|seti|pi)_[A-Za-z0-9]{14,}$/),
  },
];
