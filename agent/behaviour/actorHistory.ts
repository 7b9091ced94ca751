import { z } from "zod";
import { RecentMap } from "./recentMap.ts";

/** Kinds of things an actor is known by, and how many of each are kept. */
const MOST = { tables: 500, columns: 2_000, infoTypes: 100, programs: 50, restricted: 500 } as const;
export type KnownKind = keyof typeof MOST;
export const KNOWN_KINDS: readonly KnownKind[] = ["tables", "columns", "infoTypes", "programs", "restricted"];
const MOST_SHAPES = 500;

const ENTRIES = z.array(z.tuple([z.string(), z.number()]));
const KNOWN = z.object({
  tables: ENTRIES,
  columns: ENTRIES,
  infoTypes: ENTRIES,
  programs: ENTRIES,
  restricted: ENTRIES,
});
const DAY = z.object({
  day: z.number(),
  statements: z.number(),
  denied: z.number(),
  failed: z.number(),
  /** A bit for each hour, UTC. */
  hours: z.number(),
  /** Rows of the statement, and of the hour, with the most. */
  largest: z.number(),
  busiest: z.number(),
});
const ATTEMPT = z.object({
  at: z.number(),
  attempt: z.enum(["ran", "denied", "failed", "held"]),
  shape: z.string(),
  text: z.string(),
  /** Tables, where the statement is a narrow one. */
  narrow: z.array(z.string()),
});

/** A history as it is kept. */
export const STORED_HISTORY = z.object({
  known: KNOWN,
  days: z.array(DAY),
  activeDays: z.number(),
  statements: z.number(),
  usual: ENTRIES,
  lookups: ENTRIES,
  today: z.object({ totals: DAY, met: KNOWN, shapes: ENTRIES, lookups: ENTRIES, hourRows: ENTRIES }),
  recent: z.array(ATTEMPT),
  minuteRows: ENTRIES,
  clearedAt: z.number(),
});
export type StoredHistory = z.infer<typeof STORED_HISTORY>;

/** What a day came to. */
export type DayTotals = z.infer<typeof DAY>;
/** A statement of the last day. */
export type RecentAttempt = z.infer<typeof ATTEMPT>;
export type Known = Readonly<Record<KnownKind, RecentMap>>;

/**
 * What is known of one actor. What happened today stands apart until the day is over, so that nothing done today makes
 * anything else of today ordinary; and a day counts as one, however much it held.
 */
export interface ActorHistory {
  /** With the day each was last used; of an agent, restricted tables stand under each of its names. */
  readonly known: Known;
  /** The newest whole days, oldest first. */
  days: readonly DayTotals[];
  /** Whole days with statements, and their statements. */
  activeDays: number;
  statements: number;
  /** How often a shape comes on a day at most; grows no faster than twofold a day. */
  readonly usual: RecentMap;
  /** Narrow statements about a table in the days before, older ones counting less. */
  readonly lookups: RecentMap;
  today: Today;
  recent: RecentAttempt[];
  /** Rows by minute, within the last hour. */
  readonly minuteRows: RecentMap;
  /** A person let it go on; what is older counts in no window. */
  clearedAt: number;
}

export interface Today {
  readonly totals: DayTotals;
  readonly met: Known;
  readonly shapes: RecentMap;
  readonly lookups: RecentMap;
  readonly hourRows: RecentMap;
}

export const newDay = (day: number): Today =>
  restoredDay({
    totals: { day, statements: 0, denied: 0, failed: 0, hours: 0, largest: 0, busiest: 0 },
    met: NOTHING,
    shapes: [],
    lookups: [],
    hourRows: [],
  });

export const newHistory = (day: number): ActorHistory => ({
  known: restoredKnown(NOTHING),
  days: [],
  activeDays: 0,
  statements: 0,
  usual: new RecentMap(MOST_SHAPES),
  lookups: new RecentMap(MOST.tables),
  today: newDay(day),
  recent: [],
  minuteRows: new RecentMap(MINUTES),
  clearedAt: 0,
});

/** As it is kept. */
export const storedHistory = (history: ActorHistory): StoredHistory => ({
  known: storedKnown(history.known),
  days: [...history.days],
  activeDays: history.activeDays,
  statements: history.statements,
  usual: history.usual.entries(),
  lookups: history.lookups.entries(),
  today: {
    totals: history.today.totals,
    met: storedKnown(history.today.met),
    shapes: history.today.shapes.entries(),
    lookups: history.today.lookups.entries(),
    hourRows: history.today.hourRows.entries(),
  },
  recent: history.recent,
  minuteRows: history.minuteRows.entries(),
  clearedAt: history.clearedAt,
});

/** What was kept, to go on with. */
export const restoredHistory = (stored: StoredHistory): ActorHistory => ({
  known: restoredKnown(stored.known),
  days: stored.days,
  activeDays: stored.activeDays,
  statements: stored.statements,
  usual: new RecentMap(MOST_SHAPES, stored.usual),
  lookups: new RecentMap(MOST.tables, stored.lookups),
  today: restoredDay(stored.today),
  recent: stored.recent,
  minuteRows: new RecentMap(MINUTES, stored.minuteRows),
  clearedAt: stored.clearedAt,
});

/** More than an hour has, since minutes are forgotten by number only when there are more. */
const MINUTES = 61;
const NOTHING: z.infer<typeof KNOWN> = {
  tables: [],
  columns: [],
  infoTypes: [],
  programs: [],
  restricted: [],
};

const restoredDay = ({ totals, met, shapes, lookups, hourRows }: StoredHistory["today"]): Today => ({
  totals,
  met: restoredKnown(met),
  shapes: new RecentMap(MOST_SHAPES, shapes),
  lookups: new RecentMap(MOST.tables, lookups),
  hourRows: new RecentMap(24, hourRows),
});

const restoredKnown = (stored: z.infer<typeof KNOWN>): Known => ({
  tables: new RecentMap(MOST.tables, stored.tables),
  columns: new RecentMap(MOST.columns, stored.columns),
  infoTypes: new RecentMap(MOST.infoTypes, stored.infoTypes),
  programs: new RecentMap(MOST.programs, stored.programs),
  restricted: new RecentMap(MOST.restricted, stored.restricted),
});

const storedKnown = (known: Known): z.infer<typeof KNOWN> => ({
  tables: known.tables.entries(),
  columns: known.columns.entries(),
  infoTypes: known.infoTypes.entries(),
  programs: known.programs.entries(),
  restricted: known.restricted.entries(),
});
