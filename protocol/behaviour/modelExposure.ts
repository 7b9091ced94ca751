import type { PlacedBody } from "../audit/export/statementJoin.ts";
import type { IntentBody, RecordBody } from "../audit/record.ts";
import { LEVELS } from "../label.ts";
import { seenColumns } from "./taskTimeline.ts";

/** What one model has been shown of one kind of data: how much, and the records that say so. Never a value. */
export interface Exposure {
  readonly model: string;
  readonly infoType: string;
  readonly level: string;
  readonly environment: string;
  readonly columns: readonly string[];
  /** How it was hidden where it was: `last4` leaves something to see. */
  readonly masks: readonly string[];
  /** Rows in which it stood as it is, and in which it was masked. */
  readonly shownRows: number;
  readonly maskedRows: number;
  readonly statements: number;
  /** The first and the last record. */
  readonly first: ExposureRecord;
  readonly last: ExposureRecord;
}

export interface ExposureRecord {
  readonly chain: string | null;
  readonly seq: number;
  readonly hash: string;
  readonly at: string;
  /** Place in the collector's log, where it is known. */
  readonly leaf?: number;
}

interface Counting {
  readonly columns: Set<string>;
  readonly masks: Set<string>;
  shownRows: number;
  maskedRows: number;
  statements: number;
  first: ExposureRecord;
  last: ExposureRecord;
}

/** Rows that a statement nobody saw the end of may have shown: unknown counts as the most a program gets at once. */
export const ROWS_OF_UNKNOWN = 1_000;

/** One kind of data that a statement's result holds; shown where any column of it is. */
export interface ShownType {
  readonly infoType: string;
  readonly level: string;
  readonly shown: boolean;
  readonly columns: readonly string[];
  readonly masks: readonly string[];
}

/** The kinds of data that a statement's result holds. */
export function shownTypes(body: Pick<IntentBody, "outputs" | "labels">): readonly ShownType[] {
  const types = Map.groupBy(seenColumns(body), ({ infoType, level }) => JSON.stringify([infoType, level]));
  return [...types.values()].flatMap((seen) => {
    const [first] = seen;
    if (first === undefined) return [];
    const { infoType, level } = first;
    const masks = seen.flatMap(({ mask }) => mask ?? []);
    const columns = seen.map(({ column }) => column);
    return [{ infoType, level, columns, masks, shown: seen.some(({ mask }) => mask === null) }];
  });
}

/** Rows of a result that a model has, by what its outcome says. */
export const rowsShown = ({
  outcome,
  rows,
}: Pick<Extract<RecordBody, { kind: "outcome" }>, "outcome" | "rows">): number =>
  outcome === "unknown" ? ROWS_OF_UNKNOWN : (rows ?? 0);

/**
 * Counts what models were shown, from records in the order of their chains. Every statement of an AI agent shows its
 * result to the model that decides what the agent does.
 */
export class ModelExposures {
  readonly #counted = new Map<string, Counting>();
  readonly #open = new Map<string, { readonly body: IntentBody; readonly record: ExposureRecord }>();

  take({ seq, hash, at, body }: PlacedBody, chain: string | null = null): void {
    if (body.kind === "intent" && body.actor.kind === "ai_agent") {
      if (seenColumns(body).length > 0)
        this.#open.set(keyOf(chain, seq), { body, record: { chain, seq, hash, at } });
    } else if (body.kind === "outcome") this.#end(chain, body);
  }

  /** Most sensitive first. */
  list(): readonly Exposure[] {
    const unknown = [...this.#open];
    for (const [key, open] of unknown) {
      this.#open.delete(key);
      this.#count(open.body, open.record, ROWS_OF_UNKNOWN);
    }
    return [...this.#counted]
      .map(([key, { columns, masks, ...counts }]): Exposure => {
        const [model = "", infoType = "", level = "", environment = ""] = key.split("\u0000");
        return {
          model,
          infoType,
          level,
          environment,
          columns: [...columns].sort(),
          masks: [...masks].sort(),
          ...counts,
        };
      })
      .sort(
        (a, b) =>
          levelRank(b.level) - levelRank(a.level) ||
          b.shownRows - a.shownRows ||
          a.model.localeCompare(b.model),
      );
  }

  #end(chain: string | null, outcome: Extract<RecordBody, { kind: "outcome" }>): void {
    const key = keyOf(chain, outcome.intent);
    const open = this.#open.get(key);
    if (open === undefined) return;
    this.#open.delete(key);
    const shown = rowsShown(outcome);
    if (shown > 0) this.#count(open.body, open.record, shown);
  }

  #count(body: IntentBody, record: ExposureRecord, rows: number): void {
    if (body.actor.kind !== "ai_agent") return;
    const { model } = body.actor;
    const { environment } = body.connection;
    for (const { infoType, level, columns, masks, shown } of shownTypes(body)) {
      const key = [model, infoType, level, environment].join("\u0000");
      const counting = this.#counted.get(key) ?? {
        columns: new Set<string>(),
        masks: new Set<string>(),
        shownRows: 0,
        maskedRows: 0,
        statements: 0,
        first: record,
        last: record,
      };
      for (const column of columns) counting.columns.add(column);
      for (const mask of masks) counting.masks.add(mask);
      counting.statements += 1;
      if (shown) counting.shownRows += rows;
      else counting.maskedRows += rows;
      if (record.at < counting.first.at) counting.first = record;
      if (record.at >= counting.last.at) counting.last = record;
      this.#counted.set(key, counting);
    }
  }
}

const RANKS: ReadonlyMap<string, number> = new Map(LEVELS.map((level, rank) => [level, rank]));

/** What records call a level is any text. */
const levelRank = (level: string): number => RANKS.get(level) ?? -1;

const keyOf = (chain: string | null, seq: number): string => `${chain ?? ""}:${seq}`;
