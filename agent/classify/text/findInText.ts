import { isEmailAddress } from "../values/contacts.ts";
import { namesInText } from "./namesInText.ts";
import { codesInText, numbersInText } from "./numbersInText.ts";
import { secretsInText } from "./secretsInText.ts";
import type { TextFinding, TextSearch } from "./textFinding.ts";

const LOCAL_PART = /[\p{L}\p{N}_.+%'-]{1,64}$/u;
const DOMAIN = /^[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,6}/u;
const STREET =
  /(?<![\p{L}\p{N}])\d{1,6}[A-Za-z]?,? (?:(?:N|S|E|W|North|South|East|West)\.? )?(?:\p{Lu}[\p{L}.'-]{1,24} ){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Terrace|Highway|Parkway|Circle|Close|Crescent)\b\.?/gu;

/** Around each `@`: looking for addresses from every word would cost more than all else together. */
const emailsInText: TextSearch = (text) => {
  const found: TextFinding[] = [];
  for (let sign = text.indexOf("@"); sign >= 0; sign = text.indexOf("@", sign + 1)) {
    const local = LOCAL_PART.exec(text.slice(Math.max(0, sign - 64), sign))?.[0];
    const domain = DOMAIN.exec(text.slice(sign + 1, sign + 256))?.[0];
    if (local === undefined || domain === undefined) continue;
    const bare = local.replace(/^[.'-]+/, "");
    if (!isEmailAddress(`${bare}@${domain}`)) continue;
    const [start, end] = [sign - bare.length, sign + 1 + domain.length];
    found.push({ start, end, infoType: "email", detector: "email", score: 0.99 });
  }
  return found;
};

const streetsInText: TextSearch = (text) =>
  [...text.matchAll(STREET)].map((match) => at(match, "street_address", "street_in_text", 0.85));

const at = (match: RegExpExecArray, infoType: string, detector: string, score: number): TextFinding => ({
  start: match.index,
  end: match.index + match[0].length,
  infoType,
  detector,
  score,
});

const STRUCTURED: readonly TextSearch[] = [secretsInText, emailsInText, codesInText, numbersInText];
const EVERYTHING: readonly TextSearch[] = [...STRUCTURED, streetsInText, namesInText];

/** What has a form of its own: addresses, numbers, keys. In order, without overlaps. */
export const findStructured = (text: string): readonly TextFinding[] => search(text, STRUCTURED);

/** Everything, names of people and streets included. In order, without overlaps. */
export const findInText = (text: string): readonly TextFinding[] => search(text, EVERYTHING);

/** Of findings that overlap, the surer one stays, then the longer one. */
function search(text: string, searches: readonly TextSearch[]): readonly TextFinding[] {
  const found = searches.flatMap((one) => one(text));
  if (found.length < 2) return found;
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: TextFinding[] = [];
  for (const finding of found) {
    const last = kept.at(-1);
    if (last === undefined || finding.start >= last.end) kept.push(finding);
    else if (isBetter(finding, last)) kept[kept.length - 1] = finding;
  }
  return kept;
}

const isBetter = (a: TextFinding, b: TextFinding): boolean =>
  a.score > b.score || (a.score === b.score && a.end - a.start > b.end - b.start);
