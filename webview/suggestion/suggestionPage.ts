import type { Problem } from "../../protocol/messages.ts";
import type { SuggestionReview } from "../../protocol/suggestion/suggestion.ts";
import type { SuggestionFromPage, SuggestionToPage } from "../../protocol/views.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { columnTable } from "../approval/columnTable.ts";
import { statementReview } from "../approval/statementReview.ts";
import { element, icon } from "../element.ts";
import { riskTable } from "../riskTable.ts";
import { changedText } from "./changedText.ts";
import { DecisionForm } from "./decisionForm.ts";
import { differenceList } from "./differenceList.ts";
import { effectList } from "./effectList.ts";

type Shown = Extract<SuggestionToPage, { kind: "review" }>;

/** What AI-written SQL would do, held against what was asked, and the three ways to go on. */
export class SuggestionPage {
  readonly element = element("div", { class: "review" });
  readonly #content = element(
    "div",
    { class: "order" },
    element("p", { class: "note" }, "Looking at what it would do…"),
  );
  readonly #problem = element("p", { class: "wrong", role: "alert", hidden: true });
  readonly #form: DecisionForm;
  readonly #send: (message: SuggestionFromPage) => void;

  constructor(send: (message: SuggestionFromPage) => void) {
    this.#send = send;
    this.#form = new DecisionForm(send);
    this.element.append(
      element("div", { class: "content" }, this.#content),
      element("footer", {}, this.#problem, this.#form.element),
    );
  }

  receive(message: SuggestionToPage): void {
    this.#form.ready();
    if (message.kind === "problem") this.#fail(message.problem);
    else this.#show(message);
  }

  #fail({ message, action }: Problem): void {
    this.#problem.replaceChildren(icon("error"), element("span", {}, `${message} ${action}`));
    this.#problem.hidden = false;
  }

  #show(shown: Shown): void {
    this.#problem.hidden = true;
    this.#content.replaceChildren(...this.#parts(shown));
    this.#form.show(shown.review);
  }

  #parts({ review, connection, environment }: Shown): readonly HTMLElement[] {
    const { report, question, model, prompt, changed } = review;
    const { decision } = report;
    const findings = decision.findings.map(({ start, end, ...finding }) => ({
      ...finding,
      start: start - report.start,
      end: end - report.start,
    }));
    const sent =
      prompt === null
        ? element("span", { class: "note" }, " · what was sent is no longer kept")
        : link("what was sent", () => this.#send({ kind: "showPrompt" }));
    const parts: readonly (HTMLElement | null)[] = [
      element(
        "h1",
        {},
        "A model wrote this for ",
        element("span", { "data-environment": environment }, `${visibleText(connection)} · ${environment}`),
      ),
      element(
        "p",
        { class: "origin" },
        icon("sparkle"),
        element("span", {}, visibleText(model)),
        element("span", { class: "note" }, ` · ${new Date(review.madeAt).toLocaleString()} · `),
        sent,
      ),
      question === ""
        ? null
        : element("blockquote", { class: "purpose", "aria-label": "What was asked" }, visibleText(question)),
      formerPart(review),
      verdictPart(review),
      differenceList(review.differences),
      element("h2", {}, "Statement"),
      statementReview({ statement: report.statement, findings }),
      changed === null ? null : element("h2", {}, "Changed since the model wrote it"),
      changed === null ? null : changedText(changed),
      element("h2", {}, "What it would do"),
      effectList(review),
      columnTable(
        decision.columns.map(({ name, label, mask, sources }) => ({
          name,
          infoType: label?.infoType ?? null,
          level: label?.level ?? null,
          mask,
          sources: [...sources],
        })),
      ),
      riskTable(decision.risk, true),
    ];
    return parts.filter((part) => part !== null);
  }
}

/** What was decided before, that nobody decides against it without knowing. */
function formerPart({ former, state }: SuggestionReview): HTMLElement | null {
  if (former === null) return null;
  const when = new Date(former.at).toLocaleString();
  const why = former.reason === null ? "" : `: ${visibleText(former.reason)}`;
  if (former.decision === "reject") {
    return element("p", { class: "verdict deny" }, icon("circle-slash"), `You rejected it on ${when}${why}`);
  }
  const since = former.used
    ? " and it has run. It changes data, so each run is agreed to anew."
    : state === "approved"
      ? "."
      : ". That was too long ago, or it does something else by now.";
  return element(
    "p",
    { class: "verdict approve" },
    icon("history"),
    `You agreed to it on ${when}${why}${since}`,
  );
}

function verdictPart({ report }: SuggestionReview): HTMLElement | null {
  const { verdict, reason, approvers } = report.decision;
  if (verdict === "allow") return null;
  const words =
    verdict === "deny"
      ? `Policy blocks this: ${reason}`
      : `It also needs the approval of ${approvers ?? "others"}: ${reason} Running it leads to asking them.`;
  return element("p", { class: `verdict ${verdict}` }, icon(verdict === "deny" ? "shield" : "person"), words);
}

function link(words: string, onClick: () => void): HTMLElement {
  const made = element("button", { class: "link", type: "button" }, words);
  made.addEventListener("click", onClick);
  return made;
}
