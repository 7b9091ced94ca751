import type { TextField } from "@vscode/webview-ui-toolkit";
import type { QueryBoxFromPage, QueryBoxToPage } from "../../protocol/views.ts";
import { button, element, icon } from "../element.ts";

type Told = Extract<QueryBoxToPage, { kind: "asking" | "suggested" | "nothing" }>;

/** Where a question is asked in words; what a model answers goes into the box below it. */
export class QuestionPart {
  readonly element = element("div", { class: "question" });
  readonly #send: (message: QueryBoxFromPage) => void;
  readonly #field: TextField = document.createElement("vscode-text-field");
  readonly #ask: HTMLElement;
  readonly #stop: HTMLElement;
  readonly #told = element("ul", { class: "findings told", "aria-live": "polite", "aria-label": "Answer" });

  constructor(send: (message: QueryBoxFromPage) => void) {
    this.#send = send;
    this.#field.textContent = "Question";
    this.#field.setAttribute("placeholder", "Ask in words: orders of last week…");
    this.#field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      event.stopPropagation();
      this.#asked();
    });
    this.#ask = button("Ask", "secondary", () => this.#asked());
    this.#stop = button("Stop", "secondary", () => send({ kind: "cancelAsk" }));
    this.#stop.hidden = true;
    this.element.append(element("div", { class: "ask" }, this.#field, this.#ask, this.#stop), this.#told);
  }

  receive(message: Told): void {
    switch (message.kind) {
      case "asking":
        this.#ask.hidden = message.asking;
        this.#stop.hidden = !message.asking;
        if (message.asking) this.#told.replaceChildren();
        return;
      case "nothing":
        this.#told.replaceChildren(note("info", "info", `Nothing was suggested: ${message.reason}`));
        return;
      case "suggested":
        this.#told.replaceChildren(
          note("hint", "sparkle", "A model wrote this. Running it opens a review first."),
          ...message.notes.map((words) => note("warning", "warning", words)),
        );
        return;
    }
  }

  #asked(): void {
    const question = this.#field.value.trim();
    if (question !== "" && !this.#ask.hidden) this.#send({ kind: "ask", question });
  }
}

const note = (severity: string, sign: string, words: string): HTMLElement =>
  element("li", { class: severity }, icon(sign), element("span", {}, words));
