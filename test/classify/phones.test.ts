import fc from "fast-check";
import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  isValidPhoneNumber,
} from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples";
import { describe, expect, it } from "vitest";
import { isNationalNumber, isPlanNumber } from "../../agent/classify/values/phonePlans.ts";
import { isInternationalPhone } from "../../agent/classify/values/phones.ts";

const COUNTRIES: readonly CountryCode[] = ["US", "GB", "DE", "FR", "ES", "IT", "NL", "BR", "IN", "MX", "JP"];
const callingCodes = new Map<string, string>(
  getCountries().map((country) => [country, getCountryCallingCode(country)]),
);
const digits = fc
  .tuple(fc.constantFrom("", "0", "1", "01", "044", "49", "52", "33"), fc.stringMatching(/^\d{5,13}$/))
  .map(([prefix, rest]) => (prefix + rest).slice(0, 15));

describe("numbering plans", () => {
  it("take the numbers the library takes, behind a plus and within a country", () => {
    let valid = 0;
    let missed = 0;
    const national = { total: 0, other: 0 };
    fc.assert(
      fc.property(digits, (number) => {
        if (isValidPhoneNumber(`+${number}`)) {
          valid++;
          if (!isPlanNumber(number)) missed++;
        } else expect({ number, valid: isPlanNumber(number) }).toEqual({ number, valid: false });
        for (const country of COUNTRIES) {
          national.total++;
          if (isValidPhoneNumber(number, country) !== isNationalNumber(number, country)) national.other++;
        }
      }),
      { numRuns: 3_000 },
    );
    expect(valid).toBeGreaterThan(100);
    expect(missed / valid).toBeLessThan(0.01);
    expect(national.other / national.total).toBeLessThan(0.01);
  });

  it("know the numbers of nearly every country without asking the library", () => {
    const numbers = Object.entries(examples);
    const known = numbers.filter(([country, national]) => {
      const code = callingCodes.get(country);
      return code !== undefined && isPlanNumber(code + national);
    });
    expect(known.length).toBeGreaterThan(numbers.length * 0.98);
    expect(known.length).toBeGreaterThan(200);
  });

  it.each(["+44 (0)20 7946 0958", "+1 (212) 555-0187", "0049 30 901820", "+49 30 901820 ext 12"])(
    "%s is one as the library reads it",
    (value) => {
      const plus = value.replace(/^00/, "+");
      expect(isInternationalPhone(value)).toBe(isValidPhoneNumber(plus));
    },
  );
});
