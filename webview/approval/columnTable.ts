import type { ApprovalOrder } from "../../protocol/approval/approval.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { element } from "../element.ts";

/** What comes out of the statement: each column with its label and whether it is hidden; null where none does. */
export function columnTable(columns: ApprovalOrder["columns"]): HTMLElement | null {
  if (columns.length === 0) return null;
  const heads = ["Column", "Label", "Level", "Shown as", "From"];
  return element(
    "table",
    { class: "columns", "aria-label": "Columns of the result" },
    element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
    element(
      "tbody",
      {},
      ...columns.map(({ name, infoType, level, mask, sources }) =>
        element(
          "tr",
          {},
          element("th", { scope: "row" }, visibleText(name)),
          element("td", {}, infoType?.replaceAll("_", " ") ?? ""),
          element("td", { "data-level": level ?? undefined }, level ?? ""),
          element("td", {}, mask === null ? "as it is" : `masked (${mask})`),
          element("td", {}, visibleText(sources.join(", "))),
        ),
      ),
    ),
  );
}
