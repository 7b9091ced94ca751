import type { AuditRecord } from "../../protocol/audit/record.ts";

export interface ClockLimits {
  /** How far a device's clock may have been set back between two records. */
  readonly backMs: number;
  /** How far it may be ahead of the collector's. */
  readonly aheadMs: number;
}

/** From here on a difference is worth a look. */
const WORTH_A_LOOK = 5 * 60 * 1000;

export type ClockReading =
  | { readonly kind: "fine" }
  /** Tolerated, and told. */
  | { readonly kind: "skewed"; readonly what: string }
  /** Older than its predecessor: somebody wrote it for another time. */
  | { readonly kind: "back_dated"; readonly what: string }
  /** Cannot be taken yet. */
  | { readonly kind: "ahead"; readonly what: string };

/** Holds a record's time against its predecessor's (0 for none) and the collector's clock. */
export function readClock(
  record: AuditRecord,
  before: number,
  now: number,
  limits: ClockLimits,
): ClockReading {
  const at = Date.parse(record.at);
  if (Number.isNaN(at) || new Date(at).toISOString() !== record.at)
    return { kind: "back_dated", what: "its time is not a time" };
  const back = before - at;
  const ahead = at - now;
  if (back > limits.backMs)
    return { kind: "back_dated", what: `its time is ${told(back)} before its predecessor's` };
  if (ahead > limits.aheadMs) return { kind: "ahead", what: `its time is ${told(ahead)} ahead` };
  if (back > WORTH_A_LOOK) return { kind: "skewed", what: `the clock was set back by ${told(back)}` };
  if (ahead > WORTH_A_LOOK) return { kind: "skewed", what: `the clock is ${told(ahead)} ahead` };
  return { kind: "fine" };
}

function told(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}
