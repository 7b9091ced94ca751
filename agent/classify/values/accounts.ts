import { isValidBIC, ValidationErrorsIBAN, validateIBAN } from "ibantools";
import validator from "validator";
import { type Detector, matching } from "./detector.ts";

/** Length, letters and checksum of an IBAN; checks some countries add inside the account number are not asked for. */
export function isIban(value: string): boolean {
  if (value.length > 42 || !/^[A-Za-z]{2}\d{2}/.test(value)) return false;
  const { errorCodes } = validateIBAN(value.replace(/[\s-]/g, "").toUpperCase());
  return errorCodes.every((code) => code === ValidationErrorsIBAN.WrongAccountBankBranchChecksum);
}

export const accountDetectors: readonly Detector[] = [
  {
    id: "iban",
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
    infoType: "payment_token",
    passes: "the prefix of a payment provider's identifiers",
    baseRate: 0.00001,
    expected: 0.9,
    alone: true,
    inText: false,
    test: matching(/^(?:cus|pm|card|tok|src|ba|seti|pi)_[A-Za-z0-9]{14,}$/),
  },
];
