import type { RecordBody, RecordRef } from "../record.ts";

/** What was asked, or refused, with what came of it. */
export interface ExportedStatement extends RecordRef {
  readonly at: string;
  readonly body: Extract<RecordBody, { kind: "intent" | "refused" }>;
  /** Null where nothing was sent, or nothing is known yet. */
  readonly outcome: Extract<RecordBody, { kind: "outcome" }> | null;
}

/** A record as its place and its body. */
export interface PlacedBody extends RecordRef {
  readonly at: string;
  readonly body: RecordBody;
}

/**
 * Brings intents and outcomes of one chain together as its records come: a statement is handed on when it has ended.
 * Memory grows with the statements that run at the same time.
 */
export class StatementJoin {
  readonly #open = new Map<number, ExportedStatement>();

  /** The statement that this record ends; null where it ends none. */
  take({ seq, hash, at, body }: PlacedBody): ExportedStatement | null {
    switch (body.kind) {
      case "refused":
        return { seq, hash, at, body, outcome: null };
      case "intent":
        this.#open.set(seq, { seq, hash, at, body, outcome: null });
        return null;
      case "outcome": {
        const statement = this.#open.get(body.intent);
        this.#open.delete(body.intent);
        return statement === undefined ? null : { ...statement, outcome: body };
      }
      default:
        return null;
    }
  }

  /** Statements that nothing has ended. */
  open(): readonly ExportedStatement[] {
    return [...this.#open.values()];
  }
}
