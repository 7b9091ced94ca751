import type { SeenColumn, TaskStep, TaskTimeline } from "../../protocol/behaviour/taskStep.ts";
import { counted } from "../../protocol/counted.ts";
import type { TodayVerdict } from "../judgeToday.ts";
import type { Io } from "./command.ts";
import { printable } from "./text.ts";

/** A task step by step, for a person at a terminal. `today`: what would be decided now, by the record's number. */
export function printTimeline(
  { steps, totals }: TaskTimeline,
  today: ReadonlyMap<number, TodayVerdict>,
  io: Io,
): void {
  io.out("\n");
  for (const step of steps) {
    const [head, ...more] = linesOf(step);
    io.out(`${step.at}  #${step.seq}  ${printable(head ?? "")}\n`);
    const now = today.get(step.seq);
    for (const line of now === undefined ? more : [...more, todayWords(now)])
      io.out(`    ${printable(line)}\n`);
  }
  const { statements, refused, rows, changed, anomalies } = totals;
  io.out(
    `\n${counted(statements, "statement")} ran, ${refused} did not; ${counted(rows, "row")} read, ${changed} changed; ${counted(anomalies, "anomaly", "anomalies")}.\n`,
  );
}

function linesOf(step: TaskStep): readonly string[] {
  switch (step.kind) {
    case "opened":
      return [`begins: ${step.purpose}`];
    case "suggested":
      return [
        `${step.model} suggests (${step.how}): ${oneLine(step.statement)}`,
        `prompt sha256 ${step.promptHash}`,
        ...(step.prompt === null ? [] : [`prompt: ${oneLine(step.prompt)}`]),
      ];
    case "suggestion_decided":
      return [
        `${step.by} decides: ${step.decision}${step.reason === null ? "" : `: ${step.reason}`} (looked ${(step.milliseconds / 1000).toFixed(1)} s)`,
      ];
    case "statement":
      return statementLines(step);
    case "approval_asked":
      return [`asks ${step.group} for approval ${step.approval}: ${oneLine(step.statement)}`];
    case "approval_answered":
      return [`${step.by} answers ${step.decision}: ${step.reason}`];
    case "stopped":
      return [`stopped (${step.cause}): ${step.words}`];
    case "resumed":
      return [`${step.by} lets it go on: ${step.reason}`];
    case "ended":
      return [`${step.how} by ${step.by}`];
  }
}

function statementLines(step: Extract<TaskStep, { kind: "statement" }>): readonly string[] {
  const { outcome } = step;
  const came = !step.ran
    ? `not run: ${step.reason}`
    : outcome === null
      ? "sent; what came of it is not known"
      : `${outcome.outcome}${outcome.errorClass === null ? "" : ` (${outcome.errorClass})`}, ${counted(outcome.affected ?? outcome.rows ?? 0, "row")}${outcome.affected === null ? "" : " changed"}`;
  const factors = step.riskFactors.map(({ name, points }) => `${name} +${points}`).join(", ");
  return [
    `${step.connection.name} (${step.connection.environment}): ${oneLine(step.statement)}`,
    `${step.verdict}; ${came}`,
    `risk ${step.risk}${factors === "" ? "" : ` (${factors})`}`,
    ...(step.anomalies.length === 0 ? [] : [`unusual: ${step.anomalies.join(", ")}`]),
    ...(step.seen.length === 0 ? [] : [`saw ${step.seen.map(seenWords).join(", ")}`]),
    ...(step.approvers.length === 0 ? [] : [`agreed to by ${step.approvers.join(", ")}`]),
    ...(step.suggestion === null ? [] : [`from suggestion ${step.suggestion}`]),
  ];
}

const seenWords = ({ column, infoType, mask }: SeenColumn): string =>
  `${column} (${infoType}, ${mask === null ? "as it is" : `masked: ${mask}`})`;

function todayWords(today: TodayVerdict): string {
  switch (today.kind) {
    case "same":
      return "today: the same";
    case "other":
      return `today: ${today.verdict}; ${today.reason}`;
    case "cannot_tell":
      return `today: cannot be told: ${today.why}`;
  }
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").slice(0, 400);
