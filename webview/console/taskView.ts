import type { TaskTimelines } from "../../protocol/collector/behaviour.ts";
import { element } from "../element.ts";
import { taskReplay } from "../taskReplay.ts";
import { facts, link, section } from "./parts.ts";
import type { View, ViewContext } from "./view.ts";

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
          ["Models", timeline.models.join(", ")],
          ["State", stateWords(timeline.state)],
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
        }),
      ),
    ),
  );
  return { title: `Task ${task}`, body };
}

function stateWords(state: TaskTimelines["timelines"][number]["timeline"]["state"]): string {
  return state.kind === "stopped" ? `stopped: ${state.words}` : state.kind;
}
