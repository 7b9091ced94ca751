import * as vscode from "vscode";
import type { ConnectionId } from "../../protocol/ids.ts";
import type { ColumnAddress, RelationView } from "../../protocol/messages.ts";
import { problemOf } from "../problem.ts";
import { showProblem } from "../showProblem.ts";
import type { ConnectionList } from "./connectionList.ts";
import { treeItemOf } from "./treeItems.ts";
import type { ConnectionNode, TreeNode } from "./treeNodes.ts";

/** The Connections view: connection, schema, table or view, column. */
export class ConnectionTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #connections: ConnectionList;
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<TreeNode>;
  #asked = false;
  #nodes: readonly ConnectionNode[] = [];

  constructor(connections: ConnectionList) {
    this.#connections = connections;
    this.#view = vscode.window.createTreeView("sluice.connections", { treeDataProvider: this });
    connections.onChange((id) => {
      this.#changed.fire(id === null ? undefined : this.#nodes.find((node) => node.profile.id === id));
    });
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return treeItemOf(node);
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    switch (node?.kind) {
      case undefined:
        return this.#roots();
      case "connection":
        return this.#schemasOf(node);
      case "schema":
        return node.schema.relations.map((relation) => ({
          kind: "relation",
          profile: node.profile,
          schema: node.schema.name,
          relation,
        }));
      case "relation":
        return node.relation.columns.map((column) => ({
          kind: "column",
          profile: node.profile,
          schema: node.schema,
          relation: node.relation.name,
          column,
        }));
      case "column":
      case "problem":
        return [];
    }
  }

  /** Opens the tree at a column. */
  async show(address: ColumnAddress): Promise<void> {
    const profile = this.#connections.find(address.connectionId);
    const relation = await this.#relationAt(address.connectionId, address.schema, address.table);
    const column = relation?.columns.find(({ name }) => name === address.column);
    if (profile === undefined || column === undefined) return;
    const node: TreeNode = {
      kind: "column",
      profile,
      schema: address.schema,
      relation: address.table,
      column,
    };
    await this.#view.reveal(node, { select: true, focus: true });
  }

  async getParent(node: TreeNode): Promise<TreeNode | undefined> {
    const { profile } = node;
    switch (node.kind) {
      case "connection":
        return undefined;
      case "schema":
      case "problem":
        return this.#nodes.find((root) => root.profile.id === profile.id) ?? { kind: "connection", profile };
      case "relation": {
        const { schemas } = await this.#connections.catalog(profile.id);
        const schema = schemas.find(({ name }) => name === node.schema);
        return schema && { kind: "schema", profile, schema };
      }
      case "column": {
        const relation = await this.#relationAt(profile.id, node.schema, node.relation);
        return relation && { kind: "relation", profile, schema: node.schema, relation };
      }
    }
  }

  dispose(): void {
    this.#view.dispose();
    this.#changed.dispose();
  }

  async #relationAt(id: ConnectionId, schema: string, table: string): Promise<RelationView | undefined> {
    const { schemas } = await this.#connections.catalog(id);
    return schemas.find(({ name }) => name === schema)?.relations.find(({ name }) => name === table);
  }

  async #roots(): Promise<TreeNode[]> {
    if (!this.#asked) {
      this.#asked = true;
      await this.#connections.reload().catch(showProblem);
    }
    this.#nodes = this.#connections.profiles.map((profile) => ({ kind: "connection", profile }));
    return [...this.#nodes];
  }

  async #schemasOf({ profile }: ConnectionNode): Promise<TreeNode[]> {
    try {
      const { schemas } = await this.#connections.catalog(profile.id);
      return schemas.map((schema) => ({ kind: "schema", profile, schema }));
    } catch (error) {
      return [{ kind: "problem", profile, problem: problemOf(error) }];
    }
  }
}
