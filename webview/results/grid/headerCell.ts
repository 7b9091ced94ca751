import { isSensitive } from "../../../protocol/label.ts";
import type { ResultColumn } from "../../../protocol/messages.ts";
import { element, icon } from "../../element.ts";
import { subtitle } from "./columnWidths.ts";

/** The header of one column: name, type, and for a masked one a lock and what it is. */
export function headerCell(column: ResultColumn, index: number): HTMLElement {
  const explanation = explain(column);
  const cell = element(
    "div",
    {
      class: `head-cell${column.mask === null ? "" : " masked"}`,
      role: "columnheader",
      "aria-colindex": String(index + 2),
      "aria-label": explanation.replaceAll("\n", ". "),
      "data-column": String(index),
      "data-vscode-context": columnContext(column),
      title: explanation,
    },
    element(
      "span",
      { class: "head-name" },
      lockOf(column),
      element("span", { class: "head-text" }, column.name),
    ),
    element("span", { class: "head-type" }, subtitle(column)),
    element("span", { class: "resize-edge", "data-resize": String(index), "aria-hidden": "true" }),
  );
  return cell;
}

/** What the editor's own menu is told of the column it was opened on. */
export const columnContext = ({ name, sources, mask }: ResultColumn): string =>
  JSON.stringify({
    webviewSection: sources.length === 0 ? "computed" : "column",
    column: name,
    masked: mask !== null,
    sources,
    preventDefaultContextMenuItems: true,
  });

function lockOf({ mask, label }: ResultColumn): HTMLElement | null {
  if (mask !== null) return icon("lock");
  return label !== null && isSensitive(label) ? icon("unlock") : null;
}

function explain({ name, type, label, mask, sources, shownUnder }: ResultColumn): string {
  const lines = [`${name} (${type})`];
  if (mask !== null)
    lines.push(
      label === null ? `masked (${mask})` : `${label.infoType.replaceAll("_", " ")}, masked (${mask})`,
    );
  if (label !== null) {
    if (mask === null && isSensitive(label))
      lines.push(
        `${label.infoType.replaceAll("_", " ")}, shown to you${shownUnder === undefined ? "" : " for a while"}`,
      );
    lines.push(`${label.category}, ${label.level}`, ...label.evidence);
  }
  if (sources.length > 0) lines.push(`from ${sources.join(", ")}`);
  return lines.join("\n");
}
