import * as vscode from "vscode";
import type { ClassificationView, ClassifiedColumn, ScanView } from "../../protocol/classification.ts";
import type { ConnectionId } from "../../protocol/ids.ts";
import { LEVELS } from "../../protocol/label.ts";
import type { AgentClient } from "../agentClient.ts";
import type { ConnectionList } from "../connections/connectionList.ts";
import { problemOf } from "../problem.ts";
import { showProblem } from "../showProblem.ts";
import { classificationItemOf } from "./classificationItems.ts";
import type {
  ClassificationNode,
  ClassifiedConnectionNode,
  ClassifiedNode,
  LevelNode,
  TypeNode,
} from "./classificationNodes.ts";

const VIEW = "sluice.classification";
/** A scan tells of itself often; rows are drawn anew this often at most. */
const REDRAW_MS = 300;

/** The Classification view: what was found where, how surely and why, and how far the look at values has come. */
export class ClassificationTree implements vscode.TreeDataProvider<ClassificationNode>, vscode.Disposable {
  readonly #agent: AgentClient;
  readonly #connections: ConnectionList;
  readonly #changed = new vscode.EventEmitter<ClassificationNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<ClassificationNode>;
  readonly #subscriptions: vscode.Disposable;
  readonly #scans = new Map<ConnectionId, ScanView>();
  readonly #nodes = new Map<ConnectionId, ClassifiedConnectionNode>();
  #onlyUnclassified = false;
  #asked = false;
  #redraw: NodeJS.Timeout | null = null;

  constructor(agent: AgentClient, connections: ConnectionList) {
    this.#agent = agent;
    this.#connections = connections;
    this.#view = vscode.window.createTreeView(VIEW, { treeDataProvider: this, showCollapseAll: true });
    this.#subscriptions = vscode.Disposable.from(
      connections.onChange((id) => this.#tell(id)),
      agent.on("sluice/progress", ({ connectionId, scan }) => {
        const began = this.#scans.get(connectionId)?.state !== scan.state;
        this.#scans.set(connectionId, scan);
        if (began) this.#tell(connectionId);
        else this.#redraw ??= setTimeout(() => this.#tell(connectionId), REDRAW_MS);
      }),
      agent.onStateChange(({ kind }) => {
        if (kind !== "running") this.#scans.clear();
      }),
    );
  }

  /** Shows what nobody could classify yet and nothing else, or everything again. */
  async filter(onlyUnclassified: boolean): Promise<void> {
    this.#onlyUnclassified = onlyUnclassified;
    await vscode.commands.executeCommand("setContext", `${VIEW}.filtered`, onlyUnclassified);
    this.#view.message = onlyUnclassified ? "Only columns that are not classified yet." : "";
    this.#changed.fire(undefined);
  }

  getTreeItem(node: ClassificationNode): vscode.TreeItem {
    return classificationItemOf(node);
  }

  async getChildren(node?: ClassificationNode): Promise<ClassificationNode[]> {
    switch (node?.kind) {
      case undefined:
        return this.#roots();
      case "connection":
        return this.#of(node);
      case "skipped":
        return node.skipped.map(({ table, why }) => ({
          kind: "sentence",
          id: `classification/${node.profile.id}/skipped/${table}`,
          text: table,
          detail: why,
          icon: "table",
        }));
      case "level":
        return typesOf(node);
      case "type":
        return node.columns.map((column) => ({ kind: "classified", profile: node.profile, column }));
      case "classified":
        return evidenceOf(node);
      case "scan":
      case "sentence":
      case "failure":
        return [];
    }
  }

  dispose(): void {
    if (this.#redraw !== null) clearTimeout(this.#redraw);
    this.#subscriptions.dispose();
    this.#view.dispose();
    this.#changed.dispose();
  }

  async #roots(): Promise<ClassificationNode[]> {
    if (!this.#asked) {
      this.#asked = true;
      await this.#connections.reload().catch(showProblem);
    }
    this.#nodes.clear();
    for (const profile of this.#connections.profiles) {
      this.#nodes.set(profile.id, { kind: "connection", profile, scan: this.#scans.get(profile.id) ?? null });
    }
    return [...this.#nodes.values()];
  }

  async #of({ profile }: ClassifiedConnectionNode): Promise<ClassificationNode[]> {
    try {
      const view = await this.#agent.request("sluice/labels/view", { connectionId: profile.id });
      return this.#onlyUnclassified
        ? view.columns.filter(isUnclassified).map((column) => ({ kind: "classified", profile, column }))
        : [...this.#notesOf(profile, view), ...levelsOf(profile, view.columns)];
    } catch (error) {
      return [{ kind: "failure", profile, problem: problemOf(error) }];
    }
  }

  #notesOf(profile: ClassifiedConnectionNode["profile"], view: ClassificationView): ClassificationNode[] {
    const scan = this.#scans.get(profile.id) ?? view.scan;
    const notes: ClassificationNode[] = [];
    if (scan !== null && scan.state !== "done") notes.push({ kind: "scan", profile, scan });
    if (scan !== null && scan.skipped.length > 0)
      notes.push({ kind: "skipped", profile, skipped: scan.skipped });
    notes.push(
      ...view.notices.map(
        (text, position): ClassificationNode => ({
          kind: "sentence",
          id: `classification/${profile.id}/notice/${position}`,
          text,
          detail: "",
          icon: "info",
        }),
      ),
    );
    return notes;
  }

  #tell(id: ConnectionId | null): void {
    if (this.#redraw !== null) clearTimeout(this.#redraw);
    this.#redraw = null;
    // A row itself says how far its scan is, so the rows are made anew.
    const known = id === null ? undefined : this.#nodes.get(id);
    if (known !== undefined && id !== null) {
      const node = { ...known, scan: this.#scans.get(id) ?? null };
      this.#nodes.set(id, node);
    }
    this.#changed.fire(undefined);
  }
}

const isUnclassified = ({ label }: ClassifiedColumn): boolean => label.infoType === "unclassified";

function levelsOf(
  profile: ClassifiedConnectionNode["profile"],
  columns: readonly ClassifiedColumn[],
): readonly LevelNode[] {
  return LEVELS.toReversed().flatMap((level) => {
    const found = columns.filter((column) => column.label.level === level);
    return found.length === 0 ? [] : [{ kind: "level", profile, level, columns: found }];
  });
}

function typesOf({ profile, level, columns }: LevelNode): TypeNode[] {
  const byType = new Map<string, ClassifiedColumn[]>();
  for (const column of columns) {
    byType.set(column.label.infoType, [...(byType.get(column.label.infoType) ?? []), column]);
  }
  return [...byType]
    .map(([infoType, found]): TypeNode => ({ kind: "type", profile, level, infoType, columns: found }))
    .sort((a, b) => a.infoType.localeCompare(b.infoType));
}

const evidenceOf = ({
  profile,
  column: { schema, table, column, label },
}: ClassifiedNode): ClassificationNode[] =>
  label.evidence.map((text, position) => ({
    kind: "sentence",
    id: `classification/${profile.id}/evidence/${schema}/${table}/${column}/${position}`,
    text,
    detail: "",
    icon: "dash",
  }));
