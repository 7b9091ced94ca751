import type { Row } from "../../../protocol/messages.ts";
import { element } from "../../element.ts";
import type { ResultRows } from "../resultRows.ts";
import { makeResizable } from "./columnResize.ts";
import { fittingWidth } from "./columnWidths.ts";
import { gridPlace } from "./gridPlace.ts";
import { gridRow, placeCell } from "./gridRow.ts";
import { columnContext, headerCell } from "./headerCell.ts";
import { afterKey, contains, type Rectangle, rectangleOf, type Selection, singleCell } from "./selection.ts";
import { VirtualAxis } from "./virtualAxis.ts";

const ROW_HEIGHT = 22;
const HEADER_HEIGHT = 40;
const GUTTER_WIDTH = 56;

export interface GridEvents {
  /** The last row on screen; more may have to be fetched. */
  readonly onReach: (lastRow: number) => void;
  readonly onCopy: (withHeaders: boolean) => void;
  readonly onOpenCell: (row: number, column: number) => void;
}

/** A result as an ARIA grid of which only the cells on screen exist. */
export class Grid {
  readonly element: HTMLElement;
  readonly #result: ResultRows;
  readonly #events: GridEvents;
  readonly #id: string;
  readonly #header = element("div", { class: "head", role: "row", "aria-rowindex": "1" });
  readonly #body = element("div", { class: "body", role: "rowgroup" });
  readonly #content = element("div", { class: "content", role: "presentation" }, this.#header, this.#body);
  readonly #shown = new Map<number, HTMLElement>();
  readonly #widths: number[];
  readonly #rows: VirtualAxis;
  readonly #columns: VirtualAxis;
  #shownColumns = "";
  /** The axes report a change while they are being built. */
  #mounted = false;
  #selection: Selection = singleCell({ row: 0, column: 0 });

