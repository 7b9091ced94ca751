import type { SeenColumn, TaskStep } from "./taskStep.ts";

/** What a task had come to after a step. */
export interface UpToStep {
  readonly statements: number;
  readonly refused: number;
  readonly rows: number;
  readonly changed: number;
  readonly anomalies: number;
  /** Every labelled column it had been shown. */
  readonly seen: readonly SeenColumn[];
}

/** Adds up a task's steps to the one at `position`, that one too. */
export function upToStep(steps: readonly TaskStep[], position: number): UpToStep {
  const seen = new Map<string, SeenColumn>();
  const sum = { statements: 0, refused: 0, rows: 0, changed: 0, anomalies: 0 };
  for (const step of steps.slice(0, position + 1)) {
    if (step.kind !== "statement") continue;
    if (step.ran) sum.statements += 1;
    else sum.refused += 1;
    sum.rows += step.outcome?.rows ?? 0;
    sum.changed += step.outcome?.affected ?? 0;
    sum.anomalies += step.anomalies.length;
    for (const column of step.seen)
      if (seen.get(column.column)?.mask !== null) seen.set(column.column, column);
  }
  return { ...sum, seen: [...seen.values()] };
}
