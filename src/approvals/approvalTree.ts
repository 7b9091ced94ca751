import * as vscode from "vscode";
import type { Approval } from "../../protocol/approval/approval.ts";
import { counted } from "../../protocol/counted.ts";
import type { ProgramsWaiting } from "../programs/programsWait.ts";
import { approvalItemOf } from "./approvalItems.ts";
import type { ApprovalList } from "./approvalList.ts";
import type { ApprovalNode } from "./approvalNodes.ts";
import { viewOf } from "./approvalViews.ts";
import type { AskedStatements } from "./askedStatements.ts";

/** What is left of time is told in minutes. */
const MINUTE_MS = 60_000;

/** The Approvals view: what waits for this person, what they may take back, and what they asked for. */
export class ApprovalTree implements vscode.TreeDataProvider<ApprovalNode>, vscode.Disposable {
  readonly #list: ApprovalList;
  readonly #asked: AskedStatements;
  readonly #programs: ProgramsWaiting;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<ApprovalNode>;
  readonly #subscriptions: vscode.Disposable;

  constructor(list: ApprovalList, asked: AskedStatements, programs: ProgramsWaiting) {
    this.#programs = programs;
    this.#list = list;
    this.#asked = asked;
    this.#view = vscode.window.createTreeView("sluice.approvals", { treeDataProvider: this });
    const clock = setInterval(() => {
      if (this.#view.visible && list.mine.length + list.given.length + this.#waiting().length > 0)
        this.#changed.fire(undefined);
    }, MINUTE_MS);
    this.#subscriptions = vscode.Disposable.from(
      this.#view,
      list.onChange(() => this.#show()),
      programs.onChange(() => this.#show()),
      this.#view.onDidChangeVisibility(({ visible }) => {
        if (visible && list.trouble === null) void list.refresh();
      }),
      new vscode.Disposable(() => clearInterval(clock)),
    );
  }

  getTreeItem(node: ApprovalNode): vscode.TreeItem {
    return approvalItemOf(node);
  }

  getChildren(node?: ApprovalNode): ApprovalNode[] {
    const { mine, given } = this.#list;
    const waiting = this.#waiting();
    if (node === undefined) {
      if (mine.length + given.length + waiting.length === 0) return [];
      return [
        { kind: "group", group: "waiting", count: waiting.length },
        ...(given.length === 0
          ? []
          : [{ kind: "group", group: "given", count: given.length } satisfies ApprovalNode]),
        { kind: "group", group: "own", count: mine.length },
      ];
    }
    if (node.kind !== "group") return [];
    if (node.group === "waiting") return waiting;
    return this.#rows(node.group === "given" ? given : mine);
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#changed.dispose();
  }

  /** What programs and people want of this person. */
  #waiting(): ApprovalNode[] {
    const { statements, tasks } = this.#programs;
    return [
      ...statements.map((line): ApprovalNode => ({ kind: "statement", line })),
      ...tasks.map((task): ApprovalNode => ({ kind: "task", task })),
      ...this.#list.elevations.map((elevation): ApprovalNode => ({ kind: "elevation", elevation })),
      ...this.#rows(this.#list.waiting),
    ];
  }

  #rows(approvals: readonly Approval[]): ApprovalNode[] {
    return approvals.map((approval) => ({
      kind: "approval",
      view: viewOf(approval, this.#list, this.#asked),
    }));
  }

  #show(): void {
    const { trouble } = this.#list;
    const count = this.#waiting().length;
    this.#view.badge =
      count === 0
        ? undefined
        : { value: count, tooltip: `${counted(count, "approval waits", "approvals wait")} for you` };
    this.#view.message =
      trouble === null
        ? ""
        : `${trouble.problem.message} What is shown may be old; it is tried again at ${trouble.again.toLocaleTimeString()}.`;
    this.#changed.fire(undefined);
  }
}