  constructor(result: ResultRows, label: string, events: GridEvents) {
    this.#result = result;
    this.#events = events;
    this.#id = `grid-${result.id}`;
    this.#widths = result.columns.map((column, index) => fittingWidth(column, index, result.loaded));
    this.element = element(
      "div",
      {
        class: "grid",
        role: "grid",
        tabindex: "0",
        "aria-label": label,
        "aria-multiselectable": "true",
        "aria-colcount": String(result.columns.length + 1),
      },
      this.#content,
    );
    const common = { scroller: this.element, onChange: () => this.#render() };
    this.#rows = new VirtualAxis({
      ...common,
      horizontal: false,
      count: () => result.count,
      size: () => ROW_HEIGHT,
      lead: HEADER_HEIGHT,
      overscan: 8,
    });
    this.#columns = new VirtualAxis({
      ...common,
      horizontal: true,
      count: () => result.columns.length,
      size: (index) => this.#widths[index] ?? 0,
      lead: GUTTER_WIDTH,
      overscan: 2,
    });
    makeResizable(this.#header, {
      widthOf: (column) => this.#widths[column] ?? 0,
      fit: (column) => this.#fit(column),
      setWidth: (column, width) => this.#setWidth(column, width),
    });
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    this.element.addEventListener("pointerdown", (event) => this.#onPointer(event));
    this.element.addEventListener("pointermove", (event) => this.#onDrag(event));
    this.element.addEventListener("dblclick", (event) => this.#onDoubleClick(event));
    this.#mounted = true;
    this.#render();
  }

  /** Shows rows that arrived since. */
  grow(): void {
    this.#rows.recount();
    this.#render();
  }

  /** Draws every cell anew, after values changed. */
  repaint(): void {
    this.#shownColumns = "";
    this.#render();
  }

  /** The selected cells, row by row, with the names of their columns. */
  get selected(): { readonly names: readonly string[]; readonly rows: readonly Row[] } {
    const { top, bottom, left, right } = rectangleOf(this.#selection);
    const names = this.#result.columns.slice(left, right + 1).map(({ name }) => name);
    return {
      names,
      rows: this.#result.loaded.slice(top, bottom + 1).map((row) => row.slice(left, right + 1)),
    };
  }

  unmount(): void {
    this.#rows.unmount();
    this.#columns.unmount();
  }

  #render(): void {
    if (!this.#mounted) return;
    const rows = this.#rows.items;
    const columns = this.#columns.items;
    this.element.setAttribute(
      "aria-rowcount",
      this.#result.end.kind === "more" ? "-1" : String(this.#result.count + 1),
    );
    this.#content.style.height = `${this.#rows.length}px`;
    this.#content.style.width = `${this.#columns.length}px`;
    const shownColumns = columns.map(({ index, size }) => `${index}:${size}`).join();
    if (shownColumns !== this.#shownColumns) {
      this.#shownColumns = shownColumns;
      this.#shown.clear();
      this.#body.replaceChildren();
      this.#header.replaceChildren(
        element("div", {
          class: "gutter",
          role: "columnheader",
          "aria-colindex": "1",
          "aria-label": "Row number",
        }),
        ...columns.map(({ index, start, size }) => placeCell(this.#headerCell(index), start, size)),
      );
    }
    const visible = new Set(rows.map(({ index }) => index));
    for (const [index, shown] of this.#shown) {
      if (visible.has(index)) continue;
      shown.remove();
      this.#shown.delete(index);
    }
    for (const { index, start } of rows) {
      if (this.#shown.has(index)) continue;
      const row = gridRow(this.#result, index, start, columns, (column) => this.#cellId(index, column));
      this.#shown.set(index, row);
      this.#body.append(row);
    }
    this.#paintSelection();
    const last = rows.at(-1);
    if (last !== undefined) this.#events.onReach(last.index);
  }

  #headerCell(index: number): HTMLElement {
    const column = this.#result.columns[index];
    return column === undefined ? element("div") : headerCell(column, index);
  }

  #paintSelection(): void {
    const selected: Rectangle = rectangleOf(this.#selection);
    const { active } = this.#selection;
    const column = this.#result.columns[active.column];
    if (column !== undefined) this.element.dataset.vscodeContext = columnContext(column);
    for (const [index, row] of this.#shown) {
      for (const cell of row.querySelectorAll<HTMLElement>("[role=gridcell]")) {
        const column = Number(cell.dataset.column);
        const inside = contains(selected, index, column);
        cell.classList.toggle("selected", inside);
        cell.classList.toggle("active", index === active.row && column === active.column);
        cell.setAttribute("aria-selected", String(inside));
      }
    }
    const shown = this.#shown.get(active.row)?.querySelector(`[data-column="${active.column}"]`) ?? null;
    if (shown === null) this.element.removeAttribute("aria-activedescendant");
    else this.element.setAttribute("aria-activedescendant", shown.id);
  }

  #select(selection: Selection): void {
    this.#selection = selection;
    this.#paintSelection();
  }

  #onKey(event: KeyboardEvent): void {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === "c") {
      event.preventDefault();
      this.#events.onCopy(event.shiftKey);
      return;
    }
    const { active } = this.#selection;
    if (event.key === "Enter" || event.key === "F2") {
      event.preventDefault();
      this.#events.onOpenCell(active.row, active.column);
      return;
    }
    if (event.altKey && event.shiftKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      event.preventDefault();
      const by = event.key === "ArrowLeft" ? -16 : 16;
      this.#setWidth(active.column, Math.max(32, (this.#widths[active.column] ?? 0) + by));
      return;
    }
    const page = Math.max(1, Math.floor((this.element.clientHeight - HEADER_HEIGHT) / ROW_HEIGHT) - 1);
    const size = { rows: this.#result.count, columns: this.#result.columns.length, page };
    const moved = size.rows === 0 ? null : afterKey(this.#selection, event, size);
    if (moved === null) return;
    event.preventDefault();
    this.#selection = moved;
    this.#rows.show(moved.active.row);
    this.#columns.show(moved.active.column);
    this.#render();
  }

  #onPointer(event: PointerEvent): void {
    if (!(event.target instanceof Element) || !(event.button === 0 || this.#opensMenu(event))) return;
    const lastRow = this.#result.count - 1;
    const lastColumn = this.#result.columns.length - 1;
    const place = gridPlace(event.target);
    if (place === null) return;
    const from = { row: place.row ?? lastRow, column: place.column ?? lastColumn };
    const active = { row: place.row ?? 0, column: place.column ?? 0 };
    const anchor = event.shiftKey ? this.#selection.anchor : from;
    this.#select({ anchor, active });
  }

  /** The menu is about the cell it was opened on, unless that is selected already. */
  #opensMenu(event: PointerEvent): boolean {
    const place = event.button === 2 && event.target instanceof Element ? gridPlace(event.target) : null;
    if (place === null || place.row === null || place.column === null) return false;
    return !contains(rectangleOf(this.#selection), place.row, place.column);
  }

  #onDrag(event: PointerEvent): void {
    if ((event.buttons & 1) === 0 || !(event.target instanceof Element)) return;
    const place = gridPlace(event.target);
    if (place === null || place.row === null || place.column === null) return;
    this.#select({ anchor: this.#selection.anchor, active: { row: place.row, column: place.column } });
  }

  #onDoubleClick(event: MouseEvent): void {
    const place = event.target instanceof Element ? gridPlace(event.target) : null;
    if (place !== null && place.row !== null && place.column !== null) {
      this.#events.onOpenCell(place.row, place.column);
    }
  }

  #fit(index: number): number {
    const column = this.#result.columns[index];
    return column === undefined ? 0 : fittingWidth(column, index, this.#result.loaded);
  }

  #setWidth(column: number, width: number): void {
    this.#widths[column] = width;
    this.#columns.remeasure();
    this.#render();
  }

  #cellId(row: number, column: number): string {
    return `${this.#id}-${row}-${column}`;
  }
}
