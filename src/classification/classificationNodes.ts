import type { ClassifiedColumn, ScanView } from "../../protocol/classification.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { Level } from "../../protocol/label.ts";
import type { Problem } from "../../protocol/messages.ts";

/** One row of the Classification view. */
export type ClassificationNode =
  | ClassifiedConnectionNode
  | ScanNode
  | SkippedNode
  | SentenceNode
  | FailureNode
  | LevelNode
  | TypeNode
  | ClassifiedNode;

export interface ClassifiedConnectionNode {
  readonly kind: "connection";
  readonly profile: ConnectionProfile;
  /** As last told; null where nothing was looked at yet. */
  readonly scan: ScanView | null;
}
/** The look at values, while it runs and where it did not end well. */
export interface ScanNode {
  readonly kind: "scan";
  readonly profile: ConnectionProfile;
  readonly scan: ScanView;
}
/** Tables that were not looked at. */
export interface SkippedNode {
  readonly kind: "skipped";
  readonly profile: ConnectionProfile;
  readonly skipped: ScanView["skipped"];
}
export interface SentenceNode {
  readonly kind: "sentence";
  readonly id: string;
  readonly text: string;
  readonly detail: string;
  readonly icon: string;
}
/** Stands where the children of a connection would, if they could be read. */
export interface FailureNode {
  readonly kind: "failure";
  readonly profile: ConnectionProfile;
  readonly problem: Problem;
}
export interface LevelNode {
  readonly kind: "level";
  readonly profile: ConnectionProfile;
  readonly level: Level;
  readonly columns: readonly ClassifiedColumn[];
}
export interface TypeNode {
  readonly kind: "type";
  readonly profile: ConnectionProfile;
  readonly level: Level;
  readonly infoType: string;
  readonly columns: readonly ClassifiedColumn[];
}
export interface ClassifiedNode {
  readonly kind: "classified";
  readonly profile: ConnectionProfile;
  readonly column: ClassifiedColumn;
}
