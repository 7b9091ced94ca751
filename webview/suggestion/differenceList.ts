import type { SuggestionReview } from "../../protocol/suggestion/suggestion.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { element, icon } from "../element.ts";

/**
 * What the statement does otherwise than it was asked. Where nothing was found it says what was looked at, and where
 * nothing could be, that nobody has.
 */
export function differenceList({
  differences,
  lookedAt,
}: Pick<SuggestionReview, "differences" | "lookedAt">): HTMLElement {
  if (differences.length === 0 && lookedAt.length === 0) {
    return element(
      "p",
      { class: "unread" },
      icon("info"),
      element(
        "span",
        {},
        "Not checked against what was asked: no rule reads the question. They know English, and when, how many, in what order and without what.",
      ),
    );
  }
  if (differences.length === 0) {
    return element(
      "p",
      { class: "agrees" },
      icon("pass"),
      element(
        "span",
        {},
        `Nothing was found that differs from what was asked. Looked at: ${lookedAt.join(", ")}. Whether it is right, you decide.`,
      ),
    );
  }
  return element(
    "ul",
    { class: "differences", "aria-label": "What differs from what was asked" },
    ...differences.map(({ severity, message }) =>
      element(
        "li",
        { class: severity },
        icon(severity === "warning" ? "warning" : "info"),
        element("span", {}, visibleText(message)),
      ),
    ),
  );
}
