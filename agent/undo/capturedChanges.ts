import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { ConnectionId } from "../../protocol/ids.ts";
import type { OfferedUndo, Problem } from "../../protocol/messages.ts";
import type { RestorePlan } from "../connect/capturePlan.ts";
import { sizeOf } from "../connect/rowDigest.ts";

/** A change with what it takes to undo it. Holds raw values: it never leaves the agent's memory (law 4). */
export interface CapturedChange {
  readonly kind: "change";
  /** The record of the intent to make it. */
  readonly seq: number;
  readonly connection: ConnectionProfile;
  readonly relation: { readonly oid: number; readonly version: string; readonly name: string };
  /** The statement that puts one row back. */
  readonly text: string;
  readonly restore: RestorePlan;
}

/** There is nothing that can be undone. */
export class UndoError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.name = "UndoError";
    this.problem = problem;
  }
}

/** So many changes are kept at most, and so much of them. */
export const MOST_CHANGES = 50;
export const MOST_BYTES = 64 * 1024 * 1024;

/** The last changes that can be undone, in memory alone: they end with the agent, and with their connection. */
export class CapturedChanges {
  readonly #changes = new Map<number, { readonly change: CapturedChange; readonly bytes: number }>();
  readonly #undone = new Set<number>();
  #bytes = 0;

  /** Keeps a change; the oldest ones go where there are too many, or too much. */
  keep(change: CapturedChange): OfferedUndo {
    const bytes = bytesOf(change);
    this.#changes.set(change.seq, { change, bytes });
    this.#bytes += bytes;
    for (const seq of this.#changes.keys()) {
      if (this.#changes.size <= MOST_CHANGES && this.#bytes <= MOST_BYTES) break;
      this.#drop(seq);
    }
    return offerOf(change);
  }

  /** @throws UndoError where it is not kept, or undone already. */
  find(seq: number): CapturedChange {
    const kept = this.#changes.get(seq);
    if (kept !== undefined) return kept.change;
    throw new UndoError(
      this.#undone.has(seq)
        ? {
            code: "undone-already",
            message: `The change of record ${seq} was undone already.`,
            action: "Nothing was changed now.",
          }
        : {
            code: "change-not-kept",
            message: `The rows that record ${seq} changed are not kept, so it cannot be undone.`,
            action: `Rows are kept in memory for the last ${MOST_CHANGES} changes, until the agent or the connection ends.`,
          },
    );
  }

  /** What can be undone of a record; undefined where nothing can. */
  offer(seq: number): OfferedUndo | undefined {
    const kept = this.#changes.get(seq);
    return kept === undefined ? undefined : offerOf(kept.change);
  }

  undone(seq: number): void {
    this.#drop(seq);
    this.#undone.add(seq);
  }

  /** To be called where a connection ends or becomes another. */
  forget(id: ConnectionId): void {
    for (const [seq, { change }] of this.#changes) if (change.connection.id === id) this.#drop(seq);
  }

  clear(): void {
    this.#changes.clear();
    this.#bytes = 0;
  }

  #drop(seq: number): void {
    this.#bytes -= this.#changes.get(seq)?.bytes ?? 0;
    this.#changes.delete(seq);
  }
}

/** What is told of a change that can be undone. */
export const offerOf = ({ seq, restore, relation }: CapturedChange): OfferedUndo => ({
  kind: "offered",
  recordSeq: seq,
  rows: restore.captured.rows.length,
  table: relation.name,
});

/** What a change takes in memory. */
export const bytesOf = ({ restore }: CapturedChange): number =>
  restore.captured.rows.reduce((sum, { before }) => sum + sizeOf(before), 0);
