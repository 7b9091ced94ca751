import { type ActorHistory, type DayTotals, KNOWN_KINDS, newDay } from "./actorHistory.ts";
import { dayOf } from "./time.ts";

/** Days by which an actor's usual amounts are told. */
const DAYS_KEPT = 30;
/** What a day's lookups still count a day later. */
const FADING = 0.85;
/** A shape's usual amount starts from here. */
const FIRST_USUAL = 40;

/** Makes what an actor did on a day a part of what it is known by, and begins the next. */
export function closeDay(history: ActorHistory, next: number): void {
  const { today } = history;
  const { totals } = today;
  if (totals.statements > 0) {
    history.days = [...history.days, totals].slice(-DAYS_KEPT);
    history.activeDays += 1;
    history.statements += totals.statements;
  }
  for (const kind of KNOWN_KINDS)
    for (const [name, day] of today.met[kind].entries()) history.known[kind].set(name, day);
  for (const [shape, count] of today.shapes.entries()) {
    const usual = history.usual.get(shape);
    const grown = Math.min(count, Math.max(2 * usual, FIRST_USUAL));
    history.usual.set(shape, Math.max(usual * 0.95, grown));
  }
  for (const [table, count] of today.lookups.entries()) history.lookups.add(table, count);
  const faded = FADING ** (next - totals.day);
  for (const [table, count] of history.lookups.entries()) {
    const left = count * faded;
    if (left < 1) history.lookups.delete(table);
    else history.lookups.set(table, left);
  }
  history.today = newDay(next);
}

/** Days that are over for somebody who looks at `now`, oldest first. */
export const wholeDays = ({ days, today }: ActorHistory, now: number): readonly DayTotals[] =>
  dayOf(now) > today.totals.day && today.totals.statements > 0
    ? [...days, today.totals].slice(-DAYS_KEPT)
    : days;
