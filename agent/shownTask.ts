import type { TaskTimeline } from "../protocol/behaviour/taskStep.ts";
import type { TodayVerdict } from "../protocol/behaviour/todayVerdict.ts";
import type { Task } from "../protocol/task.ts";
import { readTimeline } from "./audit/readTimeline.ts";
import type { Engine } from "./engine.ts";
import { judgeToday } from "./judgeToday.ts";
import { TaskError } from "./tasks.ts";

/** A task as it went; `today` has the verdicts of now by the record's number, where they were asked for. */
export interface ShownTask {
  readonly timeline: TaskTimeline;
  readonly task: Task;
  readonly today: readonly (readonly [number, TodayVerdict])[];
}

/** Everything that was done for a task; with `judges` also what would be decided of it now. @throws TaskError */
export async function shownTask(engine: Engine, task: string, judges: boolean): Promise<ShownTask> {
  const timeline = readTimeline(engine.rooms.home.ledger, task);
  if (timeline === null)
    throw new TaskError(
      "no-such-task",
      `There is no task "${task}".`,
      "`sluice tasks list` shows those there are.",
    );
  const today: (readonly [number, TodayVerdict])[] = [];
  for (const step of judges ? timeline.steps : [])
    if (step.kind === "statement") today.push([step.seq, await judgeToday(engine, step)]);
  return { timeline, task: engine.tasks.find(task), today };
}
