import { actorIdentity, actorName } from "../../protocol/actor.ts";
import type { AuditRecord, JudgedBody, RecordBody } from "../../protocol/audit/record.ts";
import { observedEffects } from "../../protocol/policy/policyEffect.ts";

/** What of a record can be searched for by an index. */
export interface SearchFields {
  /** Milliseconds of the device's own time; of the collector's, where a record came so late that it would be overlooked. */
  readonly at: number;
  /** The device's own time, where `at` is another. */
  readonly saidAt: number | null;
  readonly kind: string;
  readonly actor: string | null;
  readonly actorName: string | null;
  readonly connection: string | null;
  readonly environment: string | null;
  readonly verdict: string | null;
  readonly effect: string | null;
  readonly risk: number | null;
  /** `rule:…`, `type:…`, `column:…`, `table:…`, `task:…`, `suggestion:…`, `model:…`, `observed:…`, `elevation:…`, `approval:…`, `lease:…`. */
  readonly terms: readonly string[];
}

const MOST_TERMS = 256;
/** Longest text of a field; longer ones are cut. */
export const FIELD_LENGTH = 300;

/** Later than this, a record is found by the time it came: nobody looks for news of last week a year back. */
export const LATE_MS = 7 * 24 * 60 * 60 * 1000;

/** Reads from a record, and when it came, what it is found by. */
export function searchFields({ at, body }: AuditRecord, receivedAt: number): SearchFields {
  const said = Date.parse(at);
  const late = receivedAt - said > LATE_MS;
  const judged = body.kind === "intent" || body.kind === "refused" ? body : null;
  const actor = "actor" in body ? body.actor : body.kind === "device_enrolled" ? body.owner : null;
  const connection = "connection" in body ? body.connection : null;
  return {
    at: late ? receivedAt : said,
    saidAt: late ? said : null,
    kind: body.kind,
    actor: actor === null ? null : field(actorIdentity(actor)),
    actorName: actor === null ? null : field(actorName(actor)),
    connection: connection === null ? null : field(connection.name),
    environment: connection === null ? null : field(connection.environment),
    verdict: judged?.verdict ?? null,
    effect: judged === null ? null : field(judged.effect),
    risk: judged === null ? null : Math.round(Math.min(Math.max(judged.risk, 0), 100)),
    terms: termsOf(body),
  };
}

function termsOf(body: RecordBody): readonly string[] {
  switch (body.kind) {
    case "intent":
    case "refused":
      return terms(body);
    case "label_corrected":
      return columnTerms([body.column]);
    case "task_opened":
    case "task_stopped":
    case "task_resumed":
    case "task_ended":
    case "task_mark_lifted":
      return bounded([`task:${body.task}`]);
    case "suggestion_made":
      return bounded([
        `suggestion:${body.suggestion}`,
        `model:${body.model}`,
        ...(body.task === null ? [] : [`task:${body.task}`]),
      ]);
    case "approval_requested":
      return bounded([`approval:${body.approval}`, ...(body.task === null ? [] : [`task:${body.task}`])]);
    case "approval_decided":
    case "approval_opened":
      return bounded([`approval:${body.approval}`]);
    case "elevation_requested":
    case "elevation_decided":
      return bounded([`elevation:${body.elevation}`]);
    case "elevation_opened":
      return bounded([`elevation:${body.approval}`]);
    // They say of either kind that it was answered.
    case "approval_answered":
    case "approval_granted":
    case "approval_closed":
      return bounded([`approval:${body.approval}`, `elevation:${body.approval}`]);
    case "login_asked":
    case "login_lent":
    case "lease_opened":
    case "lease_renewed":
    case "lease_ended":
      return bounded([`lease:${body.lease}`]);
    case "lease_cleared":
      return body.lease === null ? [] : bounded([`lease:${body.lease}`]);
    case "suggestion_decided":
      return bounded([`suggestion:${body.suggestion}`]);
    default:
      return [];
  }
}

function terms(body: JudgedBody): readonly string[] {
  const { findings, labels, reads, writes, actor, task, suggestion, grant, elevations = [] } = body;
  return bounded([
    ...(task === null ? [] : [`task:${task}`]),
    ...(suggestion === null ? [] : [`suggestion:${suggestion}`]),
    ...(body.kind === "intent" && body.lease !== undefined ? [`lease:${body.lease}`] : []),
    ...(actor.kind === "ai_agent" ? [`model:${actor.model}`] : []),
    ...observedTerms(body),
    ...elevations.map((id) => `elevation:${id}`),
    ...(grant === null ? [] : [`approval:${grant.id}`]),
    ...findings.map(({ rule }) => `rule:${rule}`),
    ...labels.map(({ infoType }) => `type:${infoType}`),
    ...columnTerms([...labels.map(({ column }) => column), ...reads.map(({ column }) => column), ...writes]),
  ]);
}

/** `observed:7:blocked`, and `observed:7:rule:…` for each rule that would have changed something. */
function observedTerms(body: JudgedBody): readonly string[] {
  const effects = observedEffects(body);
  if (effects === null || body.observed === undefined) return [];
  const { version, findings } = body.observed;
  return [...effects, ...(effects.includes("same") ? [] : findings.map(({ rule }) => `rule:${rule}`))].map(
    (what) => `observed:${version}:${what}`,
  );
}

const columnTerms = (columns: readonly string[]): readonly string[] =>
  bounded(
    columns.flatMap((column) => {
      const end = column.lastIndexOf(".");
      return end < 0 ? [`column:${column}`] : [`column:${column}`, `table:${column.slice(0, end)}`];
    }),
  );

const bounded = (all: readonly string[]): readonly string[] =>
  [...new Set(all.map((text) => field(text)))].slice(0, MOST_TERMS);

/** PostgreSQL has no NUL in a text, and an index entry has an end. */
export const field = (text: string, longest = FIELD_LENGTH): string =>
  text.replaceAll("\0", "").slice(0, longest).toWellFormed();
