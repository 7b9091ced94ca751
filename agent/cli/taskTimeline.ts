import { stepHeading, stepLines } from "../../protocol/behaviour/stepWords.ts";
import { todayWords } from "../../protocol/behaviour/todayVerdict.ts";
import { counted } from "../../protocol/counted.ts";
import type { ShownTask } from "../shownTask.ts";
import type { Io } from "./command.ts";
import { printable } from "./text.ts";

/** A task step by step, for a person at a terminal. */
export function printTimeline({ timeline: { steps, totals }, today }: ShownTask, io: Io): void {
  const decided = new Map(today);
  io.out("\n");
  for (const step of steps) {
    io.out(`${step.at}  #${step.seq}  ${printable(stepHeading(step))}\n`);
    const now = decided.get(step.seq);
    for (const line of now === undefined ? stepLines(step) : [...stepLines(step), todayWords(now)])
      io.out(`    ${printable(line)}\n`);
  }
  const { statements, refused, rows, changed, anomalies } = totals;
  io.out(
    `\n${counted(statements, "statement")} ran, ${refused} did not; ${counted(rows, "row")} read, ${changed} changed; ${counted(anomalies, "anomaly", "anomalies")}.\n`,
  );
}
