import type { Actor } from "./actor.ts";
import type { IntentBody } from "./audit/record.ts";
import { counted } from "./counted.ts";

/** How much a program may do for one purpose before a person has to let it go on. */
export interface TaskBudget {
  readonly statements: number;
  readonly rows: number;
  readonly minutes: number;
}

/** What programs of one person, or one service, may do: in a task, and whatever tasks they open. */
export interface ProgramLimits extends TaskBudget {
  readonly statementsPerMinute: number;
  readonly statementsPerHour: number;
  readonly rowsPerHour: number;
}

/** Where a policy says nothing else. */
export const DEFAULT_LIMITS: ProgramLimits = {
  statements: 300,
  rows: 50_000,
  minutes: 240,
  statementsPerMinute: 120,
  statementsPerHour: 1_000,
  rowsPerHour: 200_000,
};

/** A program's work for one purpose, as the ledger has it. */
export interface Task {
  readonly id: string;
  readonly actor: Actor;
  readonly purpose: string;
  readonly budget: TaskBudget;
  readonly state: TaskState;
  /** ISO 8601. */
  readonly openedAt: string;
  readonly lastAt: string;
  /** Since it was opened. */
  readonly statements: number;
  readonly rows: number;
  /** What it was shown that anybody may have written; null where that is nothing, or a person has lifted the mark. */
  readonly mark: TaskMark | null;
}

/** Statements that showed a task text which anybody may have written, and the records of the first and the last. */
export interface TaskMark {
  readonly statements: number;
  readonly first: number;
  readonly last: number;
}

/** What a task is marked with, in words. */
export const markWords = (mark: TaskMark): string =>
  `${counted(mark.statements, "statement")} showed it text that anybody may have written (${placeWords(mark)})`;

/** Records of a ledger before this one have their places before its first. */
function placeWords({ first, last }: TaskMark): string {
  if (last < 1) return "in records of the ledger before this one";
  if (first < 1) return `from records of the ledger before this one to record ${last}`;
  return first === last ? `record ${first}` : `records ${first} to ${last}`;
}

export type TaskState =
  | { readonly kind: "open" }
  /** `cause` is a stable id: `budget-rows`. */
  | { readonly kind: "stopped"; readonly cause: string; readonly words: string }
  | { readonly kind: "ended"; readonly how: "ended" | "expired" | "stopped" };

/** What policy has to know of the task a statement belongs to. */
export interface TaskStanding {
  readonly id: string;
  readonly state: TaskState;
  /** Seconds until its next statement may run; 0 where it may now. */
  readonly wait: number;
  /** Rows it may still read. */
  readonly rowsLeft: number;
  /** Programs of this person have read text that anybody may have written. */
  readonly untrusted: boolean;
  /** Whether the task has used this column, `schema.table.column`, of this connection before. */
  touched(connection: string, column: string): boolean;
}

/** Rule by which a statement is told, in the ledger too, to show a program text that anybody may have written. */
export const READS_UNTRUSTED = "reads-untrusted-text";

/** Rules that stop a task's statement before it is looked at; they use up no budget. */
export const TASK_STOPS: readonly string[] = ["task-stopped", "task-rate"];

/** Services and AI agents work within tasks; people do not. */
export const isProgram = (actor: Actor): boolean => actor.kind === "service" || actor.kind === "ai_agent";

/** Whether a record of a statement says that a program was shown text that anybody may have written. */
export const showsUntrusted = ({ findings }: Pick<IntentBody, "findings">): boolean =>
  findings.some(({ rule }) => rule === READS_UNTRUSTED);
