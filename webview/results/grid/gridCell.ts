import type { Cell, ResultColumn } from "../../../protocol/messages.ts";
import { element } from "../../element.ts";
import { shownText } from "../cellText.ts";

const NUMERIC = /^(smallint|integer|bigint|numeric|real|double precision|money|oid)\b/;

/** One cell of the grid. `id` must be unique in the page: the grid points at its active cell by it. */
export function gridCell(cell: Cell, column: ResultColumn, index: number, id: string): HTMLElement {
  const text = shownText(cell);
  const masked = column.mask !== null;
  const classes = [
    "cell",
    masked ? "masked" : "",
    cell === null ? "null" : "",
    !masked && NUMERIC.test(column.type) ? "number" : "",
  ];
  return element(
    "div",
    {
      id,
      class: classes.filter((name) => name !== "").join(" "),
      role: "gridcell",
      "aria-colindex": String(index + 2),
      "aria-label": masked
        ? `${text}, masked ${column.label?.infoType.replaceAll("_", " ") ?? "value"}`
        : undefined,
      "data-column": String(index),
    },
    text,
  );
}
