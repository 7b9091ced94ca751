import type { Signal, SignalWeight } from "../../../protocol/behaviour/signal.ts";
import { isProgram } from "../../../protocol/task.ts";
import type { ActorHistory } from "../actorHistory.ts";
import { type AskedStatement, isAgent, shownTable } from "../askedStatement.ts";
import { dayOf } from "../time.ts";
import { within } from "./repetition.ts";

const HOUR_MS = 3_600_000;
/** Lookups of one shape over sensitive columns, of agents; people and services look up more. */
const ONE_SHAPE = { hour: 40, day: 150 } as const;
/** Of any shape about one table: whoever varies the shape a little, or lets days pass, is counted here. */
const ONE_TABLE = { hour: 80, day: 300, weeks: 600 } as const;
const LENIENCE = { ai_agent: 1, user: 2.5, local_user: 2.5, service: 5 } as const;
/** Over what is usual for this shape by so much. */
const OVER_USUAL = 3;

/**
 * One narrow statement after the other about sensitive data, by which values could be worked out one by one. What an
 * actor does every day is usual for it; what it did today is not.
 */
export function enumerationSignals(
  history: ActorHistory | undefined,
  asked: AskedStatement,
): readonly Signal[] {
  const { profile, actor, now } = asked;
  if (history === undefined || !profile.narrow) return [];
  const lenience = LENIENCE[actor.kind];
  const hour = within(history, now, HOUR_MS).filter(({ attempt }) => attempt === "ran");
  const today = dayOf(now) === history.today.totals.day ? history.today : null;
  const usual = OVER_USUAL * history.usual.get(profile.shape);
  const counts: Counted[] = [
    {
      count: hour.filter(({ shape }) => shape === profile.shape).length,
      most: Math.max(ONE_SHAPE.hour * lenience, usual),
      words: "lookups of one kind within an hour",
    },
    {
      count: today?.shapes.get(profile.shape) ?? 0,
      most: Math.max(ONE_SHAPE.day * lenience, usual),
      words: "lookups of one kind today",
    },
    ...profile.tables.flatMap((table): readonly Counted[] => [
      {
        count: hour.filter(({ narrow }) => narrow.includes(table)).length,
        most: Math.max(ONE_TABLE.hour * lenience, usual),
        words: `lookups in ${shownTable(table)} within an hour`,
      },
      {
        count: today?.lookups.get(table) ?? 0,
        most: Math.max(ONE_TABLE.day * lenience, usual),
        words: `lookups in ${shownTable(table)} today`,
      },
      ...(isAgent(actor)
        ? [
            {
              count: Math.round(history.lookups.get(table) + (today?.lookups.get(table) ?? 0)),
              most: ONE_TABLE.weeks,
              words: `lookups in ${shownTable(table)}, counted over the last weeks`,
            },
          ]
        : []),
    ]),
  ];
  const [worst] = counts
    .filter(({ count, most }) => count >= most / 2)
    .sort((a, b) => b.count / b.most - a.count / a.most);
  if (worst === undefined) return [];
  // A service does what it was written to do: the usual is learnt before anything of it is stopped.
  const stops = isProgram(actor) && !isAgent(actor) ? worst.most * 2 : worst.most;
  const weight: SignalWeight = worst.count >= stops ? "alarming" : "unusual";
  return [
    {
      rule: "enumeration",
      weight,
      points: weight === "alarming" ? 30 : 10,
      words: `${worst.count} ${worst.words}`,
    },
  ];
}

interface Counted {
  readonly count: number;
  readonly most: number;
  readonly words: string;
}
