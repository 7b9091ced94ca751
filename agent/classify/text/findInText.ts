import { calledCodesInText } from "./calledCodesInText.ts";
import { cardsInText } from "./cardsInText.ts";
import { codesInText } from "./codesInText.ts";
import { commandsInText } from "./commandsInText.ts";
import { emailsInText } from "./emailsInText.ts";
import { hanNamesInText } from "./hanNamesInText.ts";
import { namesInText } from "./namesInText.ts";
import { numbersInText } from "./numbersInText.ts";
import { plainText } from "./plainText.ts";
import { secretsInText } from "./secretsInText.ts";
import { streetsInText } from "./streetsInText.ts";
import type { TextFinding, TextSearch } from "./textFinding.ts";
import { textStarts } from "./textStarts.ts";

const STRUCTURED: readonly TextSearch[] = [
  secretsInText,
  commandsInText,
  emailsInText,
  codesInText,
  calledCodesInText,
  cardsInText,
  numbersInText,
];
const EVERYTHING: readonly TextSearch[] = [...STRUCTURED, streetsInText, namesInText, hanNamesInText];

/** What has a form of its own: addresses, numbers, keys. In order, without overlaps. */
export const findStructured = (text: string): readonly TextFinding[] => search(text, STRUCTURED);

/** Everything, names of people and streets included. In order, without overlaps. */
export const findInText = (text: string): readonly TextFinding[] => search(text, EVERYTHING);

/** Of findings that overlap, the surer one stays, then the longer one. */
function search(written: string, searches: readonly TextSearch[]): readonly TextFinding[] {
  const { text, places } = plainText(written);
  const starts = textStarts(text);
  const found: TextFinding[] = [];
  for (const one of searches) found.push(...one(text, starts));
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: TextFinding[] = [];
  for (const finding of found) {
    const last = kept.at(-1);
    if (last === undefined || finding.start >= last.end) kept.push(finding);
    else if (isBetter(finding, last)) kept[kept.length - 1] = finding;
  }
  return text === written
    ? kept
    : kept.map((finding) => ({ ...finding, start: places(finding.start), end: places(finding.end) }));
}

const isBetter = (a: TextFinding, b: TextFinding): boolean =>
  a.score > b.score || (a.score === b.score && a.end - a.start > b.end - b.start);
