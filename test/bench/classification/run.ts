/** Prints how well columns are classified: `node test/bench/classification/run.ts`. */

import { judgeTables, labelledTables } from "./judge.ts";
import { HELD_OUT, LOCALES } from "./locales.ts";
import { falseAlarms, KEPT_UNSEEN, ORDINARY_SCHEMAS } from "./ordinarySchemas.ts";
import { scoreOf } from "./score.ts";

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

function report(title: string, locales: readonly string[], withValues: boolean, details: boolean): void {
  const tables = labelledTables(locales);
  const judged = judgeTables(tables, withValues);
  const score = scoreOf(judged);
  print(`\n${title}: ${tables.length} tables, ${judged.length} columns, ${locales.length} locales`);
  print(
    `  macro F1 ${score.macroF1.toFixed(3)}, hidden ${percent(score.recall)} of what is to hide, ${percent(score.falseAlarms)} of what is not`,
  );
  if (details) {
    for (const { type, columns, precision, recall, f1 } of score.types) {
      print(
        `  ${type.padEnd(24)} ${String(columns).padStart(4)}  P ${precision.toFixed(2)}  R ${recall.toFixed(2)}  F1 ${f1.toFixed(2)}`,
      );
    }
  }
  for (const { key, expected, got } of score.confusions)
    print(`  taken for ${got} instead of ${expected}: ${key}`);
  if (!withValues) return;
  print("  confidence said and share right:");
  for (const [low, high] of [
    [0, 0.8],
    [0.8, 0.9],
    [0.9, 0.95],
    [0.95, 1.01],
  ] as const) {
    const band = judged.filter(({ label }) => label.confidence >= low && label.confidence < high);
    const right = band.filter(({ expected, got }) => expected === got).length;
    if (band.length > 0)
      print(`    ${low} to ${Math.min(1, high)}: ${percent(right / band.length)} of ${band.length}`);
  }
}

const known = LOCALES.filter((locale) => !HELD_OUT.includes(locale));
report("Names and values", known, true, true);
report("Names alone", known, false, false);
report("Names and values, locales held out", HELD_OUT, true, false);
report("Names alone, locales held out", HELD_OUT, false, false);
for (const file of ORDINARY_SCHEMAS) {
  const { columns, labelled } = await falseAlarms(file);
  print(`\nNames alone, ${file}: ${percent(labelled.length / columns)} of ${columns} columns`);
  // Nothing is to be learned from what is kept to measure with.
  if (file !== KEPT_UNSEEN) for (const key of labelled) print(`  labelled: ${key}`);
}
