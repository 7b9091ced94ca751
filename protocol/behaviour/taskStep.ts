import type { IntentBody, RecordBody, RecordRef } from "../audit/record.ts";
import type { TaskBudget, TaskMark, TaskState } from "../task.ts";

/** A column with a label that a step was shown, and how it was hidden; `mask` is null where it was shown as it is. */
export interface SeenColumn {
  readonly column: string;
  readonly infoType: string;
  readonly level: string;
  readonly mask: string | null;
}

/** One thing that happened in a task, at a record anybody can look up and prove. */
export type TaskStep = RecordRef & { readonly at: string } & (
    | { readonly kind: "opened"; readonly purpose: string; readonly budget: TaskBudget }
    | {
        readonly kind: "suggested";
        readonly suggestion: string;
        readonly model: string;
        readonly how: string;
        readonly promptHash: string;
        /** Only where policy keeps it. */
        readonly prompt: string | null;
        readonly statement: string;
      }
    | {
        readonly kind: "suggestion_decided";
        readonly suggestion: string;
        readonly by: string;
        readonly decision: string;
        readonly reason: string | null;
        readonly milliseconds: number;
      }
    | TaskStatement
    | {
        readonly kind: "approval_asked";
        readonly approval: string;
        readonly group: string;
        readonly statement: string;
      }
    | {
        readonly kind: "approval_answered";
        readonly approval: string;
        readonly by: string;
        readonly decision: string;
        readonly reason: string;
      }
    | { readonly kind: "stopped"; readonly cause: string; readonly words: string }
    | { readonly kind: "resumed"; readonly by: string; readonly reason: string }
    | { readonly kind: "ended"; readonly by: string; readonly how: string }
    | { readonly kind: "mark_lifted"; readonly by: string; readonly reason: string; readonly mark: TaskMark }
  );

/** A statement of a task, with what came of it. */
export interface TaskStatement {
  readonly kind: "statement";
  readonly ran: boolean;
  readonly actor: IntentBody["actor"];
  readonly connection: IntentBody["connection"];
  readonly purpose: string | null;
  readonly statement: string;
  readonly statementKind: string;
  readonly effect: string;
  readonly verdict: "allow" | "approve" | "deny";
  readonly reason: string;
  readonly risk: number;
  readonly riskFactors: IntentBody["riskFactors"];
  readonly rules: IntentBody["findings"];
  /** Of the rules those about behaviour. */
  readonly anomalies: readonly string[];
  /** Columns with labels among what it shows; nothing was shown of what did not run. */
  readonly seen: readonly SeenColumn[];
  readonly writes: readonly string[];
  readonly approvers: readonly string[];
  readonly suggestion: string | null;
  /** Null where nothing was sent, or nothing is known yet. */
  readonly outcome: Omit<Extract<RecordBody, { kind: "outcome" }>, "kind" | "intent"> | null;
}

/** Everything that was done for one task, in order. */
export interface TaskTimeline {
  readonly task: string;
  readonly actor: string;
  /** Which models decided what to do. */
  readonly models: readonly string[];
  readonly purpose: string;
  readonly state: TaskState;
  /** What it was shown that anybody may have written, whether or not that counts any more; null for nothing. */
  readonly mark: (TaskMark & { readonly liftedBy: string | null }) | null;
  readonly steps: readonly TaskStep[];
  readonly totals: {
    readonly statements: number;
    readonly refused: number;
    readonly rows: number;
    readonly changed: number;
    readonly anomalies: number;
  };
}
