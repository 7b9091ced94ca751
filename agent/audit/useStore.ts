import { type Actor, actorIdentity } from "../../protocol/actor.ts";
import type { LedgerDatabase } from "./ledgerFile.ts";

/** Uses of masked columns by one actor since a time. */
export interface UseCounts {
  readonly matches: number;
  readonly inferences: number;
}

/** One statement's uses, as another ledger goes on counting them. */
export interface CarriedUse extends UseCounts {
  /** Milliseconds. */
  readonly at: number;
  readonly actor: string;
}

/** More than any budget lets there be. */
const MOST_CARRIED = 1_000;

/** How often people have matched or inferred from masked columns. */
export class UseStore {
  readonly #counts;
  readonly #newest;
  readonly #carry;

  constructor(database: LedgerDatabase) {
    this.#counts = database.prepare<[string, number], UseCounts>(
      `SELECT coalesce(sum(matches), 0) AS matches, coalesce(sum(inferences), 0) AS inferences
       FROM statements WHERE actor = ? AND at >= ? AND matches + inferences > 0`,
    );
    this.#newest = database.prepare<[number], CarriedUse>(
      `SELECT at, actor, matches, inferences FROM statements WHERE matches + inferences > 0
       ORDER BY at DESC, seq LIMIT ?`,
    );
    // Before the first record, where no statement of this ledger has its place.
    this.#carry = database.prepare(
      "INSERT OR IGNORE INTO statements (seq, at, actor, matches, inferences) VALUES (?, ?, ?, ?, ?)",
    );
  }

  count(actor: Actor, since: Date): UseCounts {
    return this.#counts.get(actorIdentity(actor), since.getTime()) ?? { matches: 0, inferences: 0 };
  }

  /** The newest, those included that were carried over into this ledger. */
  carried(): readonly CarriedUse[] {
    return this.#newest.all(MOST_CARRIED);
  }

  /** Repeating it changes nothing. */
  carryOver(uses: readonly CarriedUse[]): void {
    for (const [place, { at, actor, matches, inferences }] of uses.entries())
      this.#carry.run(-1 - place, at, actor, matches, inferences);
  }
}
