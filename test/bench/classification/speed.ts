/** Prints how fast texts and columns are searched, and what costs what: `node test/bench/classification/speed.ts`. */
import { calledCodesInText } from "../../../agent/classify/text/calledCodesInText.ts";
import { cardsInText } from "../../../agent/classify/text/cardsInText.ts";
import { codesInText } from "../../../agent/classify/text/codesInText.ts";
import { commandsInText } from "../../../agent/classify/text/commandsInText.ts";
import { emailsInText } from "../../../agent/classify/text/emailsInText.ts";
import { hanNamesInText } from "../../../agent/classify/text/hanNamesInText.ts";
import { namesInText } from "../../../agent/classify/text/namesInText.ts";
import { numbersInText } from "../../../agent/classify/text/numbersInText.ts";
import { plainText } from "../../../agent/classify/text/plainText.ts";
import { redactText } from "../../../agent/classify/text/redactText.ts";
import { secretsInText } from "../../../agent/classify/text/secretsInText.ts";
import { streetsInText } from "../../../agent/classify/text/streetsInText.ts";
import type { TextSearch } from "../../../agent/classify/text/textFinding.ts";
import { textStarts } from "../../../agent/classify/text/textStarts.ts";
import { lookAt, mayPass } from "../../../agent/classify/values/detector.ts";
import { DETECTORS } from "../../../agent/classify/values/detectors.ts";
import { gatherEvidence } from "../../../agent/classify/values/gatherEvidence.ts";
import { type Corpus, textCorpora, valueCorpora } from "./corpora.ts";

const RUNS = 5;
const TURNS = 20;
const ROWS = 300;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const characters = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + text.length, 0);
const pieces = (texts: readonly string[]): readonly string[] =>
  texts.join("\n").match(/[\s\S]{1,32768}/g) ?? [];

/** Seconds of processor time a run takes, the best of several: others may share the machine. */
function seconds(work: () => void, runs = RUNS): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const from = process.cpuUsage();
    work();
    best = Math.min(best, process.cpuUsage(from).user / 1e6);
  }
  return best;
}

/** Megabytes a second. */
function textSpeed(texts: readonly string[]): number {
  return characters(texts) / 1e6 / seconds(() => texts.forEach((text) => void redactText(text)));
}

/** Values a second. */
function columnSpeed(columns: readonly (readonly string[])[]): number {
  const scan = (): void => {
    for (const cells of columns) gatherEvidence({ cells, document: false, array: false });
  };
  const values = columns.reduce((sum, cells) => sum + cells.length, 0);
  const all = seconds(() => {
    for (let turn = 0; turn < TURNS; turn++) scan();
  });
  return (values * TURNS) / all;
}

function printTexts(corpora: readonly Corpus[]): void {
  print("Texts, everything on: megabytes a second");
  print(`  ${"".padEnd(30)}${"one by one".padStart(12)}${"32 KB each".padStart(12)}`);
  for (const { name, texts } of corpora) {
    const rates = [texts, pieces(texts)].map((of) => textSpeed(of).toFixed(1).padStart(12));
    print(`  ${name.padEnd(30)}${rates.join("")}`);
  }
}

function printSearches(corpora: readonly Corpus[]): void {
  const searches: readonly (readonly [string, TextSearch | null])[] = [
    ["where anything may begin", null],
    ["secrets", secretsInText],
    ["passwords in commands", commandsInText],
    ["e-mail addresses", emailsInText],
    ["IBANs, hosts, lettered numbers", codesInText],
    ["codes behind a word", calledCodesInText],
    ["cards in groups", cardsInText],
    ["numbers", numbersInText],
    ["streets", streetsInText],
    ["names", namesInText],
    ["names beside East Asian titles", hanNamesInText],
  ];
  print("\nWhat each search costs: nanoseconds a character");
  print(`  ${"".padEnd(32)}${corpora.map(({ name }) => name.split(/[ ,]/)[0]?.padStart(11)).join("")}`);
  for (const [name, search] of searches) {
    const costs = corpora.map(({ texts }) => {
      const parts = pieces(texts).map((text) => ({ text, starts: textStarts(text) }));
      const time = seconds(() => {
        for (const { text, starts } of parts)
          search === null ? textStarts(plainText(text).text) : search(text, starts);
      });
      return ((time * 1e9) / characters(texts)).toFixed(1).padStart(11);
    });
    print(`  ${name.padEnd(32)}${costs.join("")}`);
  }
}

function printColumns(corpora: readonly Corpus[]): void {
  print("\nColumn scans: values a second");
  for (const { name, texts } of corpora) {
    print(
      `  ${name.padEnd(30)}${Math.round(columnSpeed([texts]))
        .toLocaleString("en")
        .padStart(12)}`,
    );
  }
  const all = columnSpeed(corpora.map(({ texts }) => texts));
  print(`  ${"all together".padEnd(30)}${Math.round(all).toLocaleString("en").padStart(12)}`);
}

function printDetectors(corpora: readonly Corpus[]): void {
  print("\nWhat each detector costs: nanoseconds a value it is tried on, and the share of values it is");
  const rows = DETECTORS.map((detector) => {
    const [shortest, longest] = detector.lengths ?? [0, Number.POSITIVE_INFINITY];
    const tried = corpora
      .flatMap(({ texts }) => texts)
      .filter((text) => mayPass(detector, lookAt(text)) && text.length >= shortest && text.length <= longest);
    const time = seconds(() => tried.forEach((text) => void detector.test(text)));
    const nanoseconds = tried.length === 0 ? 0 : (time * 1e9) / tried.length;
    return { id: detector.id, nanoseconds, share: tried.length / (corpora.length * ROWS) };
  });
  rows.sort((a, b) => b.nanoseconds * b.share - a.nanoseconds * a.share);
  for (const { id, nanoseconds, share } of rows) {
    print(
      `  ${id.padEnd(30)}${nanoseconds.toFixed(0).padStart(8)}${`${(100 * share).toFixed(1)} %`.padStart(10)}`,
    );
  }
}

if (process.argv[1] === import.meta.filename) {
  const texts = textCorpora();
  const columns = valueCorpora(ROWS);
  printTexts(texts);
  printSearches(texts);
  printColumns(columns);
  printDetectors(columns);
}
