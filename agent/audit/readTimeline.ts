import type { TaskTimeline } from "../../protocol/behaviour/taskStep.ts";
import { TaskTimelineReader } from "../../protocol/behaviour/taskTimeline.ts";
import { placedBodies } from "./placedBodies.ts";

/** Kinds of records that belong to a task without naming it. */
const FOLLOWS = /"kind":"(outcome|suggestion_decided|approval_decided)"/;

/** Everything a ledger holds of one task, in order; null where it knows of none. @throws LedgerError */
export function readTimeline(path: string, task: string): TaskTimeline | null {
  const reader = new TaskTimelineReader(task);
  const named = JSON.stringify(task);
  for (const body of placedBodies(path, (text) => text.includes(named) || FOLLOWS.test(text)))
    reader.take(body);
  return reader.timeline();
}
