import type { IntentBody, OutcomeBody } from "../../protocol/audit/record.ts";
import { rowsShown, shownTypes } from "../../protocol/behaviour/modelExposure.ts";
import { field } from "../store/searchFields.ts";
import { LONGEST_LEVEL, LONGEST_TYPE } from "./counts.ts";

const DAY = 86_400_000;
/** Longest names that are counted apart: all of them together are a key. */
const LONGEST = {
  model: 200,
  infoType: LONGEST_TYPE,
  level: LONGEST_LEVEL,
  environment: 60,
  mask: 60,
} as const;
/** More than any statement hands out. */
const MOST_ROWS = 1e10;

/** What became of one kind of data in a statement: it stood in the result, masked or not, or chose what stands there. */
export type HowSeen = "shown" | "masked" | "filtered";

/** Where a statement stands in the log. */
export interface StatementPlace {
  readonly device: number;
  readonly seq: number;
  readonly leaf: number;
  /** The time by which it is found. */
  readonly at: number;
}

/** One kind of data in a statement of an AI agent whose end nobody has told yet. */
export interface OpenSeen extends StatementPlace {
  readonly model: string;
  readonly infoType: string;
  readonly level: string;
  readonly environment: string;
  readonly how: HowSeen;
  /** Each with its mask; empty where it was shown as it is. */
  readonly columns: readonly (readonly [column: string, mask: string])[];
}

export interface SeenCount extends Omit<OpenSeen, keyof StatementPlace | "columns"> {
  /** Days since 1970. */
  readonly day: number;
  statements: number;
  rows: number;
  first: Pick<StatementPlace, "at" | "leaf">;
  last: Pick<StatementPlace, "at" | "leaf">;
}

export type SeenColumn = readonly [
  model: string,
  infoType: string,
  level: string,
  environment: string,
  column: string,
  mask: string,
  day: number,
];

const nameIn = (of: keyof typeof LONGEST, text: string): string => field(text, LONGEST[of]);

/** As a model, a kind of data or an environment is spelled where it is counted. */
export const countedModelName = (of: "model" | "infoType" | "environment", text: string): string =>
  nameIn(of, text);

/** On which day something counts. */
export const dayOf = (at: number): number => Math.floor(at / DAY);

/** What a stretch of the log tells of what AI models were shown. Each statement counts once, when its first outcome comes. */
export class ModelCounts {
  readonly seen = new Map<string, SeenCount>();
  readonly columns = new Map<string, SeenColumn>();
  readonly #open = new Map<string, readonly OpenSeen[]>();
  readonly #known: ReadonlySet<string>;
  readonly #ended = new Set<string>();

  /** `open`: of statements before the stretch whose outcomes it may hold. */
  constructor(open: readonly OpenSeen[]) {
    for (const [key, all] of Map.groupBy(open, keyOf)) this.#open.set(key, all);
    this.#known = new Set(this.#open.keys());
  }

  /** Statements that are open behind the stretch and were not before it. */
  get opened(): readonly OpenSeen[] {
    return [...this.#open].flatMap(([key, all]) => (this.#known.has(key) ? [] : all));
  }

  /** `device seq` of statements that were open before the stretch and are no longer. */
  get ended(): readonly string[] {
    return [...this.#ended];
  }

  asked(place: StatementPlace, body: IntentBody): void {
    const seen = seenIn(place, body);
    if (seen.length > 0) this.#open.set(keyOf(place), seen);
  }

  came(device: number, outcome: OutcomeBody): void {
    const key = keyOf({ device, seq: outcome.intent });
    const open = this.#open.get(key);
    if (open === undefined) return;
    this.#open.delete(key);
    if (this.#known.has(key)) this.#ended.add(key);
    const rows = Math.min(Math.max(rowsShown(outcome), 0), MOST_ROWS);
    for (const one of open) if (one.how === "filtered" || rows > 0) this.#count(one, rows);
  }

  #count({ model, infoType, level, environment, how, columns, at, leaf }: OpenSeen, rows: number): void {
    const day = dayOf(at);
    const kind = [model, infoType, level, environment] as const;
    const key = JSON.stringify([...kind, how, day]);
    const place = { at, leaf };
    const count = this.seen.get(key) ?? {
      ...{ model, infoType, level, environment, how, day },
      ...{ statements: 0, rows: 0, first: place, last: place },
    };
    count.statements += 1;
    if (how !== "filtered") count.rows += rows;
    if (isBefore(place, count.first)) count.first = place;
    if (isBefore(count.last, place)) count.last = place;
    this.seen.set(key, count);
    for (const [column, mask] of how === "filtered" ? [] : columns) {
      const row: SeenColumn = [...kind, column, mask, day];
      this.columns.set(JSON.stringify(row), row);
    }
  }
}

const keyOf = ({ device, seq }: Pick<StatementPlace, "device" | "seq">): string => `${device} ${seq}`;

const isBefore = (one: SeenCount["first"], other: SeenCount["first"]): boolean =>
  one.at < other.at || (one.at === other.at && one.leaf < other.leaf);

/** Every kind of data that a statement of an AI agent touches, by what becomes of it. */
function seenIn(place: StatementPlace, body: IntentBody): readonly OpenSeen[] {
  const { actor, connection, labels, reads, outputs } = body;
  if (actor.kind !== "ai_agent") return [];
  const of = (infoType: string, level: string) => ({
    ...place,
    model: nameIn("model", actor.model),
    infoType: nameIn("infoType", infoType),
    level: nameIn("level", level),
    environment: nameIn("environment", connection.environment),
  });
  const all = new Map<string, OpenSeen>();
  const put = (one: OpenSeen): void => {
    const key = JSON.stringify([one.infoType, one.level]);
    if (!all.has(key)) all.set(key, one);
  };
  for (const { infoType, level, shown, columns, masks } of shownTypes(body))
    put({
      ...of(infoType, level),
      how: shown ? "shown" : "masked",
      columns: columns.map((column, place) => [
        field(column),
        nameIn("mask", shown ? "" : (masks[place] ?? "")),
      ]),
    });
  const chosen = new Set([
    ...reads.filter(({ role }) => role !== "output").map(({ column }) => column),
    ...outputs.filter(({ countOnly }) => countOnly === true).flatMap(({ sources }) => sources),
  ]);
  for (const { column, infoType, level } of labels)
    if (chosen.has(column)) put({ ...of(infoType, level), how: "filtered", columns: [] });
  return [...all.values()];
}
