import type { Detector } from "../values/detector.ts";
import { DETECTORS } from "../values/detectors.ts";

/** Something in a text. Offsets in UTF-16 code units. */
export interface TextFinding {
  readonly start: number;
  readonly end: number;
  readonly infoType: string;
  readonly detector: string;
}

/**
 * Places where something may begin, cheap and bounded: an address with `@`, a run of digits with the usual
 * separators, an IBAN, a long token, a URL with a password, a key block.
 */
const CANDIDATES: readonly { readonly pattern: RegExp; readonly detectors: readonly Detector[] }[] = [
  {
    pattern: /[\p{L}\p{N}_.+%-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,6}/gu,
    detectors: named("email"),
  },
  {
    pattern: /(?<![\p{L}\p{N}])\+?\(?\d[\d\s().-]{5,28}\d(?![\p{L}\p{N}])/gu,
    detectors: named("card_checksum", "us_ssn_formatted", "phone_international", "phone_formatted"),
  },
  {
    pattern: /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,8}(?![\p{L}\p{N}])/gu,
    detectors: named("iban"),
  },
  {
    pattern: /[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{1,64}:[^\s/@]{1,128}@[^\s"'<>]{1,200}/gi,
    detectors: named("url_with_password"),
  },
  {
    pattern: /(?<![\w./+-])[\w$][\w./+=$-]{19,511}(?![\w/+-])/g,
    detectors: named("key_prefix", "jwt", "password_hash"),
  },
  { pattern: /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----/g, detectors: named("private_key") },
];

/** Everything of a recognisable form in a text, in order, without overlaps: the earlier and longer wins. */
export function findInText(text: string): readonly TextFinding[] {
  const found: TextFinding[] = [];
  for (const { pattern, detectors } of CANDIDATES) {
    for (const match of text.matchAll(pattern)) {
      const value = match[0].trim();
      const hit = detectors.find((detector) => detector.test(value));
      if (hit === undefined) continue;
      const { infoType, id } = hit;
      found.push({ start: match.index, end: match.index + value.length, infoType, detector: id });
    }
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: TextFinding[] = [];
  for (const finding of found) if (finding.start >= (kept.at(-1)?.end ?? 0)) kept.push(finding);
  return kept;
}

function named(...ids: readonly string[]): readonly Detector[] {
  return ids.flatMap((id) => DETECTORS.filter((detector) => detector.id === id));
}
