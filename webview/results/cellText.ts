import type { Cell } from "../../protocol/messages.ts";
import { byteSize } from "../measures.ts";

const LONGEST_SHOWN = 400;

/** A cell as copied or exported: null stays null, a preview says that it is one. */
export function cellText(cell: Cell): string | null {
  return cell === null || typeof cell === "string" ? cell : `${cell.preview}… (${byteSize(cell.bytes)})`;
}

/** A cell on one line of the grid. */
export function shownText(cell: Cell): string {
  if (cell === null) return "NULL";
  const text = typeof cell === "string" ? cell : cell.preview;
  const line = text.slice(0, LONGEST_SHOWN).replace(/\r\n|[\r\n]/g, "⏎");
  if (typeof cell !== "string") return `${line}… (${byteSize(cell.bytes)})`;
  return text.length > LONGEST_SHOWN ? `${line}…` : line;
}
