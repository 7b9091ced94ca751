import type { Filter } from "../../protocol/collector/search.ts";
import type { Collector } from "../collector.ts";
import type { RecordQuery } from "../search/recordQuery.ts";
import type { Filters } from "./definition.ts";

/** Records that are listed of each kind of exception. */
const MOST_LISTED = 25;

export interface ReportPeriod {
  readonly from: number;
  readonly to: number;
}

export type ReportParts = Pick<Collector, "search" | "store" | "sequencer" | "counting" | "now" | "log">;

/** The definition's filters as a search of the period. */
export const queryOf = (
  filters: Filters,
  period: ReportPeriod,
  rest: Partial<RecordQuery> = {},
): RecordQuery => ({
  filters: new Map(Object.entries(filters).filter((entry): entry is [Filter, string] => true)),
  ...period,
  minRisk: null,
  text: null,
  cursor: null,
  limit: MOST_LISTED,
  ...rest,
});

/** The address under which a search is asked again. */
export function addressOf({ filters, minRisk, text, from, to }: RecordQuery): string {
  const asked = new URLSearchParams([...filters]);
  if (minRisk !== null) asked.set("risk", String(minRisk));
  if (text !== null) asked.set("text", text);
  for (const [name, time] of Object.entries({ from, to }))
    if (time !== null) asked.set(name, new Date(time).toISOString());
  return `/v1/search?${readable(asked)}`;
}

/** A query string in which times can be read. */
export const readable = (query: URLSearchParams): string => query.toString().replaceAll("%3A", ":");
