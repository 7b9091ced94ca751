import type { ResultColumn, Row } from "../../../protocol/messages.ts";
import { shownText } from "../cellText.ts";

const NARROWEST = 48;
const WIDEST = 320;
const SAMPLE_ROWS = 100;
const CHARACTER = 7.4;
const PADDING = 22;
const LOCK = 20;

/** Width in pixels that shows the column's name and most of its first values. */
export function fittingWidth(column: ResultColumn, index: number, rows: readonly Row[]): number {
  const header = Math.max(
    column.name.length + (column.label === null ? 0 : LOCK / CHARACTER),
    subtitle(column).length,
  );
  let longest = header;
  for (const row of rows.slice(0, SAMPLE_ROWS)) {
    longest = Math.max(longest, shownText(row[index] ?? null).length);
  }
  return clampWidth(Math.ceil(longest * CHARACTER) + PADDING);
}

export const clampWidth = (width: number): number => Math.max(NARROWEST, Math.min(width, WIDEST));

/** Second line of a column's header: type, and what the column is where that matters. */
export const subtitle = ({ type, label, mask }: ResultColumn): string =>
  mask === null || label === null ? type : `${type} · ${label.infoType.replaceAll("_", " ")}`;
