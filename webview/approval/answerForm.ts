import type { TextArea } from "@vscode/webview-ui-toolkit";
import { letsGoOn } from "../../protocol/approval/stoppedTask.ts";
import type { ApprovalFromPage, ApprovalView } from "../../protocol/views.ts";
import { button, element, icon } from "../element.ts";

const NO_REASON = "Say why: whoever asked has to know.";

/** Approve and Deny for those who may; for who asked, Run and Withdraw; for anybody else, why not. */
export class AnswerForm {
  readonly element = element("div", { class: "answer" });
  readonly #send: (message: ApprovalFromPage) => void;
  readonly #reason: TextArea = document.createElement("vscode-text-area");
  readonly #missing = element("p", { class: "wrong", role: "alert", hidden: true }, icon("error"), NO_REASON);
  #shown = "";
  #goesOn = false;
  /** What was chosen is on its way: a second click is none. */
  #busy = false;

  constructor(send: (message: ApprovalFromPage) => void) {
    this.#send = send;
    this.#reason.setAttribute("rows", "2");
    this.#reason.setAttribute("maxlength", "2000");
    this.#reason.setAttribute("resize", "vertical");
    this.#reason.addEventListener("input", () => {
      this.#missing.hidden = true;
    });
  }

  show(view: ApprovalView): void {
    const { approval, own, whyNot, textKept } = view;
    const shown = JSON.stringify([approval.state, own, whyNot, textKept]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#goesOn = letsGoOn(approval.order);
    this.#reason.textContent = this.#goesOn ? "Reason" : "Reason (required to deny)";
    const buttons = whyNot === null ? this.#answers() : own ? this.#ownActs(view) : [];
    const row = buttons.length === 0 ? [] : [element("div", { class: "buttons" }, ...buttons)];
    if (whyNot === null) this.element.replaceChildren(this.#reason, this.#missing, ...row);
    else this.element.replaceChildren(...row, ...notes(view));
  }

  /** The last act is answered: the next may be chosen. */
  ready(): void {
    this.#setBusy(false);
  }

  #answers(): readonly HTMLElement[] {
    return [
      button(this.#goesOn ? "Let It Go On" : "Approve", "primary", () => this.#decide("approve")),
      button(this.#goesOn ? "Leave It Stopped" : "Deny", "secondary", () => this.#decide("deny")),
    ];
  }

  #ownActs({ approval, textKept }: ApprovalView): readonly HTMLElement[] {
    const withdraw = button("Withdraw", "secondary", () => this.#act({ kind: "withdraw" }));
    if (approval.state === "pending") return [withdraw];
    if (approval.state !== "granted") return [];
    const run = button("Run", "primary", () => this.#act({ kind: "run" }));
    return textKept ? [run, withdraw] : [withdraw];
  }

  #decide(decision: "approve" | "deny"): void {
    const reason = this.#reason.value.trim();
    if ((decision === "deny" || this.#goesOn) && reason === "") {
      this.#missing.hidden = false;
      this.#reason.control.focus();
      return;
    }
    this.#act({ kind: "decide", decision, reason });
  }

  #act(message: ApprovalFromPage): void {
    if (this.#busy) return;
    this.#setBusy(true);
    this.#send(message);
  }

  /** Buttons stay focusable: one that is disabled would lose the keyboard's place. */
  #setBusy(busy: boolean): void {
    this.#busy = busy;
    this.element.setAttribute("aria-busy", String(busy));
  }
}

function notes({ approval, own, whyNot, textKept }: ApprovalView): readonly HTMLElement[] {
  const lost =
    own && approval.state === "granted" && !textKept
      ? "The statement's text is not kept in this workspace: run it where it was asked for, or ask again."
      : "";
  // What came of it stands above already.
  const why = approval.state === "pending" ? (whyNot ?? "") : "";
  return [why, lost].filter((text) => text !== "").map((text) => element("p", { class: "note" }, text));
}
