import { z } from "zod";
import { FILTERS, type Filter } from "../../protocol/collector/search.ts";
import { parsed } from "../http/body.ts";

/** Which records are looked for. */
export interface RecordQuery {
  readonly filters: ReadonlyMap<Filter, string>;
  /** Milliseconds of the device's time; `to` excluded. */
  readonly from: number | null;
  readonly to: number | null;
  readonly minRisk: number | null;
  /** Looked for in the statement, whatever its case. */
  readonly text: string | null;
  /** Only what comes after this place of the list. */
  readonly cursor: Cursor | null;
  readonly limit: number;
}

/** A place in a list that is ordered by time, newest first, and then by place in the log. */
export interface Cursor {
  readonly at: number;
  readonly leaf: number;
}

const VALUE = z
  .string()
  .min(1)
  .max(400)
  .refine((text) => !text.includes("\0"));
const TIME = z.iso.datetime({ offset: true }).or(z.iso.date());
const CURSOR = z.string().regex(/^-?[0-9]{1,16}\.[0-9]{1,16}$/);
const LIMIT = z.coerce.number().int().min(1).max(500);
const RISK = z.coerce.number().int().min(0).max(100);

/** Reads a query from the address. @throws Refusal that names the parameter. */
export function readRecordQuery(asked: (name: string) => string | undefined): RecordQuery {
  const filters = new Map<Filter, string>();
  for (const filter of FILTERS) {
    const value = asked(filter);
    if (value !== undefined) filters.set(filter, parsed(VALUE, value));
  }
  const text = asked("text");
  const risk = asked("risk");
  const [at, leaf] = cursorParts(asked("cursor"));
  return {
    filters,
    ...readPeriod(asked),
    minRisk: risk === undefined ? null : parsed(RISK, risk),
    text: text === undefined ? null : parsed(VALUE, text),
    cursor: at === undefined || leaf === undefined ? null : { at, leaf },
    limit: parsed(LIMIT, asked("limit") ?? "50"),
  };
}

/** `from` and `to` of the address; `to` excluded. @throws Refusal */
export function readPeriod(asked: (name: string) => string | undefined): Pick<RecordQuery, "from" | "to"> {
  const time = (name: string): number | null => {
    const text = asked(name);
    return text === undefined ? null : Date.parse(parsed(TIME, text));
  };
  return { from: time("from"), to: time("to") };
}

export const cursorText = ({ at, leaf }: Cursor): string => `${at}.${leaf}`;

const cursorParts = (text: string | undefined): readonly number[] =>
  text === undefined ? [] : parsed(CURSOR, text).split(".").map(Number);
