import type { Task } from "../../protocol/task.ts";
import type { Engine } from "../engine.ts";
import { type ShownTask, shownTask } from "../shownTask.ts";
import * as schema from "./requestSchemas.ts";

/** Answers what a person asks about the tasks of programs. */
export function taskAnswers(engine: () => Promise<Engine>) {
  return {
    "sluice/tasks/list": async (params: unknown): Promise<readonly Task[]> => {
      const { limit } = schema.LIST_TASKS.parse(params);
      return (await engine()).tasks.list(limit);
    },
    "sluice/tasks/timeline": async (params: unknown): Promise<ShownTask> => {
      const { task, today } = schema.TASK_TIMELINE.parse(params);
      return shownTask(await engine(), task, today);
    },
  };
}
