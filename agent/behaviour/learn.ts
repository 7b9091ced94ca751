import { type ActorHistory, KNOWN_KINDS, type KnownKind, newHistory } from "./actorHistory.ts";
import type { Baseline, PendingStatement } from "./baseline.ts";
import { closeDay } from "./days.ts";
import type { Observation } from "./observation.ts";
import { dayOf, hourOf, minuteOf } from "./time.ts";

const MOST_ACTORS = 256;
const MOST_PENDING = 2_000;
const MOST_TASKS = 2_000;
const MOST_RECENT = 1_000;
const DAY_MS = 86_400_000;

/**
 * Takes one record into the baseline. It depends on the records and their order alone, never on when they are read: so
 * two processes that read one ledger know the same, and what was read at once equals what was read bit by bit.
 */
export function learn(baseline: Baseline, observation: Observation): void {
  switch (observation.kind) {
    case "statement":
      learnStatement(baseline, observation);
      return;
    case "outcome":
      learnOutcome(baseline, observation);
      return;
    case "task":
      baseline.tasks.set(observation.task, observation.identity);
      forgetOldest(baseline.tasks, MOST_TASKS);
      return;
    case "resumed": {
      const identity = baseline.tasks.get(observation.task);
      const history = identity === undefined ? undefined : baseline.actors.get(identity);
      if (history !== undefined) letGoOn(history, observation.at);
      return;
    }
  }
}

function learnStatement(baseline: Baseline, statement: Extract<Observation, { kind: "statement" }>): void {
  const { seq, at, attempt, profile, text, program, identity } = statement;
  const history = historyAt(baseline, identity, at);
  const { totals, shapes, lookups } = history.today;
  totals.statements += 1;
  if (attempt === "denied") totals.denied += 1;
  if (attempt === "failed") totals.failed += 1;
  const narrow = profile.narrow && attempt === "ran" ? [...profile.tables] : [];
  history.recent.push({ at, attempt, shape: profile.shape, text, narrow });
  trim(history, at);
  if (attempt !== "ran") return;
  totals.hours |= 1 << hourOf(at);
  shapes.add(profile.shape, 1);
  for (const table of narrow) lookups.add(table, 1);
  baseline.pending.set(seq, { identity, program, at, profile });
  forgetOldest(baseline.pending, MOST_PENDING);
}

function learnOutcome(baseline: Baseline, outcome: Extract<Observation, { kind: "outcome" }>): void {
  const pending = baseline.pending.get(outcome.intent);
  if (pending === undefined) return;
  baseline.pending.delete(outcome.intent);
  const history = historyAt(baseline, pending.identity, outcome.at);
  const { today } = history;
  if (outcome.failed) {
    today.totals.failed += 1;
    history.recent.push({ at: outcome.at, attempt: "failed", shape: "", text: "", narrow: [] });
    trim(history, outcome.at);
  }
  // Only what the server may have done is anything the actor is known by.
  if (!outcome.happened) return;
  meet(history, pending);
  const { rows, at } = outcome;
  today.totals.largest = Math.max(today.totals.largest, rows);
  today.hourRows.add(String(hourOf(at)), rows);
  today.totals.busiest = Math.max(today.totals.busiest, today.hourRows.get(String(hourOf(at))));
  history.minuteRows.add(String(minuteOf(at)), rows);
}

function meet(history: ActorHistory, { program, profile }: PendingStatement): void {
  const { met, totals } = history.today;
  const names: Readonly<Record<KnownKind, readonly string[]>> = {
    tables: profile.tables,
    columns: profile.columns,
    infoTypes: profile.infoTypes,
    programs: program === null ? [] : [program],
    restricted: profile.restricted.map((table) => restrictedKey(program, table)),
  };
  for (const kind of KNOWN_KINDS) for (const name of names[kind]) met[kind].set(name, totals.day);
}

/** A restricted table stands under the name a program used it by, so that another name is new to it. */
export const restrictedKey = (program: string | null, table: string): string => `${program ?? ""}|${table}`;

function letGoOn(history: ActorHistory, at: number): void {
  history.clearedAt = Math.max(history.clearedAt, at);
  for (const table of history.lookups.names()) history.lookups.delete(table);
  for (const table of history.today.lookups.names()) history.today.lookups.delete(table);
  for (const shape of history.today.shapes.names()) history.today.shapes.set(shape, 0);
}

/** The actor's history, with the days before this one closed. */
function historyAt(baseline: Baseline, identity: string, at: number): ActorHistory {
  const day = dayOf(at);
  const history = baseline.actors.get(identity) ?? newHistory(day);
  baseline.actors.delete(identity);
  baseline.actors.set(identity, history);
  forgetOldest(baseline.actors, MOST_ACTORS);
  // A clock that was set back goes on with the day it had reached.
  if (day > history.today.totals.day) closeDay(history, day);
  return history;
}

function trim(history: ActorHistory, at: number): void {
  const oldest = at - DAY_MS;
  const { recent } = history;
  if (recent.length > MOST_RECENT || (recent[0] !== undefined && recent[0].at < oldest))
    history.recent = recent.filter((one) => one.at >= oldest).slice(-MOST_RECENT);
}

function forgetOldest<K>(map: Map<K, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
