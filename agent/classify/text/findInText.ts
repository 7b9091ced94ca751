import { emailsInText, streetsInText } from "./addressesInText.ts";
import { codesInText } from "./codesInText.ts";
import { namesInText } from "./namesInText.ts";
import { numbersInText } from "./numbersInText.ts";
import { secretsInText } from "./secretsInText.ts";
import type { TextFinding, TextSearch } from "./textFinding.ts";
import { textStarts } from "./textStarts.ts";

const STRUCTURED: readonly TextSearch[] = [secretsInText, emailsInText, codesInText, numbersInText];
const EVERYTHING: readonly TextSearch[] = [...STRUCTURED, streetsInText, namesInText];

/** What has a form of its own: addresses, numbers, keys. In order, without overlaps. */
export const findStructured = (text: string): readonly TextFinding[] => search(text, STRUCTURED);

/** Everything, names of people and streets included. In order, without overlaps. */
export const findInText = (text: string): readonly TextFinding[] => search(text, EVERYTHING);

/** Of findings that overlap, the surer one stays, then the longer one. */
function search(text: string, searches: readonly TextSearch[]): readonly TextFinding[] {
  const starts = textStarts(text);
  const found: TextFinding[] = [];
  for (const one of searches) found.push(...one(text, starts));
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
