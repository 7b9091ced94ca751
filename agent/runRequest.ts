import type { Actor } from "../protocol/actor.ts";
import type { ConnectionProfile } from "../protocol/connection.ts";
import type { SessionId } from "../protocol/ids.ts";
import type { SuggestedRange } from "../protocol/suggestion/suggestion.ts";
import type { Governed } from "./govern.ts";
import type { Client } from "./recorder.ts";
import type { SplitStatement } from "./sql/facts.ts";

/** A text to run, by whom and how. */
export interface RunRequest {
  readonly sessionId: SessionId;
  readonly connection: ConnectionProfile;
  readonly text: string;
  readonly client: Client;
  readonly purpose: string | undefined;
  readonly pageRows: number;
  readonly maxCellLength: number;
  readonly signal: AbortSignal;
  /** Go on after a statement that was blocked or failed. */
  readonly keepGoing: boolean;
  /** Only a single statement is run; of several, none. */
  readonly only?: boolean;
  /** The task a program goes on with; without one it is found by its purpose, or begins. */
  readonly task?: string;
  /** Keep the rows that writes change, in memory, so that they can be undone. */
  readonly keepChanges?: boolean;
  readonly actor?: Actor;
  /** What others agreed to, for the statement it was asked for. */
  readonly approval?: string;
  /** Parts of the text that a model wrote, as far as whoever runs it has seen them come in. */
  readonly suggested?: readonly SuggestedRange[];
}

/** What came of one statement of it. */
export interface GovernedStatement {
  readonly index: number;
  readonly total: number;
  readonly statement: SplitStatement;
  readonly governed: Governed;
  /** The task it belongs to, where a program asked. */
  readonly task?: string;
}
