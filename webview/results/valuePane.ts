import type { Cell, ResultColumn } from "../../protocol/messages.ts";
import { element, iconButton } from "../element.ts";
import { byteSize } from "../measures.ts";

/** Shows one value in full, as far as it was sent, beside the grid. Escape closes it. */
export class ValuePane {
  readonly element = element("aside", { class: "value", "aria-label": "Value", hidden: true });
  readonly #returnFocus: () => void;

  constructor(returnFocus: () => void) {
    this.#returnFocus = returnFocus;
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#close();
    });
  }

  show({ name, type, mask }: ResultColumn, cell: Cell): void {
    const text = element("pre", {
      class: cell === null ? "null" : "",
      tabindex: "0",
      "aria-label": `${name}, value`,
    });
    text.textContent = cell === null ? "NULL" : pretty(typeof cell === "string" ? cell : cell.preview, type);
    const note =
      cell !== null && typeof cell !== "string"
        ? `Only its beginning is shown: the value has ${byteSize(cell.bytes)}.`
        : mask === null
          ? ""
          : `Masked (${mask}).`;
    this.element.replaceChildren(
      element(
        "header",
        {},
        element("strong", {}, name),
        element("span", { class: "head-type" }, type),
        iconButton("Close Value", "close", () => this.#close()),
      ),
      element("p", { class: "note", hidden: note === "" }, note),
      text,
    );
    this.element.hidden = false;
    text.focus();
  }

  /** Forgets the value that is shown. */
  clear(): void {
    this.element.replaceChildren();
    this.element.hidden = true;
  }

  #close(): void {
    this.element.hidden = true;
    this.#returnFocus();
  }
}

/** JSON on several lines; everything else, and JSON that was cut, as it is. */
function pretty(text: string, type: string): string {
  if (type !== "json" && type !== "jsonb") return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
