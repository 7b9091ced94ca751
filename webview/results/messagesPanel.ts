import { counted } from "../../protocol/counted.ts";
import type {
  OfferedUndo,
  Problem,
  StatementEvent,
  StatementReport,
  StatementState,
  UndoOffer,
} from "../../protocol/messages.ts";
import type { ResultsFromPage } from "../../protocol/views.ts";
import { button, element, icon } from "../element.ts";
import { duration } from "../measures.ts";
import { statementSummary, understood } from "../statementSummary.ts";

const LONGEST_STATEMENT = 160;
const ICONS: Readonly<Record<StatementState["kind"], string>> = {
  running: "loading",
  rows: "pass",
  done: "pass",
  blocked: "shield",
  failed: "error",
  cancelled: "circle-slash",
};

/** What came of each statement of a run, in order. */
export class MessagesPanel {
  readonly element = element("div", { class: "messages" });
  readonly #list = element("ol", { "aria-label": "Messages" });
  readonly #send: (message: ResultsFromPage) => void;
  /** Where each change that can be undone offers it. */
  readonly #offers = new Map<number, HTMLElement>();

  constructor(send: (message: ResultsFromPage) => void) {
    this.#send = send;
    this.element.append(this.#list);
  }

  add({ report, state }: StatementEvent): void {
    const notices = "notices" in state ? state.notices : [];
    const undo = "undo" in state ? state.undo : undefined;
    const warnings = report.decision.findings.filter(
      ({ verdict, severity }) => verdict === "allow" && (severity === "warning" || severity === "error"),
    );
    this.#list.append(
      element(
        "li",
        { class: state.kind },
        element("div", { class: "outcome" }, icon(ICONS[state.kind]), outcomeText(report, state)),
        element("code", {}, oneLine(report.statement)),
        element("div", { class: "note" }, statementSummary(report)),
        ...warnings.map(({ message }) => element("div", { class: "warning" }, icon("warning"), message)),
        ...notices.map((notice) => element("div", { class: "notice" }, icon("info"), notice)),
        undo === undefined ? null : this.#undoLine(undo),
        ...("committed" in state ? (state.committed ?? []) : []).map((offer) =>
          this.#offerLine(
            offer,
            `${counted(offer.rows, "row")} of ${offer.table}, record ${offer.recordSeq}. `,
          ),
        ),
      ),
    );
  }

  /** Says so where it was offered. */
  tellUndone(recordSeq: number): void {
    this.#offers.get(recordSeq)?.replaceChildren(icon("discard"), "This change was undone.");
    this.#offers.delete(recordSeq);
  }

  #undoLine(undo: UndoOffer): HTMLElement {
    if (undo.kind === "none") {
      return element(
        "div",
        { class: "notice" },
        icon("info"),
        `This change cannot be undone: ${undo.reason}.`,
      );
    }
    if (undo.kind === "pending") {
      return element(
        "div",
        { class: "notice" },
        icon("info"),
        "This change can be undone once its transaction is committed. Its rows are kept in memory only.",
      );
    }
    return this.#offerLine(undo, "");
  }

  /** `of` says which change it is where it is not the one above. */
  #offerLine(undo: OfferedUndo, of: string): HTMLElement {
    const line = element(
      "div",
      { class: "undo" },
      button("Undo This Change", "secondary", () => this.#send({ kind: "undo", offer: undo })),
      `${of}Its rows are kept in memory only, until the agent or the connection ends.`,
    );
    this.#offers.set(undo.recordSeq, line);
    return line;
  }

  addProblem(problem: Problem): void {
    this.#list.append(
      element(
        "li",
        { class: "failed" },
        element("div", { class: "outcome" }, icon("error"), problem.message),
        element("div", { class: "note" }, problem.action),
      ),
    );
  }
}

function outcomeText(report: StatementReport, state: StatementState): string {
  switch (state.kind) {
    case "running":
      return "Running";
    case "rows": {
      const { page, milliseconds, record } = state;
      const amount = page.done
        ? counted(page.rows.length, "row")
        : `first ${counted(page.rows.length, "row")}`;
      return `${amount} · ${duration(milliseconds)} · record ${record.seq}`;
    }
    case "done": {
      const affected = state.affected === null ? "" : ` · ${counted(state.affected, "row")} affected`;
      return `${state.tag}${affected} · ${duration(state.milliseconds)} · record ${state.record.seq}`;
    }
    case "blocked":
      return `${understood(report) ? "Blocked" : "Cannot run"}${recordText(state.record)}`;
    case "failed":
      return `${state.problem.message}${recordText(state.record)}`;
    case "cancelled":
      return `Cancelled${recordText(state.record)}`;
  }
}

const recordText = (record: { readonly seq: number } | null): string =>
  record === null ? "" : ` · record ${record.seq}`;

function oneLine(statement: string): string {
  const line = statement
    .slice(0, 2 * LONGEST_STATEMENT)
    .replace(/\s+/g, " ")
    .trim();
  return line.length > LONGEST_STATEMENT ? `${line.slice(0, LONGEST_STATEMENT)}…` : line;
}
