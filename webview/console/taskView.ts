import { modelsWords } from "../../protocol/behaviour/stepWords.ts";
import type { TaskTimelines } from "../../protocol/collector/behaviour.ts";
import { markWords } from "../../protocol/task.ts";
import { element } from "../element.ts";
import { taskReplay } from "../taskReplay.ts";
import { facts, link, section } from "./parts.ts";
import type { View, ViewContext } from "./view.ts";

type Timeline = TaskTimelines["timelines"][number]["timeline"];

/** A program's task, step by step, each with the record that proves it. */
export async function taskView({ api, place }: ViewContext): Promise<View> {
  const [, task = ""] = place.path;
  const { timelines } = await api.get<TaskTimelines>(`/v1/tasks/${encodeURIComponent(task)}`);
  const body = element(
    "div",
    {},
    ...timelines.map(({ chain, device, timeline, complete }) =>
      section(
        timeline.purpose,
        facts(
          ["Who", timeline.actor],
          ["Models", modelsWords(timeline.models)],
          ["State", stateWords(timeline)],
          ["Mark", markOf(timeline)],
          ["Device", element("span", {}, link(device, ["devices", chain]))],
        ),
        complete
          ? null
          : element(
              "p",
              { class: "failed" },
              "The device has more records of that time than are shown here, or retention dropped their texts.",
            ),
        taskReplay(timeline, {
          recordOf: ({ seq, hash }) =>
            link(`record ${seq}, ${hash.slice(0, 12)}…`, ["records", chain, String(seq)]),
          todayOf: () => null,
          first: 0,
          onShow: () => {},
        }),
      ),
    ),
  );
  return { title: `Task ${task}`, body };
}

/** Ending a task leaves its mark; who has lifted it says so. */
function markOf({ mark }: Timeline): string | null {
  if (mark === null) return null;
  const { liftedBy } = mark;
  return `${markWords(mark)}${liftedBy === null ? "" : `; lifted by ${liftedBy}`}`;
}

function stateWords({ state }: Timeline): string {
  return state.kind === "stopped" ? `stopped: ${state.words}` : state.kind;
}
