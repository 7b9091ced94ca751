import type { ActorHistory, KnownKind } from "./actorHistory.ts";
import { wholeDays } from "./days.ts";
import { dayOf } from "./time.ts";

const QUIET_DAYS = 5;
const QUIET_STATEMENTS = 50;

/** Until then little is said of what is new for an actor: everything would be. */
export function isEstablished(history: ActorHistory, now: number): boolean {
  const over = dayOf(now) > history.today.totals.day ? history.today.totals.statements : 0;
  return (
    history.activeDays + (over > 0 ? 1 : 0) >= QUIET_DAYS && history.statements + over >= QUIET_STATEMENTS
  );
}

/** Whether an actor used it on a day before this one. */
export function knownBefore(
  history: ActorHistory | undefined,
  kind: KnownKind,
  name: string,
  now: number,
): boolean {
  if (history === undefined) return false;
  if (history.known[kind].has(name)) return true;
  return dayOf(now) > history.today.totals.day && history.today.met[kind].has(name);
}

/** The middle of what its days came to. Whoever wants to move it has to be odd on half of the days. */
export function usually(
  history: ActorHistory,
  now: number,
  amount: (day: ReturnType<typeof wholeDays>[number]) => number,
): number {
  const amounts = wholeDays(history, now)
    .map(amount)
    .sort((a, b) => a - b);
  return amounts[Math.floor(amounts.length / 2)] ?? 0;
}
