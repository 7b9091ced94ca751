import * as vscode from "vscode";
import { isSensitive, type Label } from "../../protocol/label.ts";
import { isCentralId } from "../../protocol/lease/centralId.ts";
import type { ColumnView } from "../../protocol/messages.ts";
import { environmentWords } from "./environment.ts";
import { connectionUri } from "./environmentDecoration.ts";
import type {
  ColumnNode,
  ConnectionNode,
  ProblemNode,
  RelationNode,
  SchemaNode,
  TreeNode,
} from "./treeNodes.ts";

const { Collapsed, None } = vscode.TreeItemCollapsibleState;
const RELATION_ICONS: ReadonlyMap<string, string> = new Map([
  ["view", "eye"],
  ["materialized_view", "preview"],
  ["foreign_table", "link"],
  ["partitioned_table", "list-tree"],
]);

/** How one row of the connections tree looks and reads. */
export function treeItemOf(node: TreeNode): vscode.TreeItem {
  switch (node.kind) {
    case "connection":
      return ofConnection(node);
    case "schema":
      return ofSchema(node);
    case "relation":
      return ofRelation(node);
    case "column":
      return ofColumn(node);
    case "problem":
      return ofProblem(node);
  }
}

function ofConnection({ profile }: ConnectionNode): vscode.TreeItem {
  const item = new vscode.TreeItem(profile.name, Collapsed);
  const { name, color, tooltip } = environmentWords(profile.environment);
  const central = isCentralId(profile.id);
  const origin = central ? "from the collector" : "";
  const where = `${profile.host}:${profile.port}/${profile.database}`;
  item.id = profile.id;
  item.description = central ? `${name} · ${origin}` : name;
  item.resourceUri = connectionUri(profile.id, profile.environment);
  item.iconPath = new vscode.ThemeIcon(central ? "cloud" : "database", new vscode.ThemeColor(color));
  item.contextValue = central ? "sluice.centralConnection" : "sluice.connection";
  item.tooltip = central
    ? `${profile.name}\n${where}\n${tooltip}\nKept by the collector, which lends you a login of your own for minutes`
    : `${profile.name}\n${profile.user}@${where}\n${tooltip}`;
  item.accessibilityInformation = {
    label: [profile.name, "connection", name, origin].filter((part) => part !== "").join(", "),
  };
  return item;
}

function ofSchema({ profile, schema }: SchemaNode): vscode.TreeItem {
  const item = new vscode.TreeItem(schema.name, Collapsed);
  item.id = `${profile.id}/${schema.name}`;
  item.iconPath = new vscode.ThemeIcon("symbol-namespace");
  item.description = `${schema.relations.length}`;
  item.contextValue = "sluice.schema";
  item.accessibilityInformation = {
    label: `${schema.name}, schema, ${schema.relations.length} tables and views`,
  };
  return item;
}

function ofRelation({ profile, schema, relation }: RelationNode): vscode.TreeItem {
  const item = new vscode.TreeItem(relation.name, Collapsed);
  const kind = relation.kind.replaceAll("_", " ");
  const masked = relation.columns.filter((column) => column.masked).length;
  const rows =
    relation.estimatedRows === undefined ? "" : `~${relation.estimatedRows.toLocaleString("en")} rows`;
  item.id = `${profile.id}/${schema}/${relation.name}`;
  item.iconPath = new vscode.ThemeIcon(RELATION_ICONS.get(relation.kind) ?? "table");
  item.description = [kind === "table" ? "" : kind, rows, masked === 0 ? "" : `${masked} masked`]
    .filter((part) => part !== "")
    .join(" · ");
  item.contextValue = "sluice.relation";
  item.tooltip = [`${schema}.${relation.name} (${kind})`, relation.comment ?? ""].filter(Boolean).join("\n");
  item.accessibilityInformation = { label: `${relation.name}, ${kind}, ${masked} masked columns` };
  return item;
}

function ofColumn({ profile, schema, relation, column }: ColumnNode): vscode.TreeItem {
  const item = new vscode.TreeItem(column.name, None);
  const badge = badgeOf(column);
  item.id = `${profile.id}/${schema}/${relation}/${column.name}`;
  item.description = badge === "" ? column.type : `${column.type} — ${badge}`;
  item.iconPath = columnIcon(column);
  item.contextValue = column.masked ? "sluice.column.masked" : "sluice.column";
  item.tooltip = columnTooltip(`${schema}.${relation}.${column.name}`, column);
  item.accessibilityInformation = {
    label: `${column.name}, ${column.type}${badge === "" ? "" : `, ${badge}`}`,
  };
  return item;
}

function ofProblem({ profile, problem }: ProblemNode): vscode.TreeItem {
  const item = new vscode.TreeItem(problem.message, None);
  item.id = `${profile.id}/problem`;
  item.iconPath = new vscode.ThemeIcon("error", new vscode.ThemeColor("errorForeground"));
  item.tooltip = `${problem.message}\n\n${problem.action}`;
  item.description = problem.action;
  item.command = {
    title: "Try Again",
    command: "sluice.connections.refresh",
    arguments: [{ kind: "connection", profile }],
  };
  item.contextValue = "sluice.problem";
  return item;
}

function badgeOf({ label, masked }: ColumnView): string {
  if (label === null || !isSensitive(label)) return "";
  return `${infoTypeName(label)} · ${masked ? "masked" : "shown"}`;
}

function columnIcon({ label, masked, primaryKey, references }: ColumnView): vscode.ThemeIcon {
  if (label !== null && isSensitive(label)) {
    const color =
      label.level === "restricted" ? "sluice.restrictedUnderline" : "sluice.confidentialUnderline";
    return new vscode.ThemeIcon(masked ? "lock" : "unlock", new vscode.ThemeColor(color));
  }
  if (primaryKey) return new vscode.ThemeIcon("key");
  return new vscode.ThemeIcon(references === undefined ? "symbol-field" : "link");
}

function columnTooltip(
  path: string,
  { label, masked, primaryKey, references, type }: ColumnView,
): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  tooltip.appendText(`${path} · ${type}\n`);
  if (primaryKey) tooltip.appendText("\nPrimary key\n");
  if (references !== undefined) tooltip.appendText(`\nReferences ${references}\n`);
  if (label === null) return tooltip.appendText("\nNot classified yet.");
  tooltip.appendText(
    `\n${infoTypeName(label)} · ${label.category} · ${label.level} · ${masked ? `masked (${label.mask})` : "shown"}\n`,
  );
  for (const sentence of label.evidence) tooltip.appendMarkdown("\n- ").appendText(sentence);
  return tooltip;
}

const infoTypeName = ({ infoType }: Label): string => infoType.replaceAll("_", " ");
