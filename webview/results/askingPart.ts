import type { ApprovalState } from "../../protocol/approval/approval.ts";
import { approvalExpiry, approvalStanding } from "../../protocol/approval/approvalWords.ts";
import type { StatementEvent } from "../../protocol/messages.ts";
import type { ApprovalAct, ApprovalView, ResultsFromPage, RunHeading } from "../../protocol/views.ts";
import { button, element, icon } from "../element.ts";

const CLOCK_MS = 15_000;
const ICONS: Readonly<Record<ApprovalState, string>> = {
  pending: "clock",
  granted: "pass",
  used: "pass",
  denied: "error",
  withdrawn: "circle-slash",
  expired: "history",
  taken_back: "discard",
};

/** Asks others to agree to a statement that did not run, and then tells where that stands. */
export class AskingPart {
  readonly element = element("div", { class: "asking", tabindex: "-1" });
  readonly #event: StatementEvent;
  readonly #run: RunHeading;
  readonly #send: (message: ResultsFromPage) => void;
  readonly #clock: ReturnType<typeof setInterval>;
  readonly #standing = element("span", { role: "status" });
  readonly #expiry = element("span", { class: "note" });
  #view: ApprovalView | null = null;

  constructor(event: StatementEvent, run: RunHeading, send: (message: ResultsFromPage) => void) {
    this.#event = event;
    this.#run = run;
    this.#send = send;
    this.#clock = setInterval(() => this.#tellExpiry(), CLOCK_MS);
    this.element.append(...this.#offer());
  }

  show(view: ApprovalView): void {
    const before = this.#view;
    this.#view = view;
    if (JSON.stringify(view) === JSON.stringify(before)) return;
    const { state } = view.approval;
    const focused = this.element.contains(document.activeElement);
    this.element.replaceChildren(
      element(
        "div",
        { class: "standing" },
        icon(ICONS[state]),
        element("span", {}, this.#standing, this.#expiry),
      ),
      element("div", { class: "buttons" }, ...this.#buttons(view)),
    );
    this.#standing.textContent = approvalStanding(view.approval);
    this.#tellExpiry();
    if (focused) this.element.focus();
  }

  unmount(): void {
    clearInterval(this.#clock);
  }

  #offer(): readonly HTMLElement[] {
    if (this.#run.asksOthers) return [element("div", { class: "buttons" }, this.#askButton())];
    return [
      element(
        "p",
        { class: "note" },
        "Nobody can be asked from here: approvals go through your company's collector.",
      ),
      element(
        "div",
        { class: "buttons" },
        button("Set Up the Collector", "secondary", () => this.#send({ kind: "setUpCollector" })),
      ),
    ];
  }

  #buttons({ approval, textKept }: ApprovalView): readonly HTMLElement[] {
    const act = (label: string, what: ApprovalAct, primary = false) =>
      button(label, primary ? "primary" : "secondary", () =>
        this.#send({ kind: "approval", id: approval.id, act: what }),
      );
    const review = act("Show Request", "open");
    switch (approval.state) {
      case "pending":
        return [review, act("Withdraw", "withdraw")];
      case "granted":
        return [...(textKept ? [act("Run", "run", true)] : []), review, act("Withdraw", "withdraw")];
      case "used":
        return [review];
      case "denied":
      case "withdrawn":
      case "expired":
      case "taken_back":
        return [this.#askButton(), review];
    }
  }

  #askButton(): HTMLElement {
    const { index, report } = this.#event;
    const { runToken } = this.#run;
    const { statement, start } = report;
    return button("Ask for Approval…", "primary", () =>
      this.#send({ kind: "askApproval", runToken, index, statement, start }),
    );
  }

  /** Apart from the status, which would be read aloud with each minute. */
  #tellExpiry(): void {
    if (this.#view === null) return;
    const { approval, runsItself } = this.#view;
    const expiry = approvalExpiry(approval, new Date());
    const itself = runsItself && approval.state === "pending" ? " · runs by itself when it is approved" : "";
    this.#expiry.textContent = expiry === "" ? "" : ` · ${expiry}${itself}`;
  }
}
