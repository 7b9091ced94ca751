import { setTimeout as sleep } from "node:timers/promises";
import type { Elevation } from "../../protocol/approval/elevation.ts";
import { CollectorError } from "../audit/sync/collectorError.ts";

/** How long the collector keeps a question open: well within the lease, so that one that is lost can be put again. */
const WAIT_SECONDS = 15;
/** After a failure it is asked again, ever later. */
const DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000] as const;
/** An answer that brings nothing new and came at once is not asked for at once again. */
const LEAST_MS = 1_000;

export interface Following {
  /** Asks for it; `wait` is how many seconds the collector may wait for another version. */
  ask(version: number, wait: number): Promise<Elevation>;
  /** Hears what was answered; `atOnce` where the collector did not wait. False ends the following. */
  heard(elevation: Elevation, atOnce: boolean): Promise<boolean>;
  /** Nothing was answered; it is asked again. */
  failed(): void;
  /** The collector knows of no such elevation for whoever asks. */
  gone(): void;
}

/**
 * Keeps one question open for an elevation until it is over. First, after each failure and after each change, the
 * collector is asked without waiting, so that what it says of the time left is exact.
 */
export async function followElevation(following: Following, signal: AbortSignal): Promise<void> {
  let version = 0;
  let failures = 0;
  let atOnce = true;
  while (!signal.aborted) {
    const began = performance.now();
    try {
      const elevation = await following.ask(version, atOnce ? 0 : WAIT_SECONDS);
      if (signal.aborted || !(await following.heard(elevation, atOnce))) return;
      const early = !atOnce && elevation.version === version ? LEAST_MS - (performance.now() - began) : 0;
      atOnce = !atOnce && elevation.version !== version;
      version = elevation.version;
      failures = 0;
      await pause(early, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (isGone(error)) return following.gone();
      following.failed();
      atOnce = true;
      await pause(DELAYS_MS[Math.min(failures, DELAYS_MS.length - 1)] ?? LEAST_MS, signal);
      failures += 1;
    }
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof CollectorError &&
  error.failure.kind === "refused" &&
  ["not-found", "forbidden", "already-decided"].includes(error.failure.refusal.code);

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  milliseconds <= 0
    ? Promise.resolve()
    : sleep(milliseconds, undefined, { signal, ref: false }).catch(() => {});
