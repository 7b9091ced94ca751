import * as vscode from "vscode";
import type { ApprovalState } from "../../protocol/approval/approval.ts";
import {
  approvalExpiry,
  approvalRows,
  approvalStanding,
  approvalStatus,
  approvalTitle,
  approvalUntil,
  askerName,
  placeText,
  timeLeft,
} from "../../protocol/approval/approvalWords.ts";
import { elevationFacts, elevationTitle } from "../../protocol/approval/elevationFacts.ts";
import { counted } from "../../protocol/counted.ts";
import type { ApprovalView } from "../../protocol/views.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import type { ApprovalNode } from "./approvalNodes.ts";

const { Expanded, None } = vscode.TreeItemCollapsibleState;
const LONGEST_TITLE = 80;
const GROUPS = { waiting: "Waiting for You", given: "Agreed To", own: "Yours" } as const;

const ICONS: Readonly<Record<ApprovalState, { readonly icon: string; readonly color?: string }>> = {
  pending: { icon: "clock" },
  granted: { icon: "pass", color: "testing.iconPassed" },
  used: { icon: "pass-filled", color: "testing.iconPassed" },
  denied: { icon: "error", color: "testing.iconFailed" },
  withdrawn: { icon: "circle-slash" },
  expired: { icon: "history" },
  taken_back: { icon: "discard" },
};

/** How one row of the Approvals view looks and reads. */
export function approvalItemOf(node: ApprovalNode): vscode.TreeItem {
  if (node.kind === "approval") return ofApproval(node);
  if (node.kind === "statement") return ofStatement(node);
  if (node.kind === "task") return ofTask(node);
  if (node.kind === "elevation") return ofElevation(node);
  const { group, count } = node;
  const item = new vscode.TreeItem(GROUPS[group], count === 0 ? None : Expanded);
  item.id = group;
  item.description = count === 0 ? "none" : String(count);
  item.accessibilityInformation = { label: `${GROUPS[group]}, ${item.description}` };
  return item;
}

function ofApproval({ view }: Extract<ApprovalNode, { kind: "approval" }>): vscode.TreeItem {
  const { approval, own } = view;
  const item = new vscode.TreeItem(approvalTitle(approval), None);
  const status = statusOf(view);
  item.id = approval.id;
  item.description = status;
  item.iconPath = iconOf(view);
  item.tooltip = tooltipOf(view);
  item.contextValue = `sluice.approval.${own ? "own" : approval.mayTakeBack ? "given" : "waiting"}.${approval.state}`;
  item.command = { title: "Review", command: "sluice.approvals.open", arguments: [approval.id] };
  item.accessibilityInformation = { label: `${approvalTitle(approval)}, ${status}` };
  return item;
}

function ofStatement({ line }: Extract<ApprovalNode, { kind: "statement" }>): vscode.TreeItem {
  const { id, who, connection, environment, text, purpose } = line;
  const title = visibleText(text.replace(/\s+/g, " ").trim().slice(0, LONGEST_TITLE));
  const item = new vscode.TreeItem(title, None);
  item.id = id;
  item.description = `${visibleText(who)} on ${connection} (${environment})`;
  item.iconPath = new vscode.ThemeIcon("robot", new vscode.ThemeColor("editorWarning.foreground"));
  item.tooltip = new vscode.MarkdownString()
    .appendCodeblock(visibleText(text), "sql")
    .appendText(visibleText(purpose));
  item.contextValue = "sluice.program.waiting";
  item.command = { title: "Review", command: "sluice.programs.review", arguments: [id] };
  item.accessibilityInformation = { label: `${title}, ${item.description}` };
  return item;
}

function ofTask({ task }: Extract<ApprovalNode, { kind: "task" }>): vscode.TreeItem {
  const title = visibleText(task.purpose.replace(/\s+/g, " ").slice(0, LONGEST_TITLE));
  const item = new vscode.TreeItem(title, None);
  const words = task.state.kind === "stopped" ? task.state.words : "";
  item.id = `task:${task.id}`;
  item.description = `stopped: ${words}`;
  item.iconPath = new vscode.ThemeIcon("debug-pause", new vscode.ThemeColor("editorWarning.foreground"));
  item.tooltip = `${counted(task.statements, "statement")}, ${counted(task.rows, "row")}`;
  item.contextValue = "sluice.program.stopped";
  item.accessibilityInformation = { label: `${title}, ${item.description}` };
  return item;
}

function ofElevation({ elevation }: Extract<ApprovalNode, { kind: "elevation" }>): vscode.TreeItem {
  const { id, order, requester, expiresAt } = elevation;
  const { environment } = order.subject.connection;
  const now = new Date();
  const title = elevationTitle(elevation);
  const left = timeLeft(Date.parse(expiresAt) - now.getTime());
  const item = new vscode.TreeItem(title, None);
  item.id = id;
  item.description = visibleText(
    `${requester.name} on ${order.connectionName} (${environment}) · expires in ${left}`,
  );
  item.iconPath = new vscode.ThemeIcon("unlock", new vscode.ThemeColor("editorWarning.foreground"));
  item.tooltip = elevationFacts(elevation, now)
    .map(({ name, text }) => `${name}: ${text}`)
    .join("\n");
  item.contextValue = "sluice.elevation.waiting";
  item.command = { title: "Answer", command: "sluice.elevations.answer", arguments: [id] };
  item.accessibilityInformation = { label: `${title}, ${item.description}` };
  return item;
}

function statusOf({ approval, own, runsItself }: ApprovalView): string {
  const now = new Date();
  if (own) {
    const itself = runsItself && approval.state === "pending" ? " · runs when approved" : "";
    return `${approvalStatus(approval, now)}${itself}`;
  }
  return [
    ...(approval.state === "granted" ? [approvalStanding(approval)] : []),
    `${askerName(approval)} on ${placeText(approval.order)}`,
    approvalExpiry(approval, now),
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

function iconOf({ approval, own }: ApprovalView): vscode.ThemeIcon {
  const icon = approval.order.program === undefined ? "person" : "robot";
  if (!own) return new vscode.ThemeIcon(icon, new vscode.ThemeColor("editorWarning.foreground"));
  const { icon: standing, color } = ICONS[approval.state];
  return new vscode.ThemeIcon(standing, color === undefined ? undefined : new vscode.ThemeColor(color));
}

function tooltipOf({ approval }: ApprovalView): vscode.MarkdownString {
  const { order } = approval;
  const tooltip = new vscode.MarkdownString();
  tooltip.appendCodeblock(order.statement, "sql");
  tooltip.appendText(`${approvalStanding(approval)}.\n\n`);
  tooltip.appendText(`${askerName(approval)}, on ${order.device}: ${order.purpose}\n\n`);
  const facts = [
    placeText(order),
    approvalRows(order),
    `risk ${order.risk.score}`,
    `asked ${new Date(approval.createdAt).toLocaleString()}`,
    `good until ${new Date(approvalUntil(approval)).toLocaleString()}`,
  ];
  return tooltip.appendText(facts.filter((fact) => fact !== "").join(" · "));
}
