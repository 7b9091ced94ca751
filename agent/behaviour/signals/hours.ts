import type { Signal } from "../../../protocol/behaviour/signal.ts";
import type { ActorHistory } from "../actorHistory.ts";
import { type AskedStatement, actorWord } from "../askedStatement.ts";
import { wholeDays } from "../days.ts";
import { hourOf } from "../time.ts";

const DAYS = 10;

/** An hour at which this actor never works. An hour more or less is usual: clocks are put forward and back. */
export function hourSignals(
  history: ActorHistory | undefined,
  { actor, now }: AskedStatement,
): readonly Signal[] {
  if (history === undefined) return [];
  const days = wholeDays(history, now);
  if (days.length < DAYS) return [];
  const hours = days.reduce((all, day) => all | day.hours, 0);
  const hour = hourOf(now);
  const near = [hour, (hour + 1) % 24, (hour + 23) % 24];
  if (near.some((one) => (hours & (1 << one)) !== 0)) return [];
  const words = `${String(hour).padStart(2, "0")}:00 UTC, when this ${actorWord(actor)} never works`;
  return [{ rule: "unusual-hour", weight: "noted", points: 8, words }];
}
