/** Whether the check digits of a number are right. A `CheckDigits` is given digits alone. */
export type CheckDigits = (digits: string) => boolean;

const digitAt = (digits: string, position: number): number => digits.charCodeAt(position) - 48;

/** The checksum of payment cards. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let position = digits.length - 1, double = false; position >= 0; position--, double = !double) {
    const digit = digitAt(digits, position);
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === 0;
}

function weighted(digits: string, weights: readonly number[]): number {
  let sum = 0;
  for (let position = 0; position < weights.length; position++) {
    sum += digitAt(digits, position) * (weights[position] ?? 0);
  }
  return sum;
}

/** A weighted sum, check digit included, that a modulus divides. */
const divides =
  (modulus: number, ...weights: readonly number[]): CheckDigits =>
  (digits) =>
    weighted(digits, weights) % modulus === 0;

/** A check digit behind a weighted sum of the digits before it. */
const follows =
  (weights: readonly number[], digitOf: (sum: number) => number): CheckDigits =>
  (digits) =>
    digitOf(weighted(digits, weights)) === digitAt(digits, weights.length);

/** ISO 7064, modulus 11, 10. */
function passesMod11And10(digits: string): boolean {
  let product = 10;
  for (let position = 0; position < digits.length - 1; position++) {
    product = (((digitAt(digits, position) + product) % 10 || 10) * 2) % 11;
  }
  return (11 - product) % 10 === digitAt(digits, digits.length - 1);
}

const all =
  (...checks: readonly CheckDigits[]): CheckDigits =>
  (digits) =>
    checks.every((check) => check(digits));

const passesTurkish = all(
  follows([7, -1, 7, -1, 7, -1, 7, -1, 7], (sum) => ((sum % 10) + 10) % 10),
  follows([1, 1, 1, 1, 1, 1, 1, 1, 1, 1], (sum) => sum % 10),
);

function passesEstonian(digits: string): boolean {
  const first = weighted(digits, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
  const check = first < 10 ? first : (weighted(digits, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11) % 10;
  return check === digitAt(digits, 10);
}

/** The remainder of the first nine digits; people born from 2000 on count a 2 in front. */
function passesBelgian(digits: string): boolean {
  const number = Number(digits.slice(0, 9));
  const check = Number(digits.slice(9));
  return check === 97 - (number % 97) || check === 97 - ((2_000_000_000 + number) % 97);
}

/** ISO 7064, modulus 11, 2, for numbers whose check character is a digit. */
const passesChinese = follows(
  [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2],
  (sum) => (12 - (sum % 11)) % 11,
);

/** A day of a month, the month moved by what some countries add to it. */
const born =
  (day: number, month: number, shifts: readonly number[]): CheckDigits =>
  (digits) => {
    const days = Number(digits.slice(day, day + 2));
    const months = Number(digits.slice(month, month + 2));
    return days >= 1 && days <= 31 && shifts.some((shift) => months - shift >= 1 && months - shift <= 12);
  };

/**
 * What is quickly told of national numbers. The library that validates them builds an error for each that is none,
 * which takes longer than all of these together: it is asked about those that pass.
 */
export const QUICK_CHECKS: Readonly<Record<string, CheckDigits>> = {
  BR_cpf: all(
    follows([10, 9, 8, 7, 6, 5, 4, 3, 2], (sum) => ((sum * 10) % 11) % 10),
    follows([11, 10, 9, 8, 7, 6, 5, 4, 3, 2], (sum) => ((sum * 10) % 11) % 10),
  ),
  NL_bsn: divides(11, 9, 8, 7, 6, 5, 4, 3, 2, -1),
  PL_pesel: divides(10, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1),
  SE_personnummer: (digits) => passesLuhn(digits.slice(-10)),
  NO_fodselsnummer: all(
    divides(11, 3, 7, 6, 1, 8, 9, 4, 5, 2, 1),
    divides(11, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1),
  ),
  DK_cpr: born(0, 2, [0]),
  BE_nn: passesBelgian,
  CN_ric: (digits) => digits.length < 18 || passesChinese(digits),
  FR_nir: (digits) =>
    digits.length < 15 || 97 - (Number(digits.slice(0, 13)) % 97) === Number(digits.slice(13)),
  KR_rrn: follows([2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5], (sum) => (11 - (sum % 11)) % 10),
  TR_tckimlik: passesTurkish,
  ZA_idnr: all(born(4, 2, [0]), passesLuhn),
  DE_idnr: passesMod11And10,
  HR_oib: passesMod11And10,
  CA_sin: passesLuhn,
  AU_tfn: divides(11, 1, 4, 3, 7, 5, 8, 6, 9, 10),
  RO_cnp: follows([2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9], (sum) => (sum % 11 === 10 ? 1 : sum % 11)),
  BG_egn: follows([2, 4, 8, 5, 10, 9, 7, 3, 6], (sum) => (sum % 11) % 10),
  EE_ik: passesEstonian,
  CZ_rc: born(4, 2, [0, 20, 50, 70]),
};
