import type { Task } from "../../protocol/task.ts";
import type { ApprovalView } from "../../protocol/views.ts";
import type { WaitingLine } from "../../protocol/waiting.ts";

/** One row of the Approvals view. */
export type ApprovalNode =
  | { readonly kind: "group"; readonly group: "waiting" | "own"; readonly count: number }
  | { readonly kind: "approval"; readonly view: ApprovalView }
  /** What an AI agent wants to run. */
  | { readonly kind: "statement"; readonly line: WaitingLine }
  /** An AI agent's task that was stopped. */
  | { readonly kind: "task"; readonly task: Task };
