import { stdnum } from "stdnum";
import { QUICK_CHECKS } from "./checkDigits.ts";
import { type Detector, digitsOf, matching } from "./detector.ts";

/** Area 000, 666 and 9xx, group 00 and serial 0000 were never given out. */
const SSN_DIGITS = /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/;

const isFormattedSsn = (value: string): boolean =>
  /^\d{3}-\d{2}-\d{4}$/.test(value) && SSN_DIGITS.test(value.replaceAll("-", ""));

/**
 * National numbers with a checksum, each with the share of strings of the same look that pass by chance. Where
 * it is high, only a name or a whole column of hits makes it evidence.
 */
const NATIONAL: readonly (readonly [
  country: string,
  kind: string,
  baseRate: number,
  digits: readonly number[],
  look: RegExp,
])[] = [
  ["BR", "cpf", 0.01, [11], /^\d{3}\.?\d{3}\.?\d{3}-?\d{2}$/],
  ["ES", "dni", 0.04, [8], /^\d{8}-?[A-Z]$/i],
  ["ES", "nie", 0.04, [7], /^[XYZ]-?\d{7}-?[A-Z]$/i],
  ["FR", "nir", 0.012, [14, 15], /^[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}$/i],
  ["IT", "codicefiscale", 0.002, [7], /^[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]$/i],
  ["MX", "curp", 0.002, [7, 8], /^[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z\d]\d$/i],
  ["NL", "bsn", 0.09, [9], /^\d{9}$/],
  ["PL", "pesel", 0.03, [11], /^\d{11}$/],
  ["SE", "personnummer", 0.01, [10, 12], /^(?:\d{2})?\d{6}[-+]?\d{4}$/],
  ["FI", "hetu", 0.002, [9, 10], /^\d{6}[-+A]\d{3}[0-9A-Y]$/i],
  ["NO", "fodselsnummer", 0.005, [11], /^\d{6} ?\d{5}$/],
  ["DK", "cpr", 0.03, [10], /^\d{6}-?\d{4}$/],
  ["BE", "nn", 0.01, [11], /^\d{2}\.?\d{2}\.?\d{2}-?\d{3}\.?\d{2}$/],
  ["CH", "ssn", 0.001, [13], /^756\.?\d{4}\.?\d{4}\.?\d{2}$/],
  ["IN", "aadhaar", 0.08, [12], /^\d{4} ?\d{4} ?\d{4}$/],
  ["CN", "ric", 0.003, [17, 18], /^\d{17}[\dX]$/i],
  ["KR", "rrn", 0.01, [13], /^\d{6}-?\d{7}$/],
  ["TR", "tckimlik", 0.01, [11], /^[1-9]\d{10}$/],
  ["HK", "hkid", 0.09, [6, 7], /^[A-Z]{1,2}\d{6}\(?[\dA]\)?$/i],
  ["ZA", "idnr", 0.01, [13], /^\d{13}$/],
  ["DE", "idnr", 0.02, [11], /^[1-9]\d{10}$/],
  ["CA", "sin", 0.09, [9], /^\d{3}[ -]?\d{3}[ -]?\d{3}$/],
  ["AU", "tfn", 0.09, [9], /^\d{3} ?\d{3} ?\d{3}$/],
  ["GB", "nino", 0.01, [6], /^[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]$/i],
  ["RO", "cnp", 0.005, [13], /^[1-9]\d{12}$/],
  ["BG", "egn", 0.03, [10], /^\d{10}$/],
  ["HR", "oib", 0.1, [11], /^\d{11}$/],
  ["EE", "ik", 0.05, [11], /^[1-8]\d{10}$/],
  ["CZ", "rc", 0.03, [9, 10], /^\d{6}\/?\d{3,4}$/],
];

function nationalDetector([
  country,
  kind,
  baseRate,
  digits,
  look,
]: (typeof NATIONAL)[number]): readonly Detector[] {
  const validator = stdnum[country]?.[kind];
  if (validator === undefined) return [];
  const quick = QUICK_CHECKS[`${country}_${kind}`];
  // The library reads Swedish numbers with their hyphen only.
  const asWritten = (value: string): string =>
    country === "SE" && !/\D/.test(value) ? `${value.slice(0, -4)}-${value.slice(-4)}` : value;
  const mayPass = (value: string): boolean => quick === undefined || quick(value.replace(/\D/g, ""));
  return [
    {
      id: `national_${country.toLowerCase()}_${kind}`,
      needs: "digit",
      dear: true,
      infoType: "national_id",
      passes: `the check digits of ${country} national numbers`,
      baseRate,
      expected: 0.9,
      alone: true,
      inText: false,
      digits,
      test: (value) =>
        value.length <= 24 &&
        look.test(value) &&
        mayPass(value) &&
        validator.validate(asWritten(value)).isValid,
    },
  ];
}

export const governmentIdDetectors: readonly Detector[] = [
  {
    id: "us_ssn_formatted",
    digits: [9],
    needs: "digit",
    infoType: "us_ssn",
    passes: "the form of US social security numbers",
    baseRate: 0.001,
    expected: 0.9,
    alone: true,
    inText: true,
    test: isFormattedSsn,
  },
  {
    id: "us_ssn_digits",
    digits: [9],
    needs: "digit",
    infoType: "us_ssn",
    passes: "the ranges of US social security numbers",
    baseRate: 0.88,
    expected: 0.97,
    alone: false,
    inText: false,
    test: (value) => SSN_DIGITS.test(digitsOf(value) ?? ""),
  },
  ...NATIONAL.flatMap(nationalDetector),
  {
    id: "us_ein",
    digits: [9],
    needs: "digit",
    infoType: "organisation_tax_id",
    passes: "the form of US employer numbers",
    baseRate: 0.01,
    expected: 0.9,
    alone: false,
    inText: false,
    test: matching(/^\d{2}-\d{7}$/),
  },
];
