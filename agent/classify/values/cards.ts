import { passesLuhn } from "./checkDigits.ts";
import { type Detector, digitsOf, matching } from "./detector.ts";

/** Issuer prefixes of the networks in use, with the lengths each issues. */
const CARD_SHAPES =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|(?:2131|1800|35\d{3})\d{11}|62\d{14,17}|(?:5018|5020|5038|6304|6759|676[1-3])\d{8,15})$/;

/** A payment card number: issuer prefix, length and Luhn checksum; blanks and hyphens allowed. */
export function isCardNumber(value: string): boolean {
  const digits = digitsOf(value);
  return digits !== null && digits.length >= 12 && CARD_SHAPES.test(digits) && passesLuhn(digits);
}

/** Digits with an issuer's prefix and length, whatever their checksum. */
export const looksLikeCard = (digits: string): boolean => CARD_SHAPES.test(digits);

export const cardDetectors: readonly Detector[] = [
  {
    id: "card_checksum",
    digits: [12, 13, 14, 15, 16, 17, 18, 19],
    needs: "digit",
    infoType: "payment_card",
    passes: "the issuer prefix and checksum of payment cards",
    baseRate: 0.026,
    expected: 0.9,
    alone: true,
    inText: true,
    test: isCardNumber,
  },
  {
    id: "card_track",
    lengths: [15, 512],
    needs: "digit",
    infoType: "card_track_or_pin",
    passes: "the layout of a card's magnetic stripe",
    baseRate: 0.0001,
    expected: 0.9,
    alone: true,
    inText: true,
    test: matching(/^(?:%B\d{13,19}\^|;\d{13,19}=)/),
  },
  {
    id: "card_expiry",
    lengths: [5, 9],
    needs: "digit",
    infoType: "card_expiry",
    passes: "the form of a card's expiry month",
    baseRate: 0.02,
    expected: 0.9,
    alone: false,
    inText: false,
    test: matching(/^(?:0[1-9]|1[0-2])\s?[/-]\s?(?:20)?[2-4]\d$/),
  },
  {
    id: "three_or_four_digits",
    lengths: [3, 4],
    needs: "digit",
    infoType: "card_cvv",
    passes: "the length of card security codes",
    baseRate: 0.2,
    expected: 0.95,
    alone: false,
    inText: false,
    test: matching(/^\d{3,4}$/),
  },
];
