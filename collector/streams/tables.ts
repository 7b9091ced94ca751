/** How far a stream has come, and who sends it. */
export interface StreamState {
  readonly name: string;
  /** Place in the log of the next record; everything before was taken by the receiver. */
  readonly position: number;
  readonly holder: string | null;
  /** Milliseconds; until then nobody but the holder sends. */
  readonly heldUntil: number;
  /** Tries since the receiver last took something. */
  readonly tries: number;
  /** Not to be tried before. */
  readonly dueAt: number;
  /** What went wrong last; null where nothing did. */
  readonly problem: string | null;
  readonly takenAt: number | null;
  /** A position somebody has asked for by hand. */
  readonly asked: AskedPosition | null;
}

export interface AskedPosition {
  readonly to: number;
  readonly account: string;
  readonly host: string;
}

export interface StreamReads {
  stream(name: string): Promise<StreamState | null>;
  /** By name. */
  streams(): Promise<readonly StreamState[]>;
}

/** Inside of a commit. */
export interface StreamTables extends StreamReads {
  /** Makes it where there is none. */
  begin(name: string, position: number): Promise<void>;
  /** Takes it, or keeps it. False where somebody else has it now. */
  hold(name: string, holder: string, until: number, now: number): Promise<boolean>;
  /** The receiver has everything before `to`. False where the holder or the position is another by now. */
  advance(name: string, holder: string, step: Advance): Promise<boolean>;
  /** Puts the next try off. */
  fail(name: string, holder: string, dueAt: number, problem: string): Promise<void>;
  /** Somebody else may have it at once. */
  release(name: string, holder: string): Promise<void>;
  ask(name: string, asked: AskedPosition): Promise<void>;
  /** Sets the position that was asked for. */
  move(name: string, to: number): Promise<void>;
}

export interface Advance {
  readonly from: number;
  readonly to: number;
  readonly takenAt: number;
  /** Until when it is the holder's now. */
  readonly until: number;
}
