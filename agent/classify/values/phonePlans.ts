import type { CountryCode } from "libphonenumber-js/max";
import metadata from "libphonenumber-js/metadata.max.json";

/** Where the library keeps what is known of a country. It publishes no names for the places; a test holds to them. */
const CALLING_CODE = 0;
const GENERAL_PATTERN = 2;
const LENGTHS = 3;
const NATIONAL_PREFIX = 5;
const PREFIX_PATTERN = 7;
const TRANSFORM = 8;
const TYPES = 11;

const LONGEST_CALLING_CODE = 3;

/** What is known of the countries of a calling code. */
interface CallingCode {
  /** Of each country, what its kinds of numbers look like: fixed lines, mobiles, and so on. */
  readonly plans: readonly {
    readonly numbers: RegExp;
    readonly prefix: RegExp | null;
    readonly transform: string;
  }[];
  /** Digits that numbers may have. */
  readonly lengths: ReadonlySet<number>;
}
const callingCodes = new Map<string, CallingCode>();

/** Whether digits behind a `+` are a number of some country's plan, perhaps with the prefix dialled within it. */
export function isPlanNumber(digits: string): boolean {
  const code = callingCodeOf(digits);
  if (code === null) return false;
  const national = digits.slice(code.length);
  return knownCode(code).plans.some(
    ({ numbers, prefix, transform }) =>
      numbers.test(national) || (prefix !== null && numbers.test(national.replace(prefix, transform))),
  );
}

/** Whether digits behind a `+` are as many as numbers of that country have. */
export function isPlanLength(digits: string): boolean {
  const code = callingCodeOf(digits);
  return code !== null && knownCode(code).lengths.has(digits.length - code.length);
}

function callingCodeOf(digits: string): string | null {
  for (let length = 1; length <= LONGEST_CALLING_CODE; length++) {
    const code = digits.slice(0, length);
    if (Object.hasOwn(metadata.country_calling_codes, code)) return code;
  }
  return null;
}

function knownCode(code: string): CallingCode {
  const found = callingCodes.get(code);
  if (found !== undefined) return found;
  const countries = countriesOf(code).map(planOf);
  const known: CallingCode = {
    plans: countries.map((plan, position) => {
      const types = listAt(plan, TYPES).flatMap((type) => textAt(Array.isArray(type) ? type : [], 0) ?? []);
      const numbers = types.length > 0 ? types.join("|") : (textAt(plan, GENERAL_PATTERN) ?? "(?!)");
      return {
        numbers: new RegExp(`^(?:${numbers})$`),
        // As the library does, the prefix of the largest of the countries that share a code is taken away.
        prefix: position === 0 ? prefixOf(plan) : null,
        transform: textAt(plan, TRANSFORM) ?? "",
      };
    }),
    lengths: new Set(
      countries.flatMap((plan) => listAt(plan, LENGTHS).filter((length) => typeof length === "number")),
    ),
  };
  callingCodes.set(code, known);
  return known;
}

const countriesOf = (code: string): readonly CountryCode[] =>
  Object.entries(metadata.country_calling_codes).find(([known]) => known === code)?.[1] ?? [];

/** What is dialled before numbers within a country. */
function prefixOf(plan: readonly unknown[]): RegExp | null {
  const prefix = textAt(plan, PREFIX_PATTERN) ?? textAt(plan, NATIONAL_PREFIX);
  return prefix === null ? null : new RegExp(`^(?:${prefix})`);
}

/** Whether digits are a number as written within a country, with or without what is dialled in front there. */
export function isNationalNumber(digits: string, country: CountryCode): boolean {
  const code = textAt(planOf(country), CALLING_CODE);
  if (code === null) return false;
  const { plans } = knownCode(code);
  const prefix = prefixes.get(country) ?? prefixOf(planOf(country));
  prefixes.set(country, prefix);
  const transform = textAt(planOf(country), TRANSFORM) ?? "";
  const fits = (number: string): boolean => plans.some(({ numbers }) => numbers.test(number));
  if (fits(digits) || (prefix !== null && fits(digits.replace(prefix, transform)))) return true;
  return digits.startsWith(code) && fits(digits.slice(code.length));
}

const prefixes = new Map<CountryCode, RegExp | null>();

const planOf = (country: CountryCode): readonly unknown[] => metadata.countries[country] ?? [];

function listAt(list: readonly unknown[], position: number): readonly unknown[] {
  const value = list[position];
  return Array.isArray(value) ? value : [];
}

function textAt(list: readonly unknown[], position: number): string | null {
  const value = list[position];
  return typeof value === "string" ? value : null;
}
