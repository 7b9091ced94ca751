import { type Detector, matching } from "./detector.ts";

export const healthDetectors: readonly Detector[] = [
  {
    id: "icd10_dotted",
    lengths: [5, 8],
    needs: "digit",
    infoType: "diagnosis_code",
    passes: "the form of ICD-10 codes",
    baseRate: 0.004,
    expected: 0.6,
    alone: true,
    inText: false,
    test: matching(/^[A-TV-Z]\d[0-9AB]\.[0-9A-Z]{1,4}$/),
  },
  {
    id: "icd10",
    lengths: [3, 8],
    needs: "digit",
    infoType: "diagnosis_code",
    passes: "the form of ICD-10 codes, with or without a dot",
    baseRate: 0.03,
    expected: 0.9,
    alone: false,
    inText: false,
    test: matching(/^[A-TV-Z]\d[0-9AB](?:\.?[0-9A-Z]{1,4})?$/),
  },
  {
    id: "medicare_mbi",
    digits: [4, 5, 6, 7, 8, 9, 10, 11],
    needs: "digit",
    infoType: "health_plan_id",
    passes: "the form of Medicare beneficiary numbers",
    baseRate: 0.0005,
    expected: 0.9,
    alone: true,
    inText: false,
    test: matching(
      /^[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}$/,
    ),
  },
];
