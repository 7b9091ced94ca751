import { provideVSCodeDesignSystem, vsCodeButton } from "@vscode/webview-ui-toolkit";
import type { SessionId } from "../../protocol/ids.ts";
import type { ResultsFromPage, ResultsToPage } from "../../protocol/views.ts";
import { editorApi, onMessage } from "../editorApi.ts";
import { element } from "../element.ts";
import { RunPane } from "./runPane.ts";
import "../page.css";
import "../statement.css";
import "./results.css";
import "./grid/grid.css";

provideVSCodeDesignSystem().register(vsCodeButton());

const MOST_RUNS = 5;
const editor = editorApi<ResultsFromPage, null>();
const send = (message: ResultsFromPage): void => editor.postMessage(message);

/** The last run of each session; the newest last. */
const panes = new Map<SessionId, RunPane>();
const chooser = element("select", { class: "runs", "aria-label": "Results of", hidden: true });
const place = element("div", { class: "place" });
let shown: RunPane | null = null;

const invitation = element(
  "p",
  { class: "empty" },
  "Run a statement from a SQL document or the Query view to see its result here.",
);
place.append(invitation);
document.getElementById("page")?.append(chooser, place);
chooser.addEventListener("change", () =>
  show([...panes.values()].find(({ run }) => run.sessionId === chooser.value) ?? null),
);
onMessage<ResultsToPage>(receive);
show(null);
send({ kind: "ready" });

function receive(message: ResultsToPage): void {
  switch (message.kind) {
    case "started": {
      const { run } = message;
      drop(run.sessionId, false);
      const pane = new RunPane(run, send);
      pane.element.dataset.vscodeContext = JSON.stringify({ runToken: run.runToken });
      panes.set(run.sessionId, pane);
      place.append(pane.element);
      const oldest = [...panes.keys()][0];
      if (panes.size > MOST_RUNS && oldest !== undefined) drop(oldest, true);
      show(pane);
      return;
    }
    case "statement":
      paneOf(message.event.runToken)?.add(message.event);
      return;
    case "finished":
      paneOf(message.runToken)?.finish(message.problem);
      return;
    case "page":
      for (const pane of panes.values()) pane.addPage(message.resultId, message.page);
      return;
    case "pageFailed":
      for (const pane of panes.values()) pane.failPage(message.resultId, message.problem);
      return;
    case "undone":
      for (const pane of panes.values()) pane.tellUndone(message.recordSeq);
      return;
    case "elevationOver":
      for (const pane of panes.values()) pane.hide(message.id, message.why);
      return;
    case "approval":
      paneOf(message.runToken)?.tellApproval(message.index, message.view);
      return;
    case "copy":
      shown?.copy();
      return;
    case "export":
      shown?.export(message.format);
      return;
    case "clear":
      for (const id of [...panes.keys()]) drop(id, true);
      show(null);
      return;
  }
}

/** The agent itself closes the results of a session that runs something new. */
function drop(id: SessionId, close: boolean): void {
  const pane = panes.get(id);
  pane?.unmount({ close });
  pane?.element.remove();
  panes.delete(id);
}

/** Panes stay in the page while another is shown: a removed grid would lose where it was scrolled to. */
function show(pane: RunPane | null): void {
  shown = pane;
  invitation.hidden = pane !== null;
  for (const other of panes.values()) other.element.hidden = other !== pane;
  chooser.hidden = panes.size < 2;
  chooser.replaceChildren(
    ...[...panes.values()].map(({ run }) =>
      element(
        "option",
        { value: run.sessionId, selected: run === pane?.run },
        `${run.title} — ${run.connection}`,
      ),
    ),
  );
}

const paneOf = (runToken: string): RunPane | undefined =>
  [...panes.values()].find(({ run }) => run.runToken === runToken);
