import { ElevationOver } from "./elevations/elevationOver.ts";
import type { Judges } from "./judge.ts";

/** How long a statement may run, and its rows be shown. */
export interface AllowedTime {
  /** Aborts where the person gave up, or an elevation it rests on is over. */
  readonly signal: AbortSignal;
  /** Why it is over, where that was not the person's own doing. */
  over(): ElevationOver | null;
  /** Calls `stop` once an elevation it rests on is over, also long after the statement ran. */
  onOver(stop: (over: ElevationOver) => void): void;
}

/** Until the person gives up, or one of these elevations may not be used any more. */
export function allowedTime(
  given: AbortSignal,
  elevations: readonly string[] = [],
  judges: Pick<Judges, "untilOver">,
): AllowedTime {
  if (elevations.length === 0) return { signal: given, over: () => null, onOver: () => {} };
  const until = judges.untilOver(elevations);
  const reason = (): ElevationOver | null => {
    // A machine that slept had no timers: the clocks are looked at each time.
    if (!until.aborted) judges.untilOver(elevations);
    return until.aborted && until.reason instanceof ElevationOver ? until.reason : null;
  };
  return {
    signal: AbortSignal.any([given, until]),
    over: () => reason(),
    onOver: (stop) => {
      const tell = (): void => {
        const over = reason();
        if (over !== null) stop(over);
      };
      if (until.aborted) tell();
      else until.addEventListener("abort", tell, { once: true });
    },
  };
}
