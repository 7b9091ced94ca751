const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Days, hours and minutes are UTC's, so that one record means the same wherever it is read. */
export const dayOf = (at: number): number => Math.floor(at / (24 * HOUR_MS));
export const hourOf = (at: number): number => Math.floor(at / HOUR_MS) % 24;
export const minuteOf = (at: number): number => Math.floor(at / MINUTE_MS);
