import { counted } from "../counted.ts";
import { markWords } from "../task.ts";
import type { SeenColumn, TaskStep } from "./taskStep.ts";

const MOST_MODELS = 5;

/** The models of a task; whoever claims another with each call is told by their number. */
export const modelsWords = (models: readonly string[]): string =>
  [
    ...models.slice(0, MOST_MODELS),
    ...(models.length > MOST_MODELS ? [`${models.length - MOST_MODELS} more`] : []),
  ].join(", ");

/** What a step is, in a line; the first words say who did what. */
export function stepHeading(step: TaskStep): string {
  switch (step.kind) {
    case "opened":
      return `Begins: ${step.purpose}`;
    case "suggested":
      return `${step.model} suggests (${step.how}): ${oneLine(step.statement)}`;
    case "suggestion_decided":
      return `${step.by} decides: ${step.decision}${step.reason === null ? "" : `: ${step.reason}`}`;
    case "statement":
      return `${step.connection.name} (${step.connection.environment}): ${oneLine(step.statement)}`;
    case "approval_asked":
      return `Asks ${step.group} for approval: ${oneLine(step.statement)}`;
    case "approval_answered":
      return `${step.by} answers ${step.decision}: ${step.reason}`;
    case "stopped":
      return `Stopped (${step.cause}): ${step.words}`;
    case "resumed":
      return `${step.by} lets it go on: ${step.reason}`;
    case "ended":
      return `${step.how === "expired" ? "Ran out of time" : "Ended"}, by ${step.by}`;
    case "mark_lifted":
      return `${step.by} lifts its mark: ${step.reason}`;
  }
}

/** Everything else a step says, a line each. */
export function stepLines(step: TaskStep): readonly string[] {
  switch (step.kind) {
    case "opened": {
      const { statements, rows, minutes } = step.budget;
      return [
        `It may run ${counted(statements, "statement")} and read ${counted(rows, "row")} in ${minutes} minutes.`,
      ];
    }
    case "suggested":
      return [
        `Prompt: SHA-256 ${step.promptHash}`,
        ...(step.prompt === null ? [] : [`Prompt: ${oneLine(step.prompt)}`]),
      ];
    case "suggestion_decided":
      return [`The review was in view for ${(step.milliseconds / 1000).toFixed(1)} s.`];
    case "statement":
      return statementLines(step);
    case "mark_lifted":
      return [
        `${markWords(step.mark)}. From here on that counts no further against other tasks of the same person.`,
      ];
    default:
      return [];
  }
}

function statementLines(step: Extract<TaskStep, { kind: "statement" }>): readonly string[] {
  const factors = step.riskFactors.map(({ name, points }) => `${name} +${points}`).join(", ");
  return [
    `${{ allow: "Allowed", approve: "Needs approval", deny: "Denied" }[step.verdict]}; ${cameOf(step)}`,
    `Risk ${step.risk}${factors === "" ? "" : ` (${factors})`}`,
    ...(step.anomalies.length === 0 ? [] : [`Unusual: ${[...new Set(step.anomalies)].join(", ")}`]),
    ...(step.seen.length === 0 ? [] : [`Saw ${step.seen.map(seenWords).join(", ")}`]),
    ...(step.writes.length === 0 ? [] : [`Writes ${step.writes.join(", ")}`]),
    ...(step.approvers.length === 0 ? [] : [`Agreed to by ${step.approvers.join(", ")}`]),
    ...(step.suggestion === null ? [] : [`From suggestion ${step.suggestion}`]),
  ];
}

function cameOf({ ran, reason, outcome }: Extract<TaskStep, { kind: "statement" }>): string {
  if (!ran) return `not run: ${reason}`;
  if (outcome === null) return "sent; what came of it is not known";
  const failed = outcome.errorClass === null ? "" : ` (${outcome.errorClass})`;
  const rows =
    outcome.affected === null
      ? counted(outcome.rows ?? 0, "row")
      : `${counted(outcome.affected, "row")} changed`;
  return `${outcome.outcome.replace("_", " ")}${failed}, ${rows}`;
}

export const seenWords = ({ column, infoType, mask }: SeenColumn): string =>
  `${column} (${infoType}, ${mask === null ? "as it is" : `masked: ${mask}`})`;

const oneLine = (text: string): string => text.replace(/\s+/g, " ").slice(0, 400);
