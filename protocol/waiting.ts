import type { Environment } from "./connection.ts";
import type { Task } from "./task.ts";

/** A program's statement that waits for the person at this machine, in a line. */
export interface WaitingLine {
  readonly id: string;
  /** `AI agent copilot for Ada`. */
  readonly who: string;
  readonly purpose: string;
  readonly connection: string;
  readonly environment: Environment;
  readonly text: string;
  /** ISO 8601. */
  readonly askedAt: string;
  readonly expiresAt: string;
}

/** What programs wait for from this person. */
export interface ProgramsWait {
  readonly statements: readonly WaitingLine[];
  /** Tasks that were stopped. */
  readonly tasks: readonly Task[];
}

/** Where a program's request stands, as it is told. */
export type WaitingState =
  | "pending"
  | "approved"
  | "denied"
  | "expired"
  | "used"
  | "unknown"
  /** Its task ended, or its person took it back, before anybody answered. */
  | "withdrawn";
