import * as vscode from "vscode";
import { scanWords } from "../../protocol/classification.ts";
import { counted } from "../../protocol/counted.ts";
import type { Level } from "../../protocol/label.ts";
import type {
  ClassificationNode,
  ClassifiedConnectionNode,
  ClassifiedNode,
  FailureNode,
  LevelNode,
  ScanNode,
  SentenceNode,
  SkippedNode,
  TypeNode,
} from "./classificationNodes.ts";

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

/** How one row of the Classification view looks and reads. */
export function classificationItemOf(node: ClassificationNode): vscode.TreeItem {
  switch (node.kind) {
    case "connection":
      return ofConnection(node);
    case "scan":
      return ofScan(node);
    case "skipped":
      return ofSkipped(node);
    case "sentence":
      return ofSentence(node);
    case "failure":
      return ofFailure(node);
    case "level":
      return ofLevel(node);
    case "type":
      return ofType(node);
    case "classified":
      return ofColumn(node);
  }
}

function ofConnection({ profile, scan }: ClassifiedConnectionNode): vscode.TreeItem {
  const item = new vscode.TreeItem(profile.name, Collapsed);
  const running = scan?.state === "running";
  item.id = `classification/${profile.id}`;
  item.iconPath = new vscode.ThemeIcon(running ? "loading~spin" : "database");
  item.description = running ? `${scan.looked} of ${scan.total} tables` : "";
  item.contextValue = running ? "sluice.classification.scanning" : "sluice.classification.connection";
  item.accessibilityInformation = {
    label: `${profile.name}, connection${running ? `, classifying, ${item.description}` : ""}`,
  };
  return item;
}

function ofScan({ profile, scan }: ScanNode): vscode.TreeItem {
  const words = scanWords(profile.name, scan);
  const item = new vscode.TreeItem(words, None);
  item.id = `classification/${profile.id}/scan`;
  item.iconPath = new vscode.ThemeIcon(scan.state === "running" ? "loading~spin" : "warning");
  item.tooltip = words;
  item.contextValue = "sluice.classification.scan";
  item.accessibilityInformation = { label: words };
  return item;
}

function ofSkipped({ profile, skipped }: SkippedNode): vscode.TreeItem {
  const words = `${counted(skipped.length, "table")} not read`;
  const item = new vscode.TreeItem(words, Collapsed);
  item.id = `classification/${profile.id}/skipped`;
  item.iconPath = new vscode.ThemeIcon("warning");
  item.tooltip =
    "What these hold is judged by names alone; columns nobody could look at count as confidential.";
  item.accessibilityInformation = { label: `${words}. ${item.tooltip}` };
  return item;
}

function ofSentence({ id, text, detail, icon }: SentenceNode): vscode.TreeItem {
  const item = new vscode.TreeItem(text, None);
  item.id = id;
  item.description = detail;
  item.tooltip = detail === "" ? text : `${text}: ${detail}`;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.accessibilityInformation = { label: item.tooltip };
  return item;
}

function ofFailure({ profile, problem }: FailureNode): vscode.TreeItem {
  const item = new vscode.TreeItem(problem.message, None);
  item.id = `classification/${profile.id}/failure`;
  item.iconPath = new vscode.ThemeIcon("error", new vscode.ThemeColor("errorForeground"));
  item.tooltip = `${problem.message}\n\n${problem.action}`;
  item.description = problem.action;
  item.accessibilityInformation = { label: `${problem.message} ${problem.action}` };
  return item;
}

function ofLevel({ profile, level, columns }: LevelNode): vscode.TreeItem {
  const item = new vscode.TreeItem(capitalised(level), Expanded);
  item.id = `classification/${profile.id}/${level}`;
  item.iconPath = levelIcon(level);
  item.description = counted(columns.length, "column");
  item.accessibilityInformation = { label: `${level}, ${item.description}` };
  return item;
}

function ofType({ profile, level, infoType, columns }: TypeNode): vscode.TreeItem {
  const item = new vscode.TreeItem(typeName(infoType), Collapsed);
  item.id = `classification/${profile.id}/${level}/${infoType}`;
  item.iconPath = new vscode.ThemeIcon("tag");
  item.description = counted(columns.length, "column");
  item.accessibilityInformation = { label: `${typeName(infoType)}, ${level}, ${item.description}` };
  return item;
}

function ofColumn({
  profile,
  column: { schema, table, column, label, corrected },
}: ClassifiedNode): vscode.TreeItem {
  const item = new vscode.TreeItem(`${table}.${column}`, Collapsed);
  const how = corrected ? "corrected" : `${Math.round(label.confidence * 100)} %`;
  item.id = `classification/${profile.id}/column/${schema}/${table}/${column}`;
  item.iconPath = levelIcon(label.level, corrected ? "edit" : "lock");
  item.description = `${schema} · ${typeName(label.infoType)} · ${how}`;
  item.contextValue = "sluice.classification.column";
  item.tooltip = new vscode.MarkdownString()
    .appendText(
      `${schema}.${table}.${column}\n\n${typeName(label.infoType)} · ${label.category} · ${label.level}\n`,
    )
    .appendText(label.evidence.map((sentence) => `\n${sentence}`).join(""));
  const confidence = corrected ? "corrected" : `confidence ${Math.round(label.confidence * 100)} percent`;
  item.accessibilityInformation = {
    label: `${schema}.${table}.${column}, ${typeName(label.infoType)}, ${label.level}, ${confidence}`,
  };
  return item;
}

/** `us_ssn` for a reader. */
export const typeName = (infoType: string): string => infoType.replaceAll("_", " ");

function levelIcon(level: Level, icon = "shield"): vscode.ThemeIcon {
  if (level !== "restricted" && level !== "confidential") return new vscode.ThemeIcon(icon);
  return new vscode.ThemeIcon(icon, new vscode.ThemeColor(`sluice.${level}Underline`));
}

const capitalised = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
