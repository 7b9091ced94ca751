import type { VirtualItem } from "@tanstack/virtual-core";
import { element } from "../../element.ts";
import type { ResultRows } from "../resultRows.ts";
import { gridCell } from "./gridCell.ts";

/** One row at `start` pixels from the top, with the given columns only. */
export function gridRow(
  result: ResultRows,
  index: number,
  start: number,
  columns: readonly VirtualItem[],
  cellId: (column: number) => string,
): HTMLElement {
  const values = result.loaded[index] ?? [];
  const row = element(
    "div",
    { class: "row", role: "row", "aria-rowindex": String(index + 2), "data-row": String(index) },
    element("div", { class: "gutter", role: "rowheader", "aria-colindex": "1" }, String(index + 1)),
  );
  row.style.transform = `translateY(${start}px)`;
  for (const item of columns) {
    const column = result.columns[item.index];
    if (column === undefined) continue;
    const cell = gridCell(values[item.index] ?? null, column, item.index, cellId(item.index));
    row.append(placeCell(cell, item.start, item.size));
  }
  return row;
}

/** Puts a cell of a row or of the header at its column. */
export function placeCell(cell: HTMLElement, start: number, size: number): HTMLElement {
  cell.style.left = `${start}px`;
  cell.style.width = `${size}px`;
  return cell;
}
