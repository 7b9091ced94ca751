import type { ApprovalOrder } from "../../protocol/approval/approval.ts";
import type { Severity } from "../../protocol/decision.ts";
import { element, icon } from "../element.ts";
import { seenText } from "../seenText.ts";
import { underlined } from "../underlined.ts";

type Found = ApprovalOrder["findings"][number];

const ICONS: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "info",
  hint: "lightbulb",
};

/**
 * The whole statement, line by line as in a review: what a rule found is said under the last line it is about. Nothing is
 * shortened, and a character that would not be seen is named: what is not shown cannot be agreed to.
 */
export function statementReview({
  statement,
  findings,
}: Pick<ApprovalOrder, "statement" | "findings">): HTMLElement {
  const placed = findings.filter(({ start, end }) => start < end);
  const list = element("ol", { class: "lines", "aria-label": "Statement" });
  let start = 0;
  for (const line of statement.split("\n")) {
    const end = start + line.length;
    const text = line.replace(/\r$/, "");
    const here = placed.filter((finding) => finding.start <= end && finding.end > start);
    const said = here.filter((finding) => finding.end <= end + 1);
    const decisive = here.some(({ verdict }) => verdict !== "allow");
    list.append(
      element(
        "li",
        { class: decisive ? "decisive" : undefined },
        lineOf(text, start, here),
        ...said.map(remark),
      ),
    );
    start = end + 1;
  }
  const unplaced = findings.filter((finding) => finding.start >= finding.end);
  return element(
    "div",
    { class: "statement-review" },
    list,
    unplaced.length === 0
      ? null
      : element(
          "div",
          { class: "whole", "aria-label": "About the whole statement" },
          ...unplaced.map(remark),
        ),
  );
}

const lineOf = (text: string, start: number, findings: readonly Found[]): HTMLElement =>
  element(
    "code",
    {},
    ...underlined(text, start, findings).flatMap(({ text: words, finding }): readonly Node[] => {
      const parts = seenText(words);
      return finding === null ? parts : [element("mark", { class: finding.severity }, ...parts)];
    }),
  );

const remark = ({ severity, message, rule }: Found): HTMLElement =>
  element(
    "div",
    { class: `remark ${severity}` },
    icon(ICONS[severity]),
    element("span", {}, message, " ", element("span", { class: "rule" }, rule)),
  );
