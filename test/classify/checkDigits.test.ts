import fc from "fast-check";
import { stdnum } from "stdnum";
import { describe, expect, it } from "vitest";
import { QUICK_CHECKS } from "../../agent/classify/values/checkDigits.ts";

/** How many digits the numbers of each kind have. */
const LENGTHS: Readonly<Record<string, readonly number[]>> = {
  BR_cpf: [11],
  NL_bsn: [9],
  PL_pesel: [11],
  SE_personnummer: [10, 12],
  NO_fodselsnummer: [11],
  DK_cpr: [10],
  BE_nn: [11],
  CN_ric: [18],
  FR_nir: [15],
  KR_rrn: [13],
  TR_tckimlik: [11],
  ZA_idnr: [13],
  DE_idnr: [11],
  HR_oib: [11],
  CA_sin: [9],
  AU_tfn: [9],
  RO_cnp: [13],
  BG_egn: [10],
  EE_ik: [11],
  CZ_rc: [9, 10],
};

/** A year, month and day in two digits each, for numbers that begin with when somebody was born. */
const dated = fc
  .tuple(fc.integer({ min: 30, max: 99 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, "0")));

describe("quick checks of national numbers", () => {
  it.each(Object.entries(QUICK_CHECKS))("%s refuse no number the library takes", (id, check) => {
    const [country = "", kind = ""] = id.split("_");
    const library = stdnum[country]?.[kind];
    const lengths = LENGTHS[id] ?? [];
    expect([library === undefined, lengths.length]).not.toContain(0);
    let taken = 0;
    let refused = 0;
    const numbers = fc
      .tuple(fc.constantFrom(...lengths), fc.nat(3), dated, fc.stringMatching(/^[1-9]\d{13}$/))
      .map(([length, form, [year = "", month = "", day = ""], rest]) => {
        if (country === "CN")
          return `110105${year === "" ? "" : "19"}${year}${month}${day}${rest.slice(0, 2)}`;
        const begin = [
          rest.slice(0, 6),
          `${year}${month}${day}`,
          `${rest[0]}${year}${month}${day}`,
          `${day}${month}${year}`,
        ];
        const century = length === 12 && form === 1 ? "19" : "";
        return (century + (begin[form] ?? "") + rest.slice(6)).slice(0, length - 2);
      });
    fc.assert(
      fc.property(numbers, (start) => {
        for (let end = 0; end < 100; end++) {
          const number = start + String(end).padStart(2, "0");
          const passes = check(number);
          if (!passes) refused++;
          const written = country === "SE" ? `${number.slice(0, -4)}-${number.slice(-4)}` : number;
          if (library?.validate(written).isValid !== true) continue;
          taken++;
          expect({ number, passes }).toEqual({ number, passes: true });
        }
      }),
      { numRuns: 60 },
    );
    expect(taken).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });
});
