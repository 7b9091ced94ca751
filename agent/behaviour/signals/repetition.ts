import type { Signal, SignalWeight } from "../../../protocol/behaviour/signal.ts";
import { isProgram } from "../../../protocol/task.ts";
import type { ActorHistory, RecentAttempt } from "../actorHistory.ts";
import { type AskedStatement, isAgent } from "../askedStatement.ts";

const MINUTE_MS = 60_000;
/** Of programs from so many on, of people from twice as many. */
const PROBING = { within: 2 * MINUTE_MS, unusual: 4, alarming: 7 } as const;
/** Slower than that, so that nobody is safe who waits a little. */
const PROBING_SLOWLY = { within: 60 * MINUTE_MS, unusual: 12, alarming: 25 } as const;
const ERRORS = { within: 5 * MINUTE_MS, unusual: 8, alarming: 15 } as const;
const LOOPING = { within: 10 * MINUTE_MS, unusual: 12, alarming: 20 } as const;

/** What this actor tries, fails at or repeats within minutes. It needs no history: nobody works like that. */
export function repetitionSignals(
  history: ActorHistory | undefined,
  asked: AskedStatement,
): readonly Signal[] {
  if (history === undefined) return [];
  return [
    ...probing(history, asked),
    ...errorBurst(history, asked),
    ...(isAgent(asked.actor) ? looping(history, asked) : []),
  ];
}

function probing(history: ActorHistory, asked: AskedStatement): readonly Signal[] {
  const fast = burst(history, asked, PROBING, "denied");
  const { weight, count } = fast.weight === "alarming" ? fast : slower(history, asked, fast);
  if (weight === null) return [];
  const minutes = count === fast.count && fast.weight !== null ? "2 minutes" : "an hour";
  return [
    {
      rule: "probing",
      weight,
      points: weight === "alarming" ? 35 : 15,
      words: `${count} denied statements in ${minutes}`,
    },
  ];
}

function slower(history: ActorHistory, asked: AskedStatement, fast: Burst): Burst {
  const slow = burst(history, asked, PROBING_SLOWLY, "denied");
  return slow.weight === "alarming" || fast.weight === null ? slow : fast;
}

function errorBurst(history: ActorHistory, asked: AskedStatement): readonly Signal[] {
  const { weight, count } = burst(history, asked, ERRORS, "failed");
  if (weight === null) return [];
  // People mistype; it is told, and stops nobody.
  const told = isProgram(asked.actor) ? weight : "noted";
  const points = told === "alarming" ? 25 : told === "unusual" ? 10 : 4;
  return [{ rule: "error-burst", weight: told, points, words: `${count} failed statements in 5 minutes` }];
}

function looping(history: ActorHistory, { now }: AskedStatement): readonly Signal[] {
  const recent = within(history, now, LOOPING.within).filter(({ text }) => text !== "");
  const last = recent.at(-1);
  if (last === undefined) return [];
  const count = recent.filter(({ text }) => text === last.text).length;
  const weight = weighed(count, LOOPING, 1);
  if (weight === null) return [];
  const points = weight === "alarming" ? 30 : 10;
  return [{ rule: "looping", weight, points, words: `the same statement ${count} times in 10 minutes` }];
}

interface Burst {
  readonly count: number;
  readonly weight: SignalWeight | null;
}

interface Limits {
  readonly within: number;
  readonly unusual: number;
  readonly alarming: number;
}

function burst(
  history: ActorHistory,
  { now, actor }: AskedStatement,
  limits: Limits,
  attempt: RecentAttempt["attempt"],
): Burst {
  const count = within(history, now, limits.within).filter((one) => one.attempt === attempt).length;
  return { count, weight: weighed(count, limits, isProgram(actor) ? 1 : 2) };
}

function weighed(count: number, { unusual, alarming }: Limits, times: number): SignalWeight | null {
  if (count >= alarming * times) return "alarming";
  return count >= unusual * times ? "unusual" : null;
}

/** Attempts of the last while that no person has let pass. */
export function within(history: ActorHistory, now: number, milliseconds: number): readonly RecentAttempt[] {
  const since = Math.max(now - milliseconds, history.clearedAt + 1);
  const { recent } = history;
  let from = recent.length;
  while (from > 0 && (recent[from - 1]?.at ?? 0) >= since) from -= 1;
  return recent.slice(from);
}
