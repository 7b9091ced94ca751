import type { Severity } from "../../protocol/decision.ts";
import type { Problem, StatementReport } from "../../protocol/messages.ts";
import { element, icon } from "../element.ts";
import { statementSummary, understood } from "../statementSummary.ts";

const ICONS: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "info",
  hint: "lightbulb",
};
const VERDICT_ICONS = { allow: "pass", approve: "person", deny: "shield" } as const;

/** What the agent says about each statement of the box; choosing a finding selects its words. */
export function findingsList(
  reports: readonly StatementReport[],
  problem: Problem | null,
  select: (start: number, end: number) => void,
): HTMLElement {
  const list = element("ul", { class: "findings", "aria-label": "Findings" });
  if (problem !== null) list.append(problemItem(problem, select));
  for (const report of reports) {
    const { decision } = report;
    list.append(
      element(
        "li",
        { class: `verdict ${decision.verdict}` },
        icon(understood(report) ? VERDICT_ICONS[decision.verdict] : "error"),
        element("span", {}, statementSummary(report)),
      ),
    );
    if (report.problem !== undefined) list.append(problemItem(report.problem, select));
    for (const { severity, message, rule, start, end } of decision.findings) {
      const item = selectable(icon(ICONS[severity]), `${message} (${rule})`, () => select(start, end));
      item.classList.add(severity);
      list.append(item);
    }
  }
  return list;
}

function problemItem(
  { message, action, start, end }: Problem,
  select: (start: number, end: number) => void,
): HTMLElement {
  const text = `${message} ${action}`;
  const item =
    start === undefined
      ? element("li", {}, icon("error"), element("span", {}, text))
      : selectable(icon("error"), text, () => select(start, end ?? start + 1));
  item.classList.add("error");
  return item;
}

function selectable(sign: HTMLElement, text: string, onClick: () => void): HTMLElement {
  const words = element("button", { class: "words", title: "Select these words" }, text);
  words.addEventListener("click", onClick);
  return element("li", {}, sign, words);
}
