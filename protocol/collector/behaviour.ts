import type { Influence } from "../behaviour/influence.ts";
import type { Exposure } from "../behaviour/modelExposure.ts";
import type { TaskTimeline } from "../behaviour/taskStep.ts";
import type { UpTo } from "./search.ts";

/** `GET /v1/tasks/:task`: one for each device whose records name the task. */
export interface TaskTimelines {
  readonly timelines: readonly {
    readonly chain: string;
    readonly device: string;
    readonly timeline: TaskTimeline;
    /** Whether all of the device's records of that time were looked through, and none of the task's texts was dropped. */
    readonly complete: boolean;
  }[];
}

/** `GET /v1/models?type=&environment=&from=&to=`: what models were shown, by label. */
export interface ModelsSeen {
  readonly exposures: readonly Exposure[];
  /** Statements that were looked at, and whether those are all. */
  readonly looked: number;
  readonly complete: boolean;
  /** Statements of which retention dropped the texts: what those showed cannot be told any more. */
  readonly dropped: number;
  readonly upTo: UpTo;
}

/** `GET /v1/suggestions`, with the filters of a search: newest first, each with what came of it on its device. */
export interface SuggestionsMade {
  readonly suggestions: readonly { readonly chain: string; readonly influence: Influence }[];
  /** Goes on from here as `cursor`; null at the end. */
  readonly next: string | null;
}
