import { UsageError } from "./command.ts";

/** An option's time as records write it. A day without a time begins, or ends, at midnight UTC. @throws UsageError */
export function timeOption(name: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  const time = new Date(/^\d{4}-\d\d-\d\d(T.*)?$/.test(text) && isDay(text.slice(0, 10)) ? text : "");
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new UsageError(`${name} takes a time such as 2026-03-01 or 2026-03-01T09:00:00Z, not "${text}".`);
}

/** Else the 31st of February would be a day in March. */
function isDay(text: string): boolean {
  const day = new Date(text);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
