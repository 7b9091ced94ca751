import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { ColumnView, Problem, RelationView, SchemaView } from "../../protocol/messages.ts";

/** One row of the connections tree. */
export type TreeNode = ConnectionNode | SchemaNode | RelationNode | ColumnNode | ProblemNode;

export interface ConnectionNode {
  readonly kind: "connection";
  readonly profile: ConnectionProfile;
}
export interface SchemaNode {
  readonly kind: "schema";
  readonly profile: ConnectionProfile;
  readonly schema: SchemaView;
}
export interface RelationNode {
  readonly kind: "relation";
  readonly profile: ConnectionProfile;
  readonly schema: string;
  readonly relation: RelationView;
}
export interface ColumnNode {
  readonly kind: "column";
  readonly profile: ConnectionProfile;
  readonly schema: string;
  readonly relation: string;
  readonly column: ColumnView;
}
/** Stands where the children of a connection would, if they could be read. */
export interface ProblemNode {
  readonly kind: "problem";
  readonly profile: ConnectionProfile;
  readonly problem: Problem;
}
