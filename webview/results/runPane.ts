import type { ResultId } from "../../protocol/ids.ts";
import type { Problem, RowPage, StatementEvent, StatementReport } from "../../protocol/messages.ts";
import type { ApprovalView, ExportFormat, ResultsFromPage, RunHeading } from "../../protocol/views.ts";
import { element } from "../element.ts";
import { understood } from "../statementSummary.ts";
import { AskingPart } from "./askingPart.ts";
import { MessagesPanel } from "./messagesPanel.ts";
import { ResultPanel } from "./resultPanel.ts";
import { RunningBar } from "./runningBar.ts";
import { blockedPanel, cancelledPanel, failedPanel, problemPanel } from "./stoppedPanel.ts";
import { Tabs } from "./tabs.ts";

const MESSAGES = "messages";

/** Everything one run came to: a tab for each result set, one for what stopped it, one for messages. */
export class RunPane {
  readonly element: HTMLElement;
  readonly run: RunHeading;
  readonly #send: (message: ResultsFromPage) => void;
  readonly #tabs: Tabs;
  readonly #messages: MessagesPanel;
  readonly #results = new Map<string, ResultPanel>();
  readonly #running: RunningBar;
  readonly #asking = new Map<number, AskingPart>();
  /** Elevations that are over, with what is told of it. */
  readonly #over = new Map<string, string>();

  constructor(run: RunHeading, send: (message: ResultsFromPage) => void) {
    this.run = run;
    this.#send = send;
    this.#messages = new MessagesPanel(send);
    this.#tabs = new Tabs(`run-${run.runToken}`);
    this.#running = new RunningBar(() => send({ kind: "cancel", sessionId: run.sessionId }));
    this.element = element(
      "div",
      { class: "run" },
      element(
        "div",
        { class: "bar" },
        this.#tabs.list,
        element(
          "span",
          { class: "connection", "data-environment": run.environment },
          `${run.connection} · ${run.environment}`,
        ),
      ),
      this.#running.element,
      this.#tabs.panels,
    );
    this.#tabs.add({ id: MESSAGES, label: "Messages", icon: "output", panel: this.#messages.element });
  }

  add(event: StatementEvent): void {
    const { state } = event;
    this.#running.tell(event.index + (state.kind === "running" ? 1 : 2), event.total);
    if (state.kind === "running") return;
    this.#messages.add(event);
    if (state.kind === "rows") {
      this.#addResult(event, state);
    } else if (state.kind === "blocked") {
      const { label, icon } = stopOf(event.report);
      const asking = this.#askingOf(event);
      this.#addStopped(label, icon, blockedPanel(event, this.run, this.#reveal, asking));
    } else if (state.kind === "failed") {
      this.#addStopped("Failed", "error", failedPanel(event, state.problem, this.run, this.#reveal));
    } else if (state.kind === "cancelled") {
      this.#addStopped("Cancelled", "circle-slash", cancelledPanel(event));
    }
  }

  finish(problem: Problem | null): void {
    this.#running.finish();
    if (problem === null) return;
    this.#messages.addProblem(problem);
    this.#addStopped("Failed", "error", problemPanel(problem, this.run, this.#reveal));
  }

  /** Takes a page if it belongs to one of this run's results. */
  addPage(id: ResultId, page: RowPage): void {
    const panel = this.#panelOf(id);
    panel?.rows.add(page);
    panel?.update();
  }

  failPage(id: ResultId, problem: Problem): void {
    const panel = this.#panelOf(id);
    panel?.rows.fail(problem);
    panel?.update();
  }

  /** What was shown under an elevation is hidden, also in what comes later. */
  hide(elevation: string, why: string): void {
    this.#over.set(elevation, why);
    for (const panel of this.#results.values()) panel.hide(elevation, why);
  }

  tellUndone(recordSeq: number): void {
    this.#messages.tellUndone(recordSeq);
  }

  tellApproval(index: number, view: ApprovalView): void {
    this.#asking.get(index)?.show(view);
  }

  copy(): void {
    this.#shown?.copyAll();
  }

  export(format: ExportFormat): void {
    this.#shown?.export(format);
  }

  /** Ends everything that outlives the element. `close`: the agent may drop the results too. */
  unmount({ close }: { readonly close: boolean }): void {
    this.#running.finish();
    for (const asking of this.#asking.values()) asking.unmount();
    for (const panel of this.#results.values()) {
      if (close) panel.close();
      panel.unmount();
    }
  }

  get #shown(): ResultPanel | undefined {
    const { selected } = this.#tabs;
    return (
      (selected === null ? undefined : this.#results.get(selected)) ?? [...this.#results.values()].at(-1)
    );
  }

  readonly #reveal = (start: number, end: number): void =>
    this.#send({ kind: "reveal", runToken: this.run.runToken, start, end });

  #addResult(event: StatementEvent, state: Extract<StatementEvent["state"], { kind: "rows" }>): void {
    const label = `Result ${this.#results.size + 1}`;
    const panel = new ResultPanel(state, label, this.run.pageRows, this.#send);
    for (const [elevation, why] of this.#over) panel.hide(elevation, why);
    const id = `result-${event.index}`;
    this.#results.set(id, panel);
    this.#tabs.add({ id, label, icon: "table", panel: panel.element }, MESSAGES);
    if (this.#results.size === 1) this.#tabs.select(id);
  }

  /** Where others may agree to a statement, they can be asked. */
  #askingOf(event: StatementEvent): HTMLElement | null {
    if (!understood(event.report) || event.report.decision.verdict !== "approve") return null;
    const asking = new AskingPart(event, this.run, this.#send);
    this.#asking.set(event.index, asking);
    return asking.element;
  }

  #addStopped(label: string, iconName: string, panel: HTMLElement): void {
    const id = `stopped-${label}`;
    if (this.#tabs.has(id)) return;
    this.#tabs.add({ id, label, icon: iconName, panel }, MESSAGES);
    this.#tabs.select(id);
  }

  #panelOf(id: ResultId): ResultPanel | undefined {
    return [...this.#results.values()].find((panel) => panel.rows.id === id);
  }
}

function stopOf(report: StatementReport): { readonly label: string; readonly icon: string } {
  if (!understood(report)) return { label: "Cannot Run", icon: "error" };
  return report.decision.verdict === "approve"
    ? { label: "Needs Approval", icon: "person" }
    : { label: "Blocked", icon: "shield" };
}
