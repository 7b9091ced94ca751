import { z } from "zod";
import { DECISIONS, FILTERS, type Filter } from "../../protocol/collector/search.ts";
import { parsed } from "../http/body.ts";
import { checkQuery, type WithQuery } from "../http/checkQuery.ts";
import type { Asked } from "../http/route.ts";
import { Refusal } from "../refusal.ts";

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
const TIME = z.union([z.iso.datetime({ offset: true }), z.iso.date()], {
  error: "has to be a time with its zone, such as 2026-03-31T08:00:00Z, or a day",
});
const CURSOR = z.string().regex(/^-?[0-9]{1,16}\.[0-9]{1,16}$/);
const LIMIT = z.coerce.number().int().min(1).max(500);
const RISK = z.coerce.number().int().min(0).max(100);
/** Values of a filter that has no others. */
const CHOICES: ReadonlyMap<Filter, z.ZodType<string>> = new Map<Filter, z.ZodType<string>>([
  ["decision", z.enum(DECISIONS)],
  ["verdict", z.enum(["allow", "approve", "deny"])],
]);

/** What a search of records may be given. */
export const RECORD_PARAMETERS = [...FILTERS, "from", "to", "risk", "text", "cursor", "limit"] as const;

/** Reads a query from the address. @throws Refusal that names the parameter. */
export function readRecordQuery(
  asked: Pick<Asked, "query"> & WithQuery,
  others: readonly string[] = [],
): RecordQuery {
  checkQuery(asked, [...RECORD_PARAMETERS, ...others]);
  const given = <T>(name: string, schema: z.ZodType<T>): T | null => {
    const value = asked.query(name);
    return value === undefined ? null : parsed(schema, value, name);
  };
  const filters = new Map<Filter, string>();
  for (const filter of FILTERS) {
    const value = given(filter, CHOICES.get(filter) ?? VALUE);
    if (value !== null) filters.set(filter, value);
  }
  const [at, leaf] = given("cursor", CURSOR)?.split(".").map(Number) ?? [];
  return {
    filters,
    ...readPeriod(asked.query),
    minRisk: given("risk", RISK),
    text: given("text", VALUE),
    cursor: at === undefined || leaf === undefined ? null : { at, leaf },
    limit: given("limit", LIMIT) ?? 50,
  };
}

/** `from` and `to` of the address; `to` excluded. @throws Refusal */
export function readPeriod(asked: (name: string) => string | undefined): Pick<RecordQuery, "from" | "to"> {
  const time = (name: string): number | null => {
    const text = asked(name);
    return text === undefined ? null : Date.parse(parsed(TIME, text, name));
  };
  const [from, to] = [time("from"), time("to")];
  if (from !== null && to !== null && from > to)
    throw new Refusal("bad-request", '"to" is before "from".', "Give a later end, or an earlier beginning.", {
      field: "to",
    });
  return { from, to };
}

export const cursorText = ({ at, leaf }: Cursor): string => `${at}.${leaf}`;
