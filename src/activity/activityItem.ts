import * as vscode from "vscode";
import type { ActivityEntry } from "../../protocol/messages.ts";

const LONGEST_LABEL = 80;

interface Look {
  readonly icon: string;
  readonly color?: string;
  readonly word: string;
}

const OUTCOMES: Readonly<Record<ActivityEntry["outcome"], Look>> = {
  /** Until its last row was read or it was closed. */
  running: { icon: "clock", word: "open" },
  done: { icon: "pass", color: "testing.iconPassed", word: "done" },
  failed: { icon: "error", color: "testing.iconFailed", word: "failed" },
  cancelled: { icon: "circle-slash", word: "cancelled" },
  blocked: { icon: "shield", color: "editorWarning.foreground", word: "blocked" },
  unknown: { icon: "question", color: "editorWarning.foreground", word: "outcome unknown" },
};

/** One statement of the record as a row of the Activity view. */
export function activityItemOf(entry: ActivityEntry): vscode.TreeItem {
  const { icon, color, word } = OUTCOMES[entry.outcome];
  const item = new vscode.TreeItem(labelOf(entry.statement), vscode.TreeItemCollapsibleState.None);
  item.id = `record-${entry.seq}`;
  item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  item.description = [
    entry.outcome === "done" ? rowsText(entry) : word,
    entry.milliseconds === null ? "" : `${Math.round(entry.milliseconds)} ms`,
    new Date(entry.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }),
  ]
    .filter((part) => part !== "")
    .join(" · ");
  item.tooltip = tooltipOf(entry, word);
  item.contextValue = entry.undo === undefined ? "sluice.activityEntry" : "sluice.activityEntry.undoable";
  item.accessibilityInformation = { label: `${labelOf(entry.statement)}, ${word}, ${item.description}` };
  return item;
}

function tooltipOf(entry: ActivityEntry, word: string): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  tooltip.appendCodeblock(entry.statement, "sql");
  tooltip.appendText(`${word}: ${entry.reason}\n\n`);
  const facts = [
    `${entry.connection} (${entry.environment})`,
    entry.actor,
    rowsText(entry),
    entry.maskedColumns === 0
      ? ""
      : `${entry.maskedColumns} masked ${entry.maskedColumns === 1 ? "column" : "columns"}`,
    `risk ${entry.risk}`,
    `record ${entry.seq}`,
    new Date(entry.at).toLocaleString(),
  ];
  return tooltip.appendText(facts.filter((fact) => fact !== "").join(" · "));
}

function rowsText({ rows }: ActivityEntry): string {
  if (rows === null) return "";
  return `${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"}`;
}

function labelOf(statement: string): string {
  const line = statement.replace(/\s+/g, " ").trim();
  return line.length > LONGEST_LABEL ? `${line.slice(0, LONGEST_LABEL - 1)}…` : line;
}
