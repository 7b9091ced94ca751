import type { TextArea } from "@vscode/webview-ui-toolkit";
import type { SuggestionReview } from "../../protocol/suggestion/suggestion.ts";
import type { SuggestionFromPage } from "../../protocol/views.ts";
import { button, element, icon } from "../element.ts";

const NO_REASON = "Say why: it goes on the record.";

/** Approve and run, edit, or reject with a reason. */
export class DecisionForm {
  readonly element = element("div", { class: "answer", hidden: true });
  readonly #send: (message: SuggestionFromPage) => void;
  readonly #run: HTMLElement;
  readonly #reason: TextArea = document.createElement("vscode-text-area");
  readonly #missing = element("p", { class: "wrong", role: "alert", hidden: true }, icon("error"), NO_REASON);
  /** What was chosen is on its way: a second click is none. */
  #busy = false;

  constructor(send: (message: SuggestionFromPage) => void) {
    this.#send = send;
    this.#reason.textContent = "Reason (required to reject)";
    this.#reason.setAttribute("rows", "2");
    this.#reason.setAttribute("maxlength", "2000");
    this.#reason.setAttribute("resize", "vertical");
    this.#reason.addEventListener("input", () => {
      this.#missing.hidden = true;
    });
    this.#run = button("Approve and Run", "primary", () => this.#act({ kind: "run" }));
    this.element.append(
      this.#reason,
      this.#missing,
      element(
        "div",
        { class: "buttons" },
        this.#run,
        button("Edit", "secondary", () => this.#act({ kind: "edit" })),
        button("Reject", "secondary", () => this.#reject()),
      ),
    );
  }

  show({ report, former }: SuggestionReview): void {
    this.element.hidden = false;
    this.#run.textContent = former?.used === true ? "Approve and Run Again" : "Approve and Run";
    this.#run.hidden = report.decision.verdict === "deny";
  }

  /** The last act is answered: the next may be chosen. */
  ready(): void {
    this.#setBusy(false);
  }

  #reject(): void {
    const reason = this.#reason.value.trim();
    if (reason === "") {
      this.#missing.hidden = false;
      this.#reason.control.focus();
      return;
    }
    this.#act({ kind: "reject", reason });
  }

  #act(message: SuggestionFromPage): void {
    if (this.#busy) return;
    this.#setBusy(true);
    this.#send(message);
  }

  #setBusy(busy: boolean): void {
    this.#busy = busy;
    this.element.setAttribute("aria-busy", String(busy));
  }
}
