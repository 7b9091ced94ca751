import type { AskedDifference } from "../../protocol/suggestion/suggestion.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { element, icon } from "../element.ts";

/** What the statement does otherwise than it was asked; says so where nothing was found. */
export function differenceList(differences: readonly AskedDifference[]): HTMLElement {
  if (differences.length === 0) {
    return element(
      "p",
      { class: "agrees" },
      icon("pass"),
      element(
        "span",
        {},
        "Nothing was found that differs from what was asked. Whether it is right, you decide.",
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
