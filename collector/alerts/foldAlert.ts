import type { Alert, Sighting } from "../store/alert.ts";

/** So long sightings of one kind about one chain, or one task of it, are one alert; what comes later is another. */
export const FOLD_MS = 24 * 60 * 60 * 1000;

/** So many parts of one chain have alerts of their own within that time; whatever the others do is one more. */
export const APART = 20;

/** Sightings at different places that the collector's own chain names one by one. */
const NAMED = 20;

/** The alert that begins with this sighting. */
export const newAlert = (sighting: Sighting, at: number): Alert => ({
  ...sighting,
  id: null,
  first: null,
  count: 1,
  raisedAt: at,
  lastAt: at,
  acknowledged: null,
});

/** The alert with one more sighting, which stands for it from here on; the first is kept beside it. */
export const again = (alert: Alert, { seq, what, evidence }: Sighting, at: number): Alert => ({
  ...alert,
  seq,
  what,
  evidence,
  first: alert.first ?? { seq: alert.seq, what: alert.what, evidence: alert.evidence },
  count: alert.count + 1,
  lastAt: at,
});

/**
 * Whether one more sighting is recorded by itself: another place or another word is, until there are many, and then
 * each doubling. What floods neither fills the log nor goes unseen.
 */
export function isNews(before: Alert, after: Alert): boolean {
  const other = before.seq !== after.seq || before.what !== after.what || before.evidence !== after.evidence;
  return other && (after.count <= NAMED || Number.isInteger(Math.log2(after.count)));
}
