import type { Signal } from "../../../protocol/behaviour/signal.ts";
import { isProgram } from "../../../protocol/task.ts";
import type { ActorHistory } from "../actorHistory.ts";
import type { AskedStatement } from "../askedStatement.ts";
import { isEstablished, usually } from "../established.ts";
import { minuteOf } from "../time.ts";

const UNUSUAL = 10;
const ALARMING = 40;
/** So many rows are nothing to speak of, whoever asks. */
const ORDINARY = { unusual: 2_000, alarming: { programs: 5_000, people: 20_000 } } as const;

/** How many rows a statement, or the last hour, comes to against what is usual for the actor. */
export function volumeSignals(history: ActorHistory | undefined, asked: AskedStatement): readonly Signal[] {
  const { now, rows } = asked;
  if (history === undefined || !isEstablished(history, now)) return [];
  const since = Math.max(minuteOf(now) - 60, minuteOf(history.clearedAt));
  const lastHour = history.minuteRows
    .entries()
    .reduce((sum, [minute, count]) => (Number(minute) > since ? sum + count : sum), 0);
  const statement = against(
    rows ?? 0,
    usually(history, now, ({ largest }) => largest),
    asked,
    "in one statement",
  );
  const hour = against(
    lastHour,
    usually(history, now, ({ busiest }) => busiest),
    asked,
    "within an hour",
  );
  const graver = [statement, hour].flatMap((signal) => signal ?? []).sort((a, b) => b.points - a.points);
  return graver.slice(0, 1);
}

function against(rows: number, usual: number, { actor }: AskedStatement, where: string): Signal | null {
  const times = rows / Math.max(1, usual);
  if (times < UNUSUAL || rows < ORDINARY.unusual) return null;
  const most = isProgram(actor) ? ORDINARY.alarming.programs : ORDINARY.alarming.people;
  const alarming = times >= ALARMING && rows >= most;
  return {
    rule: "unusual-volume",
    weight: alarming ? "alarming" : "unusual",
    points: alarming ? 30 : 15,
    words: `${Math.round(times).toLocaleString("en")}× its usual rows ${where}`,
  };
}
