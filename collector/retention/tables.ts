import type { Hold } from "../../protocol/retention/hold.ts";

/** A hold as administrators see it. */
export interface KeptHold extends Hold {
  readonly setAt: number;
  readonly setBy: string;
  readonly reason: string;
  /** Null while it is in force. */
  readonly lifted: HoldEnd | null;
}

interface HoldEnd {
  readonly at: number;
  /** Who and why; null where it was lifted before that was kept beside it. */
  readonly by: string | null;
  readonly reason: string | null;
}

/** How far dropping has come. */
export interface RetentionState {
  /** Place in the log of the next record to look at. */
  readonly position: number;
  /** First place before that at which something was kept although it is old; null for none. */
  readonly keptFrom: number | null;
  /** Texts dropped so far. */
  readonly dropped: number;
  /** Latest time of anything that was dropped; null before the first. */
  readonly droppedTo: number | null;
}

export interface RetentionReads {
  state(): Promise<RetentionState>;
  /** Newest first. */
  holds(which: "in_force" | "all"): Promise<readonly KeptHold[]>;
}

/** Inside of a commit. */
export interface RetentionTables extends RetentionReads {
  setState(state: RetentionState): Promise<void>;
  putHold(hold: KeptHold): Promise<void>;
  /** Keeps that it is over. */
  liftHold(hold: KeptHold): Promise<void>;
  /** Empties the texts at these places of the log; `by` is the place of the record that says so. */
  dropTexts(places: readonly number[], by: number): Promise<void>;
}
