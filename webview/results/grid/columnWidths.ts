import type { ResultColumn, Row } from "../../../protocol/messages.ts";
import { shownText } from "../cellText.ts";

const NARROWEST = 48;
const WIDEST = 320;
const SAMPLE_ROWS = 100;
const PADDING = 20;
const LOCK = 20;

let measured: number | null = null;

/** Width of one character of the editor's font, which the grid is written in. */
function characterWidth(): number {
  if (measured === null) {
    const style = getComputedStyle(document.documentElement);
    const [size, family] = ["--vscode-editor-font-size", "--vscode-editor-font-family"].map((name) =>
      style.getPropertyValue(name),
    );
    const context = document.createElement("canvas").getContext("2d");
    if (context === null) return 8;
    context.font = `600 ${size} ${family}`;
    measured = context.measureText("0".repeat(100)).width / 100;
  }
  return measured;
}

/** Width in pixels that shows the column's name and most of its first values. */
export function fittingWidth(column: ResultColumn, index: number, rows: readonly Row[]): number {
  const character = characterWidth();
  const header = Math.max(
    column.name.length + (column.label === null ? 0 : LOCK / character),
    subtitle(column).length,
  );
  let longest = header;
  for (const row of rows.slice(0, SAMPLE_ROWS)) {
    longest = Math.max(longest, shownText(row[index] ?? null).length);
  }
  return clampWidth(Math.ceil(longest * character) + PADDING);
}

export const clampWidth = (width: number): number => Math.max(NARROWEST, Math.min(width, WIDEST));

/** Second line of a column's header: type, and what the column is where that matters. */
export const subtitle = ({ type, label, mask }: ResultColumn): string =>
  mask === null || label === null ? type : `${type} · ${label.infoType.replaceAll("_", " ")}`;
