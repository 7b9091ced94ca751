import { actorIdentity, actorName } from "../../protocol/actor.ts";
import type { AuditRecord, IntentBody } from "../../protocol/audit/record.ts";

/** What of a record can be searched for by an index. */
export interface SearchFields {
  /** Milliseconds of the device's own time. */
  readonly at: number;
  readonly kind: string;
  readonly actor: string | null;
  readonly actorName: string | null;
  readonly connection: string | null;
  readonly environment: string | null;
  readonly verdict: string | null;
  readonly effect: string | null;
  readonly risk: number | null;
  /** `elevation:…`, `rule:…`, `type:…`, `column:…`, `table:…`. */
  readonly terms: readonly string[];
}

const MOST_TERMS = 256;
/** Longest text of a field; longer ones are cut. */
export const FIELD_LENGTH = 300;

/** Reads from a record what it is found by. */
export function searchFields({ at, body }: AuditRecord): SearchFields {
  const judged = body.kind === "intent" || body.kind === "refused" ? body : null;
  const actor = "actor" in body ? body.actor : body.kind === "device_enrolled" ? body.owner : null;
  const connection = "connection" in body ? body.connection : null;
  return {
    at: Date.parse(at),
    kind: body.kind,
    actor: actor === null ? null : field(actorIdentity(actor)),
    actorName: actor === null ? null : field(actorName(actor)),
    connection: connection === null ? null : field(connection.name),
    environment: connection === null ? null : field(connection.environment),
    verdict: judged?.verdict ?? null,
    effect: judged === null ? null : field(judged.effect),
    risk: judged === null ? null : Math.round(Math.min(Math.max(judged.risk, 0), 100)),
    terms:
      body.kind === "label_corrected" ? columnTerms([body.column]) : judged === null ? [] : terms(judged),
  };
}

function terms({
  elevations = [],
  findings,
  labels,
  reads,
  writes,
}: Omit<IntentBody, "kind">): readonly string[] {
  return bounded([
    ...elevations.map((id) => `elevation:${id}`),
    ...findings.map(({ rule }) => `rule:${rule}`),
    ...labels.map(({ infoType }) => `type:${infoType}`),
    ...columnTerms([...labels.map(({ column }) => column), ...reads.map(({ column }) => column), ...writes]),
  ]);
}

const columnTerms = (columns: readonly string[]): readonly string[] =>
  bounded(
    columns.flatMap((column) => {
      const end = column.lastIndexOf(".");
      return end < 0 ? [`column:${column}`] : [`column:${column}`, `table:${column.slice(0, end)}`];
    }),
  );

const bounded = (all: readonly string[]): readonly string[] =>
  [...new Set(all.map(field))].slice(0, MOST_TERMS);

/** PostgreSQL has no NUL in a text, and an index entry has an end. */
export const field = (text: string): string =>
  text.replaceAll("\0", "").slice(0, FIELD_LENGTH).toWellFormed();
