/** Prints how well and how fast texts are searched: `node test/bench/classification/redaction.ts`. */
import { allFakers } from "@faker-js/faker";
import { findInText, findStructured } from "../../../agent/classify/text/findInText.ts";
import { type LabelledText, labelledTexts } from "./texts.ts";

const print = (line: string): void => void process.stdout.write(`${line}\n`);

interface Counts {
  right: number;
  missed: number;
  wrong: number;
}

/** By type; a finding is right where it has the type and overlaps what stands there by more than half. */
export function countFindings(texts: readonly LabelledText[]): ReadonlyMap<string, Counts> {
  const counts = new Map<string, Counts>();
  const of = (type: string): Counts => {
    const known = counts.get(type) ?? { right: 0, missed: 0, wrong: 0 };
    counts.set(type, known);
    return known;
  };
  for (const { text, spans } of texts) {
    const findings = findInText(text);
    const overlaps = (a: { start: number; end: number }, b: { start: number; end: number }): boolean =>
      Math.min(a.end, b.end) - Math.max(a.start, b.start) > (b.end - b.start) / 2;
    for (const span of spans) {
      const hit = findings.some((finding) => finding.infoType === span.infoType && overlaps(finding, span));
      of(span.infoType)[hit ? "right" : "missed"] += 1;
    }
    for (const finding of findings) {
      if (!spans.some((span) => span.infoType === finding.infoType && overlaps(span, finding)))
        of(finding.infoType).wrong += 1;
    }
  }
  return counts;
}

function report(title: string, locales: readonly string[]): void {
  const texts = locales.flatMap((locale) => {
    const faker = Object.entries(allFakers).find(([known]) => known === locale)?.[1];
    if (faker === undefined) throw new Error(`There is no faker for ${locale}.`);
    faker.seed(11);
    faker.setDefaultRefDate("2026-01-01T00:00:00Z");
    return labelledTexts(faker, 1_700);
  });
  print(`\n${title}: ${texts.length} texts in ${locales.join(", ")}`);
  for (const [type, { right, missed, wrong }] of countFindings(texts)) {
    print(
      `  ${type.padEnd(18)} precision ${(right / (right + wrong)).toFixed(3)}  recall ${(right / (right + missed)).toFixed(3)}  of ${right + missed}`,
    );
  }
}

function speed(title: string, search: (text: string) => unknown): void {
  const faker = allFakers.en;
  faker.seed(3);
  const text = labelledTexts(faker, 40_000)
    .map((one) => one.text)
    .join("\n");
  const pieces = text.match(/[\s\S]{1,32768}/g) ?? [];
  for (const piece of pieces.slice(0, 8)) search(piece);
  const from = performance.now();
  for (const piece of pieces) search(piece);
  const seconds = (performance.now() - from) / 1000;
  print(`  ${title}: ${(text.length / 1e6 / seconds).toFixed(1)} MB/s`);
}

if (process.argv[1] === import.meta.filename) {
  report("Known locales", ["en", "de", "fr", "es", "it", "nl", "pl", "pt_BR"]);
  report("Locales held out", ["sv", "da", "nb_NO", "ro", "en_IN"]);
  print("\nSpeed");
  speed("numbers, addresses and keys", findStructured);
  speed("everything, names included", findInText);
}
