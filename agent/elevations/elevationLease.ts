import { type Clocks, type Moment, momentOf } from "../clocks.ts";

/** How long an elevation is good without a word of the collector. */
export const LEASE_MS = 60_000;

/** A wall clock may be corrected by so much without a doubt about it. */
const CORRECTION_MS = 2_000;

/**
 * Until when a right may be used: as long as the collector has confirmed it of late, and not past its end. Both hold by
 * both clocks, so that it lasts no longer where one is set back or stands still.
 */
export class ElevationLease {
  readonly #clocks: Clocks;
  /** By the wall clock, as it is signed. */
  readonly #notAfter: number;
  #confirmed: Moment | null = null;
  #end: number = Number.POSITIVE_INFINITY;

  constructor(notAfter: number, clocks: Clocks) {
    this.#notAfter = notAfter;
    this.#clocks = clocks;
  }

  /** The collector says that it is in force, asked at that moment; `leftMs` where the answer came at once, and tells how long still. */
  confirm(asked: Moment, leftMs: number | null): void {
    this.#confirmed = asked;
    if (leftMs !== null) this.#end = Math.min(this.#end, asked.monotonic + leftMs);
  }

  /** Nothing the collector said so far counts any more. */
  forget(): void {
    this.#confirmed = null;
  }

  /** Milliseconds for which it may be used if nobody confirms it; 0 where it may not be used now. */
  usableMs(): number {
    const confirmed = this.#confirmed;
    if (confirmed === null) return 0;
    const { wall, monotonic } = momentOf(this.#clocks);
    const since = wall - confirmed.wall;
    // A wall clock that went back tells nothing any more: the collector has to be heard first.
    if (since < -CORRECTION_MS) return 0;
    const leased = LEASE_MS - Math.max(since, monotonic - confirmed.monotonic);
    return Math.max(0, Math.min(leased, this.leftMs()));
  }

  /** Milliseconds until its end, whoever confirms it. */
  leftMs(): number {
    const { wall, monotonic } = momentOf(this.#clocks);
    return Math.max(0, Math.min(this.#notAfter - wall, this.#end - monotonic));
  }
}
