import type { Elevation } from "../../protocol/approval/elevation.ts";
import type { Task } from "../../protocol/task.ts";
import type { ApprovalView } from "../../protocol/views.ts";
import type { WaitingLine } from "../../protocol/waiting.ts";

/** One row of the Approvals view. */
export type ApprovalNode =
  | { readonly kind: "group"; readonly group: "waiting" | "given" | "own"; readonly count: number }
  | { readonly kind: "approval"; readonly view: ApprovalView }
  /** A right for a while that somebody asks of this person. */
  | { readonly kind: "elevation"; readonly elevation: Elevation }
  /** What an AI agent wants to run. */
  | { readonly kind: "statement"; readonly line: WaitingLine }
  /** An AI agent's task that was stopped. */
  | { readonly kind: "task"; readonly task: Task };

/** The task that a command is given by its id or as a row. */
export const taskOf = (named: string | ApprovalNode | undefined): string | undefined =>
  typeof named === "string" ? named : named?.kind === "task" ? named.task.id : undefined;
