import type { ElevationGrant } from "../../protocol/approval/elevation.ts";
import type { Clocks, Moment } from "../clocks.ts";
import { ElevationLease } from "./elevationLease.ts";
import { type ElevationOver, suspended, timeIsOver } from "./elevationOver.ts";

/** `over` is for good; a suspended one goes on when the collector confirms it. */
export type Standing =
  | { readonly kind: "in_force" }
  | { readonly kind: "suspended" }
  | { readonly kind: "over"; readonly why: ElevationOver };

/** Timers of Node take no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** An elevation whose signature was checked, and whether it may be used now. */
export class HeldElevation {
  readonly grant: ElevationGrant;
  readonly #lease: ElevationLease;
  readonly #turned: () => void;
  #standing: Standing = { kind: "suspended" };
  /** Of the time it is in force without a break. */
  #period = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  /** `turned` is called whenever it stands otherwise than before. */
  constructor(grant: ElevationGrant, clocks: Clocks, turned: () => void) {
    this.grant = grant;
    this.#lease = new ElevationLease(Date.parse(grant.notAfter), clocks);
    this.#turned = turned;
  }

  /** As it is at this moment, whether or not a timer has fired. */
  get standing(): Standing {
    this.#look();
    return this.#standing;
  }

  /** Milliseconds until its end. */
  get leftMs(): number {
    return this.#standing.kind === "over" ? 0 : this.#lease.leftMs();
  }

  /** Aborts as soon as it may not be used any more; the reason is an `ElevationOver`. */
  get signal(): AbortSignal {
    return this.#period.signal;
  }

  /** The collector says that it is in force; `leftMs` where the answer came at once. */
  confirm(asked: Moment, leftMs: number | null): void {
    this.#lease.confirm(asked, leftMs);
    this.#look();
  }

  /** Not to be used until the collector is heard again. */
  suspend(): void {
    this.#lease.forget();
    this.#look();
  }

  end(why: ElevationOver): void {
    if (this.#standing.kind === "over") return;
    this.#turn({ kind: "over", why });
  }

  #look(): void {
    if (this.#standing.kind === "over") return;
    clearTimeout(this.#timer);
    const usable = this.#lease.usableMs();
    if (usable > 0) {
      // Rounded up: a timer that fires early would find nothing changed.
      this.#timer = setTimeout(() => this.#look(), Math.min(Math.ceil(usable), LONGEST_TIMER_MS));
      this.#timer.unref();
      if (this.#standing.kind === "suspended") this.#turn({ kind: "in_force" });
    } else if (this.#lease.leftMs() === 0) {
      this.#turn({ kind: "over", why: timeIsOver() });
    } else if (this.#standing.kind === "in_force") {
      this.#turn({ kind: "suspended" });
    }
  }

  #turn(standing: Standing): void {
    this.#standing = standing;
    if (standing.kind === "in_force") this.#period = new AbortController();
    else {
      clearTimeout(this.#timer);
      this.#period.abort(standing.kind === "over" ? standing.why : suspended());
    }
    this.#turned();
  }
}
