import type { Exposure } from "../behaviour/modelExposure.ts";
import type { TaskTimeline } from "../behaviour/taskStep.ts";
import type { UpTo } from "./search.ts";

/** `GET /v1/tasks/:task`: one for each device whose records name the task. */
export interface TaskTimelines {
  readonly timelines: readonly {
    readonly chain: string;
    readonly device: string;
    readonly timeline: TaskTimeline;
    /** Whether all of the device's records of that time were looked through. */
    readonly complete: boolean;
  }[];
}

/** `GET /v1/models?type=&environment=&from=&to=`: what models were shown, by label. */
export interface ModelsSeen {
  readonly exposures: readonly Exposure[];
  /** Statements that were looked at, and whether those are all. */
  readonly looked: number;
  readonly complete: boolean;
  readonly upTo: UpTo;
}
