import type { Decision, Finding } from "../../protocol/decision.ts";
import type { Problem, StatementEvent, StatementReport } from "../../protocol/messages.ts";
import type { RunHeading } from "../../protocol/views.ts";
import { button, element, icon } from "../element.ts";
import { riskTable } from "../riskTable.ts";
import { understood } from "../statementSummary.ts";
import { shortened, underlined } from "../underlined.ts";

/** Jumps to a place of the document a run came from. */
export type Reveal = (start: number, end: number) => void;

/** Why a statement did not run: the rule, the words that triggered it, what to do instead, and `asking` others. */
export function blockedPanel(
  { report, state }: StatementEvent,
  run: RunHeading,
  reveal: Reveal,
  asking: HTMLElement | null,
): HTMLElement {
  const { decision } = report;
  const approve = decision.verdict === "approve";
  const stopping = decision.findings.filter(({ verdict }) => verdict !== "allow");
  const decisive = stopping.toSorted((a, b) => Number(b.verdict === "deny") - Number(a.verdict === "deny"));
  const record = "record" in state ? state.record : null;
  const problem = state.kind === "blocked" ? state.problem : undefined;
  return element(
    "section",
    { class: "stopped" },
    stoppedHeading(report),
    decisive.some(({ message }) => message === decision.reason)
      ? null
      : element("p", { class: "reason" }, decision.reason),
    problem === undefined
      ? null
      : element("p", { class: "failed", role: "alert" }, `${problem.message} ${problem.action}`),
    approve && decision.approvers !== undefined ? element("p", {}, mayApprove(decision)) : null,
    asking,
    decisive.length === 0 ? null : element("ul", { class: "findings" }, ...decisive.map(findingItem)),
    statementText(report.statement, report.start, decisive.length > 0 ? decisive : decision.findings),
    run.revealable ? showInEditor(decisive[0] ?? report, reveal) : null,
    riskTable(decision.risk),
    element("p", { class: "note" }, recordNote(record?.seq)),
  );
}

/** What went wrong with a statement that was allowed, and what to do next. */
export function failedPanel(
  { report }: StatementEvent,
  problem: Problem,
  run: RunHeading,
  reveal: Reveal,
): HTMLElement {
  const { start, end } = problem;
  const place = start === undefined ? null : { start, end: end ?? start + 1 };
  const marked =
    place === null
      ? []
      : [
          {
            ...place,
            rule: problem.code,
            severity: "error",
            message: problem.message,
            verdict: "deny",
          } as const,
        ];
  return element(
    "section",
    { class: "stopped" },
    problemHeading(problem),
    element("p", {}, problem.action),
    statementText(report.statement, report.start, marked),
    run.revealable ? showInEditor(place ?? report, reveal) : null,
  );
}

/** A run that could not even begin, or that lost the agent. */
export const problemPanel = (problem: Problem, run: RunHeading, reveal: Reveal): HTMLElement =>
  element(
    "section",
    { class: "stopped" },
    problemHeading(problem),
    element("p", {}, problem.action),
    run.revealable && problem.start !== undefined
      ? showInEditor({ start: problem.start, end: problem.end ?? problem.start + 1 }, reveal)
      : null,
  );

/** A statement the person cancelled. */
export const cancelledPanel = ({ report }: StatementEvent): HTMLElement =>
  element(
    "section",
    { class: "stopped" },
    element("h2", { role: "status" }, icon("circle-slash"), "Cancelled"),
    element("p", {}, "The statement was cancelled on the server. Rows that had arrived are not kept."),
    statementText(report.statement, report.start, []),
  );

function stoppedHeading(report: StatementReport): HTMLElement {
  if (!understood(report))
    return element("h2", { role: "alert", class: "failed" }, icon("error"), "Cannot run as it is written");
  const approve = report.decision.verdict === "approve";
  return element(
    "h2",
    { role: "alert" },
    icon(approve ? "person" : "shield"),
    approve ? "Needs approval, so it did not run" : "Blocked before it ran",
  );
}

const problemHeading = ({ message }: Problem): HTMLElement =>
  element("h2", { role: "alert", class: "failed" }, icon("error"), message);

const findingItem = ({ rule, message, fix }: Finding): HTMLElement =>
  element(
    "li",
    {},
    element("span", {}, message),
    element("span", { class: "rule" }, rule),
    fix === undefined
      ? null
      : element("span", { class: "fix" }, icon("lightbulb"), `Quick fix: ${fix.title}`),
  );

function statementText(statement: string, base: number, findings: readonly Finding[]): HTMLElement {
  const segments = shortened(underlined(statement, base, findings)).map(({ text, finding }) =>
    finding === null ? text : element("mark", { class: finding.severity, title: finding.message }, text),
  );
  return element("pre", { class: "statement", tabindex: "0", "aria-label": "Statement" }, ...segments);
}

const showInEditor = ({ start, end }: { readonly start: number; readonly end: number }, reveal: Reveal) =>
  element(
    "p",
    {},
    button("Show in Editor", "secondary", () => reveal(start, end)),
  );

const mayApprove = ({ approvers, approvalsNeeded = 1 }: Decision): string =>
  approvalsNeeded === 1
    ? `Members of ${approvers} may approve it.`
    : `${approvalsNeeded} members of ${approvers} have to approve it.`;

const recordNote = (seq: number | undefined): string =>
  seq === undefined
    ? "Nothing was sent to the database."
    : `Nothing was sent to the database. The attempt is record ${seq}.`;
