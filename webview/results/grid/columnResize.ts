import { clampWidth } from "./columnWidths.ts";

const NARROWEST = 32;

export interface ResizableColumns {
  widthOf(column: number): number;
  fit(column: number): number;
  setWidth(column: number, width: number): void;
}

/** Dragging the edge of a header resizes its column; a double click fits it to what it shows. */
export function makeResizable(header: HTMLElement, columns: ResizableColumns): void {
  header.addEventListener("pointerdown", (event) => {
    const column = edgeOf(event);
    if (column === null) return;
    event.preventDefault();
    event.stopPropagation();
    const from = event.clientX;
    const before = columns.widthOf(column);
    header.setPointerCapture(event.pointerId);
    const drag = (move: PointerEvent) =>
      columns.setWidth(column, Math.max(NARROWEST, before + move.clientX - from));
    header.addEventListener("pointermove", drag);
    header.addEventListener("pointerup", () => header.removeEventListener("pointermove", drag), {
      once: true,
    });
  });
  header.addEventListener("dblclick", (event) => {
    const column = edgeOf(event);
    if (column !== null) columns.setWidth(column, clampWidth(columns.fit(column)));
  });
}

function edgeOf(event: MouseEvent): number | null {
  const edge = event.target instanceof Element ? event.target.closest("[data-resize]") : null;
  return edge === null ? null : Number(edge.getAttribute("data-resize"));
}
