import { provideVSCodeDesignSystem, vsCodeButton } from "@vscode/webview-ui-toolkit";
import { modelsWords } from "../../protocol/behaviour/stepWords.ts";
import { markWords, type Task } from "../../protocol/task.ts";
import type { TaskFromPage, TaskToPage } from "../../protocol/views.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { editorApi, onMessage } from "../editorApi.ts";
import { button, element, icon } from "../element.ts";
import { taskReplay } from "../taskReplay.ts";
import "../page.css";
import "./task.css";

provideVSCodeDesignSystem().register(vsCodeButton());

const editor = editorApi<TaskFromPage, { readonly task: string }>();
const MARKED =
  "For an hour after that, writes, exports and wider reads of any agent of the same person wait for that person; ending the task changes nothing of it.";
const problem = element("div", { class: "problem", role: "alert" });
const shown = element("div", {});
(document.getElementById("page") ?? document.body).append(problem, shown);
const refresh = (): HTMLElement =>
  button("Refresh", "secondary", () => editor.postMessage({ kind: "ready" }));

/** The step somebody looks at, which stays where the page is drawn anew. */
let looksAt: { readonly task: string; readonly position: number } | null = null;

onMessage<TaskToPage>((message) => {
  if (message.kind === "problem") {
    const { message: what, action } = message.problem;
    const again = shown.childElementCount === 0 ? refresh() : "";
    problem.replaceChildren(element("p", {}, icon("error"), ` ${what} ${action}`), again);
    return;
  }
  problem.replaceChildren();
  const { timeline, task, today } = message;
  editor.setState({ task: timeline.task });
  const decided = new Map(today);
  const first = looksAt?.task === timeline.task ? looksAt.position : 0;
  keepingFocus(() =>
    shown.replaceChildren(
      element("h1", {}, visibleText(timeline.purpose)),
      element(
        "p",
        { class: "note" },
        visibleText(
          `${timeline.actor}; model ${modelsWords(timeline.models)}; ${timeline.state.kind}; task ${timeline.task}`,
        ),
      ),
      element(
        "div",
        { class: "acts" },
        refresh(),
        button("Judge by Today's Policy", "secondary", () => editor.postMessage({ kind: "judge" })),
        ...decisions(task).map(([words, kind]) =>
          button(words, "secondary", () => editor.postMessage({ kind })),
        ),
      ),
      ...markNote(task, timeline.mark?.liftedBy ?? null),
      taskReplay(timeline, {
        recordOf: ({ seq, hash }) => element("span", { title: hash }, `record ${seq}, ${hash.slice(0, 12)}…`),
        todayOf: ({ seq }) => decided.get(seq) ?? null,
        first,
        onShow: (position) => {
          looksAt = { task: timeline.task, position };
        },
      }),
    ),
  );
});
editor.postMessage({ kind: "ready" });

/** The button with the same words has the focus afterwards: whoever works by keyboard goes on where they were. */
function keepingFocus(draw: () => void): void {
  const words = shown.contains(document.activeElement) ? document.activeElement?.textContent : null;
  draw();
  if (words === null) return;
  const same = [...shown.querySelectorAll<HTMLElement>("button, vscode-button")].find(
    ({ textContent }) => textContent === words,
  );
  same?.focus();
}

function markNote({ mark }: Task, liftedBy: string | null): readonly HTMLElement[] {
  if (mark !== null)
    return [element("p", { class: "note" }, icon("warning"), ` ${markWords(mark)}. ${MARKED}`)];
  const words = `Its mark was lifted by ${visibleText(liftedBy ?? "")}.`;
  return liftedBy === null ? [] : [element("p", { class: "note" }, words)];
}

/** What a person can decide about a task as it stands. */
function decisions({ state, mark }: Task): readonly (readonly [string, TaskFromPage["kind"]])[] {
  switch (state.kind) {
    case "stopped":
      return [
        ["Let It Go On...", "resume"],
        ["End the Task...", "end"],
      ];
    case "open":
      return [["End the Task...", "end"]];
    case "ended":
      return mark === null ? [] : [["Lift Its Mark...", "lift_mark"]];
  }
}
