import * as vscode from "vscode";
import { problemOf } from "../problem.ts";
import { showProblem } from "../showProblem.ts";
import type { ConnectionList } from "./connectionList.ts";
import { treeItemOf } from "./treeItems.ts";
import type { ConnectionNode, TreeNode } from "./treeNodes.ts";

/** The Connections view: connection, schema, table or view, column. */
export class ConnectionTree implements vscode.TreeDataProvider<TreeNode> {
  readonly #connections: ConnectionList;
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  #asked = false;
  #nodes: readonly ConnectionNode[] = [];

  constructor(connections: ConnectionList) {
    this.#connections = connections;
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
