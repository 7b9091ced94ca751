import type { Approval } from "../../protocol/approval/approval.ts";
import {
  approvalExpiry,
  approvalStanding,
  askerName,
  boundNote,
} from "../../protocol/approval/approvalWords.ts";
import { letsGoOn } from "../../protocol/approval/stoppedTask.ts";
import type { Problem } from "../../protocol/messages.ts";
import type { ApprovalFromPage, ApprovalToPage, ApprovalView } from "../../protocol/views.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { element, icon } from "../element.ts";
import { riskTable } from "../riskTable.ts";
import { AnswerForm } from "./answerForm.ts";
import { columnTable } from "./columnTable.ts";
import { decisionList } from "./decisionList.ts";
import { factList } from "./factList.ts";
import { statementReview } from "./statementReview.ts";

const CLOCK_MS = 15_000;

/** Everything somebody has to see before they agree, and the way to answer. */
export class ReviewPage {
  readonly element = element("div", { class: "review" });
  readonly #answer: AnswerForm;
  readonly #status = element("p", { class: "standing", role: "status", tabindex: "-1" });
  readonly #expiry = element("p", { class: "expiry note" });
  readonly #problem = element("p", { class: "wrong", role: "alert", hidden: true });
  readonly #order = element(
    "div",
    { class: "order" },
    element("p", { class: "note" }, "Asking the collector…"),
  );
  #shownOrder = "";
  #view: ApprovalView | null = null;

  constructor(send: (message: ApprovalFromPage) => void) {
    this.#answer = new AnswerForm(send);
    this.element.append(
      element("div", { class: "content" }, this.#order),
      element("footer", {}, this.#status, this.#expiry, this.#problem, this.#answer.element),
    );
    setInterval(() => this.#tellExpiry(), CLOCK_MS);
  }

  receive(message: ApprovalToPage): void {
    if (message.kind === "problem") this.#fail(message.problem);
    else this.#show(message.view);
  }

  #show(view: ApprovalView): void {
    const before = this.#view;
    this.#view = view;
    this.#answer.ready();
    if (JSON.stringify(view) === JSON.stringify(before)) return;
    this.#problem.hidden = true;
    const shown = JSON.stringify([view.approval.order, view.approval.decisions, view.own]);
    // What the person reads, or has selected, stays as it is while only the state moves.
    if (shown !== this.#shownOrder) this.#order.replaceChildren(...contentOf(view));
    this.#shownOrder = shown;
    const standing = approvalStanding(view.approval);
    if (this.#status.textContent !== standing) this.#status.textContent = standing;
    this.#tellExpiry();
    const focused = this.#answer.element.contains(document.activeElement);
    this.#answer.show(view);
    if (focused && !this.#answer.element.contains(document.activeElement)) this.#status.focus();
  }

  #fail({ message, action }: Problem): void {
    this.#problem.replaceChildren(icon("error"), `${message} ${action}`);
    this.#problem.hidden = false;
    this.#answer.ready();
  }

  #tellExpiry(): void {
    this.#expiry.textContent = this.#view === null ? "" : approvalExpiry(this.#view.approval, new Date());
  }
}

function contentOf({ approval, own, byProgram }: ApprovalView): readonly (HTMLElement | string)[] {
  const { order, decisions } = approval;
  if (letsGoOn(order)) return stopped(approval);
  const { environment } = order.subject.connection;
  const parts: readonly (HTMLElement | null)[] = [
    element(
      "h1",
      {},
      own ? "You asked to run this on " : `${askerName(approval)} asks to run this on `,
      element(
        "span",
        { "data-environment": environment },
        `${visibleText(order.connectionName)} · ${environment}`,
      ),
    ),
    element("blockquote", { class: "purpose", "aria-label": "Purpose" }, visibleText(order.purpose)),
    element("p", {}, visibleText(order.reason)),
    element("h2", {}, "Statement"),
    statementReview(order),
    element("h2", {}, "What it does"),
    factList(approval),
    columnTable(order.columns),
    riskTable(order.risk, true),
    decisions.length === 0 ? null : element("h2", {}, "Decisions"),
    decisions.length === 0 ? null : decisionList(decisions),
    element("p", { class: "note" }, icon("lock"), noteOn(approval, byProgram === true)),
  ];
  return parts.filter((part) => part !== null);
}

/** A task that was stopped: nothing is to be run, and what stopped it is what there is to see. */
function stopped(approval: Approval): readonly HTMLElement[] {
  const { order, decisions } = approval;
  return [
    element("h1", {}, `${askerName(approval)} was stopped. May it go on?`),
    element("blockquote", { class: "purpose", "aria-label": "Purpose" }, visibleText(order.purpose)),
    element("p", {}, icon("debug-stop"), ` ${visibleText(order.reason)}`),
    element("h2", {}, "The task"),
    factList(approval),
    ...(decisions.length === 0 ? [] : [element("h2", {}, "Decisions"), decisionList(decisions)]),
    element("p", { class: "note" }, icon("lock"), boundNote(approval)),
  ];
}

const exact =
  "This is the exact text. Your answer is bound to it, what it means, this agent and its task, and this database, and is good for one run. What the agent says it is for is the agent's word.";

const noteOn = (approval: Approval, byProgram: boolean): string => (byProgram ? exact : boundNote(approval));
