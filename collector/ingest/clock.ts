import type { AuditRecord } from "../../protocol/audit/record.ts";

export interface ClockLimits {
  /** How far a device's clock may have been set back, all in all. */
  readonly backMs: number;
  /** How far it may be ahead of the collector's. */
  readonly aheadMs: number;
}

/** From here on a difference of clocks is worth a look. */
export const WORTH_A_LOOK = 5 * 60 * 1000;
/** Weeks without a network are work; what comes later than this somebody has to explain. */
const LONG_AWAY = 31 * 24 * 60 * 60 * 1000;

export type ClockReading =
  | { readonly kind: "fine" }
  /** Tolerated, and told. */
  | { readonly kind: "skewed"; readonly what: string }
  /** Older than what its chain has said already: somebody wrote it for another time. */
  | { readonly kind: "back_dated"; readonly what: string }
  /** Cannot be taken yet. */
  | { readonly kind: "ahead"; readonly what: string };

/**
 * Holds a record's time against the latest of its chain (0 for none), so that many small steps back are one large one,
 * and against the collector's clock.
 */
export function readClock(
  record: AuditRecord,
  latest: number,
  now: number,
  limits: ClockLimits,
): ClockReading {
  const at = Date.parse(record.at);
  if (Number.isNaN(at) || new Date(at).toISOString() !== record.at)
    return { kind: "back_dated", what: "its time is not a time" };
  const back = latest - at;
  const ahead = at - now;
  if (back > limits.backMs)
    return {
      kind: "back_dated",
      what: `its time ${record.at} is ${told(back)} before ${iso(latest)}, which an earlier record says`,
    };
  if (ahead > limits.aheadMs) return { kind: "ahead", what: `its time is ${told(ahead)} ahead` };
  if (-ahead > LONG_AWAY)
    return { kind: "skewed", what: `a record of ${record.at} came ${told(-ahead)} later, at ${iso(now)}` };
  if (back > WORTH_A_LOOK) return { kind: "skewed", what: `the clock was set back by ${told(back)}` };
  if (ahead > WORTH_A_LOOK) return { kind: "skewed", what: `the clock is ${told(ahead)} ahead` };
  return { kind: "fine" };
}

const iso = (at: number): string => new Date(at).toISOString();

function told(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  const hours = Math.round(minutes / 60);
  if (hours >= 72) return `${Math.round(hours / 24)} days`;
  return minutes < 120 ? `${minutes} minutes` : `${hours} hours`;
}
