import type { Dropdown, TextArea } from "@vscode/webview-ui-toolkit";
import { connectionId } from "../../protocol/ids.ts";
import type { QueryBoxConnection, QueryBoxFromPage, QueryBoxToPage } from "../../protocol/views.ts";
import { button, element } from "../element.ts";
import { findingsList } from "./findingsList.ts";
import { QuestionPart } from "./questionPart.ts";

const TYPING_PAUSE_MS = 250;

export interface QueryBoxEvents {
  readonly send: (message: QueryBoxFromPage) => void;
  /** Called with the text, and the suggestion it came from, after every change. */
  readonly keep: (text: string, suggestion: string | null) => void;
}

type State = Extract<QueryBoxToPage, { kind: "state" }>;

/** The box to write SQL in: its connection, its text, and what would be decided about it. */
export class QueryBox {
  readonly element = element("div", { class: "box" });
  readonly #events: QueryBoxEvents;
  readonly #connection: Dropdown;
  readonly #text: TextArea;
  readonly #run: HTMLElement;
  readonly #cancel: HTMLElement;
  readonly #question: QuestionPart;
  readonly #form: HTMLElement;
  readonly #invitation = element("div", { class: "invitation" });
  readonly #findings = element("div", { class: "checked", "aria-live": "polite" });
  #state: State | null = null;
  #connectionsShown = "";
  #check = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the text came from; until it is emptied. */
  #suggestion: string | null;

  constructor(text: string, suggestion: string | null, events: QueryBoxEvents) {
    this.#events = events;
    this.#suggestion = suggestion;
    this.#question = new QuestionPart(events.send);
    this.#connection = document.createElement("vscode-dropdown");
    this.#connection.setAttribute("aria-label", "Connection");
    this.#connection.addEventListener("change", () =>
      events.send({ kind: "choose", connectionId: connectionId(this.#connection.value) }),
    );
    this.#text = document.createElement("vscode-text-area");
    // The toolkit names the inner control after the label's text alone; the style sheet hides the label.
    this.#text.textContent = "SQL";
    this.#text.setAttribute("placeholder", "SELECT …");
    this.#text.setAttribute("rows", "8");
    this.#text.setAttribute("resize", "vertical");
    this.#text.setAttribute("spellcheck", "false");
    this.#text.value = text;
    this.#text.addEventListener("input", () => this.#typed());
    this.#text.addEventListener("keydown", (event) => this.#onKey(event));
    this.#run = button("Run", "primary", () => this.#runText());
    this.#run.title = "Run (Ctrl+Enter)";
    this.#cancel = button("Cancel", "secondary", () => events.send({ kind: "cancel" }));
    this.#cancel.hidden = true;
    this.#form = element(
      "div",
      { class: "form" },
      this.#connection,
      this.#question.element,
      this.#text,
      element("div", { class: "buttons" }, this.#run, this.#cancel),
      this.#findings,
    );
    this.element.append(this.#invitation, this.#form);
    this.#form.hidden = true;
  }

  receive(message: QueryBoxToPage): void {
    if (message.kind === "state") {
      const before = this.#state;
      this.#state = message;
      this.#showState(message);
      if (before?.selected !== message.selected || before?.identity !== message.identity) this.#checkNow();
    } else if (message.kind !== "checked") {
      this.#question.receive(message);
      if (message.kind === "suggested") this.#suggest(message.text, message.suggestion);
    } else if (message.check === this.#check) {
      this.#findings.replaceChildren(
        findingsList(message.reports, message.problem, (start, end) => this.#selectWords(start, end)),
      );
    }
  }

  #showState({ identity, connections, selected, running }: State): void {
    const usable = identity === "signed_in" && connections.length > 0;
    this.#form.hidden = !usable;
    this.#invitation.hidden = usable;
    this.#invitation.replaceChildren(...this.#invite(identity));
    this.#run.toggleAttribute("disabled", running);
    this.#cancel.hidden = !running;
    const shown = JSON.stringify(connections);
    if (shown !== this.#connectionsShown) {
      this.#connectionsShown = shown;
      this.#connection.replaceChildren(...connections.map(optionOf));
    }
    if (selected !== null) this.#connection.value = selected;
  }

  #invite(identity: State["identity"]): readonly HTMLElement[] {
    const command = (label: string, name: "sluice.signIn" | "sluice.connections.add") =>
      button(label, "primary", () => this.#events.send({ kind: "command", command: name }));
    switch (identity) {
      case "unknown":
        return [element("p", { class: "note" }, "Waiting for the Sluice agent…")];
      case "signed_out":
        return [element("p", {}, "Sign in to run queries."), command("Sign In", "sluice.signIn")];
      case "expired":
        return [
          element("p", {}, "Your sign-in has ended. Sign in again to run queries."),
          command("Sign In", "sluice.signIn"),
        ];
      case "signed_in":
        return [
          element("p", {}, "Add the database you want to query."),
          command("Add Connection", "sluice.connections.add"),
        ];
    }
  }

  #suggest(text: string, suggestion: string): void {
    this.#text.value = text;
    this.#suggestion = suggestion;
    this.#events.keep(text, suggestion);
    this.#checkNow();
  }

  #typed(): void {
    if (this.#text.value.trim() === "") this.#suggestion = null;
    this.#events.keep(this.#text.value, this.#suggestion);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#checkNow(), TYPING_PAUSE_MS);
  }

  #checkNow(): void {
    this.#check += 1;
    if (this.#text.value.trim() === "") this.#findings.replaceChildren();
    else this.#events.send({ kind: "check", check: this.#check, text: this.#text.value });
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#runText();
  }

  #runText(): void {
    if (this.#state?.running === true || this.#text.value.trim() === "") return;
    this.#events.send({ kind: "run", text: this.#text.value, suggestion: this.#suggestion });
  }

  #selectWords(start: number, end: number): void {
    this.#text.control.focus();
    this.#text.control.setSelectionRange(start, end);
  }
}

function optionOf({ id, name, environment, environmentSet }: QueryBoxConnection): HTMLElement {
  const option = document.createElement("vscode-option");
  option.setAttribute("value", id);
  option.textContent = `${name} (${environmentSet ? environment : "treated as production"})`;
  return option;
}
