import type { Actor } from "../../protocol/actor.ts";
import type { Signal } from "../../protocol/behaviour/signal.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { Label } from "../../protocol/label.ts";
import type { TaskStanding } from "../../protocol/task.ts";
import type { ColumnId, RelationUse, Understanding } from "../sql/facts.ts";
import type { ElevatedRight } from "./elevatedRight.ts";

/** Everything a decision rests on. */
export interface DecisionInput {
  readonly understanding: Understanding;
  readonly actor: Actor;
  readonly connection: ConnectionProfile;
  readonly inferenceCounts: { readonly matches: number; readonly inferences: number };
  readonly purpose?: string;
  readonly inTransaction?: boolean;
  /** Rows the planner expects a write to change, or a read to return. */
  readonly plannedRows?: number;
  /** In what it differs from what the actor usually does. */
  readonly signals?: readonly Signal[];
  /** Of the program that asks; without one its task's rules are not asked. */
  readonly task?: TaskStanding;
  /** Whether values of this column may be words; where that is not known, they may. */
  isText?(id: ColumnId): boolean;
  /** What others agreed to give this person here for a while; in force now. */
  readonly elevations?: readonly ElevatedRight[];
  labelOf(id: ColumnId): Label | undefined;
  estimatedRows(relation: RelationUse): number | undefined;
}
