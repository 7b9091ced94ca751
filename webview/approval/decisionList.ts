import type { Approval } from "../../protocol/approval/approval.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { element, icon } from "../element.ts";

/** What was answered so far, by whom and why. */
export const decisionList = (decisions: Approval["decisions"]): HTMLElement =>
  element(
    "ul",
    { class: "decisions" },
    ...decisions.map(({ by, decision, reason, at }) =>
      element(
        "li",
        { class: decision },
        icon(decision === "approve" ? "pass" : "error"),
        element(
          "span",
          {},
          `${visibleText(by.name)} ${decision === "approve" ? "approved" : "denied"}, ${new Date(at).toLocaleString()}`,
          reason === "" ? "" : `: ${visibleText(reason)}`,
        ),
      ),
    ),
  );
