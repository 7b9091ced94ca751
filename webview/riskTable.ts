import type { Risk } from "../protocol/decision.ts";
import { element } from "./element.ts";

/** The risk's score, and behind it what it is made of; null where nothing adds to it. */
export function riskTable({ score, factors }: Risk, open = false): HTMLElement | null {
  if (factors.length === 0) return null;
  return element(
    "details",
    { class: "risk", open },
    element("summary", {}, `Risk ${score} of 100`),
    element(
      "table",
      {},
      ...factors.map(({ name, points }) =>
        element(
          "tr",
          {},
          element("th", { scope: "row" }, name),
          element("td", {}, `${points > 0 ? "+" : ""}${points}`),
        ),
      ),
    ),
  );
}
