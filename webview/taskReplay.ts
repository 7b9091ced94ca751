import { seenWords, stepHeading, stepLines } from "../protocol/behaviour/stepWords.ts";
import type { TaskStep, TaskTimeline } from "../protocol/behaviour/taskStep.ts";
import { type TodayVerdict, todayWords } from "../protocol/behaviour/todayVerdict.ts";
import { upToStep } from "../protocol/behaviour/upToStep.ts";
import { counted } from "../protocol/counted.ts";
import { visibleText } from "../protocol/visibleText.ts";
import { button, element, icon } from "./element.ts";
import "./taskReplay.css";

const ICONS: Readonly<Record<TaskStep["kind"], string>> = {
  opened: "play",
  suggested: "sparkle",
  suggestion_decided: "person",
  statement: "database",
  approval_asked: "question",
  approval_answered: "person",
  stopped: "debug-stop",
  resumed: "debug-continue",
  ended: "circle-slash",
  mark_lifted: "unlock",
};

export interface ReplayOptions {
  /** Where a step's record can be looked at and proven. */
  recordOf(step: TaskStep): HTMLElement;
  /** What would be decided of a step now; null where that was not asked. */
  todayOf(step: TaskStep): TodayVerdict | null;
  /** The position to begin at: where somebody was before the page was drawn anew. */
  readonly first: number;
  readonly onShow: (position: number) => void;
}

/** A task as it went: one step after the other, with what it had come to by then. Arrow keys go on and back. */
export function taskReplay({ steps }: TaskTimeline, options: ReplayOptions): HTMLElement {
  const items = steps.map((step, position) => {
    const choose = element(
      "button",
      { type: "button", class: "step-choice" },
      icon(ICONS[step.kind]),
      element("time", { datetime: step.at }, new Date(step.at).toLocaleTimeString()),
      element("span", { class: "step-words" }, visibleText(stepHeading(step))),
    );
    choose.addEventListener("click", () => show(position));
    return element("li", { class: classOf(step) }, choose);
  });
  const now = element("div", { class: "step-now", "aria-live": "polite" });
  const place = element("span", { class: "step-place" });
  const list = element("ol", { class: "steps", "aria-label": "Steps of the task" }, ...items);
  let current = 0;
  const show = (position: number): void => {
    const step = steps[position];
    if (step === undefined) return;
    items[current]?.querySelector("button")?.removeAttribute("aria-current");
    current = position;
    items[position]?.querySelector("button")?.setAttribute("aria-current", "step");
    place.textContent = `Step ${position + 1} of ${steps.length}`;
    now.replaceChildren(...stepNow(step, steps, position, options));
    options.onShow(position);
  };
  const go = (by: number): void => {
    show(current + by);
    items[current]?.scrollIntoView({ block: "nearest" });
  };
  list.addEventListener("keydown", (event) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    go(by);
    items[current]?.querySelector("button")?.focus();
  });
  const whole = element(
    "div",
    { class: "replay" },
    element(
      "div",
      { class: "replay-bar" },
      button("Previous", "secondary", () => go(-1)),
      button("Next", "primary", () => go(1)),
      place,
    ),
    element("div", { class: "replay-parts" }, list, now),
  );
  show(Math.min(options.first, steps.length - 1));
  return whole;
}

function classOf(step: TaskStep): string {
  if (step.kind !== "statement") return step.kind;
  const unusual = step.anomalies.length > 0 ? " unusual" : "";
  return `statement ${step.ran ? step.verdict : "blocked"}${unusual}`;
}

function stepNow(
  step: TaskStep,
  steps: readonly TaskStep[],
  position: number,
  { recordOf, todayOf }: ReplayOptions,
): readonly HTMLElement[] {
  const today = todayOf(step);
  const text = "statement" in step ? step.statement : null;
  const { statements, refused, rows, changed, anomalies, seen } = upToStep(steps, position);
  return [
    element("h3", {}, visibleText(stepHeading(step))),
    ...(text === null ? [] : [element("pre", { class: "sql", tabindex: "0" }, visibleText(text))]),
    element("ul", { class: "plain" }, ...stepLines(step).map((line) => element("li", {}, visibleText(line)))),
    ...(today === null
      ? []
      : [element("p", { class: `today ${today.kind}` }, visibleText(todayWords(today)))]),
    element("p", { class: "note" }, `${new Date(step.at).toLocaleString()}, `, recordOf(step)),
    element("h3", {}, "Up to here"),
    element(
      "p",
      {},
      `${counted(statements, "statement")} ran and ${refused} did not; ${counted(rows, "row")} read, ${changed} changed; ${counted(anomalies, "anomaly", "anomalies")}.`,
    ),
    element(
      "ul",
      { class: "plain" },
      ...seen.map((column) => element("li", {}, visibleText(seenWords(column)))),
    ),
  ];
}
