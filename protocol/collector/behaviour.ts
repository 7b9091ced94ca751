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

/** What a model's statements were chosen by, or counted, without being shown any of it. */
export type FilteredByModel = Pick<
  Exposure,
  "model" | "infoType" | "level" | "environment" | "statements" | "first" | "last"
>;

/** What one model has been shown of one kind of data, in the whole log. */
export interface SeenByModel extends Exposure {
  /** Further columns of it that are not named here. */
  readonly moreColumns: number;
}

/** `GET /v1/models?model=&type=&environment=&from=&to=`: what models were shown, by label, in the whole log. */
export interface ModelsSeen {
  readonly exposures: readonly SeenByModel[];
  readonly filtered: readonly FilteredByModel[];
  /** Whether every line is here; each is of everything that was counted either way. */
  readonly complete: boolean;
  /** Statements of AI agents whose texts were gone before they were counted, and the latest time of one; null for none. */
  readonly missed: number;
  readonly since: string | null;
  readonly upTo: UpTo;
}

/** `GET /v1/suggestions`, with the filters of a search: newest first, each with what came of it on its device. */
export interface SuggestionsMade {
  readonly suggestions: readonly { readonly chain: string; readonly influence: Influence }[];
  /** Goes on from here as `cursor`; null at the end. */
  readonly next: string | null;
}
