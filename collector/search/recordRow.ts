import { actorName } from "../../protocol/actor.ts";
import type { AuditRecord, RecordBody } from "../../protocol/audit/record.ts";
import type { RecordHit } from "../../protocol/collector/search.ts";
import { outcomeText } from "./outcomeText.ts";
import { decisionOf } from "./recordDecision.ts";

export interface RecordRow {
  readonly leaf_index: number;
  readonly chain: string;
  readonly device_name: string;
  readonly seq: number;
  readonly at: number;
  readonly received_at: number;
  readonly kind: string;
  readonly actor: string | null;
  readonly actor_name: string | null;
  readonly connection: string | null;
  readonly environment: string | null;
  readonly verdict: string | null;
  readonly effect: string | null;
  readonly risk: number | null;
  readonly canonical: string | null;
  /** Place in the log of the record that says that the text was dropped. */
  readonly dropped_by: number | null;
}

export const RECORD_COLUMNS = `r.leaf_index, d.chain, d.name AS device_name, r.seq, coalesce(r.said_at, r.at) AS at, r.received_at, r.kind, r.actor,
  r.actor_name, r.connection, r.environment, r.verdict, r.effect, r.risk, r.canonical, r.dropped_by`;

const LONGEST_SUMMARY = 400;

/** What a stored text says. It was held against its schema when it came. */
export function storedRecord(canonical: string): AuditRecord {
  const record: AuditRecord = JSON.parse(canonical);
  return record;
}

/** A row as lists show it. */
export function hitOf(row: RecordRow): RecordHit {
  const body = row.canonical === null ? null : storedRecord(row.canonical).body;
  return {
    chain: row.chain,
    seq: row.seq,
    at: new Date(row.at).toISOString(),
    receivedAt: new Date(row.received_at).toISOString(),
    device: row.device_name,
    kind: row.kind,
    actor: row.actor === null ? null : { id: row.actor, name: row.actor_name ?? row.actor },
    connection: row.connection,
    environment: row.environment,
    verdict: row.verdict,
    decision: decisionOf(row, body),
    effect: row.effect,
    risk: row.risk,
    summary: body === null ? null : summaryOf(body),
  };
}

/** What happened, in a line. */
function summaryOf(body: RecordBody): string {
  switch (body.kind) {
    case "intent":
    case "refused":
    case "approval_requested":
      return shortened(body.statement);
    case "outcome":
      return outcomeText(body);
    case "session_opened":
      return `A session of the ${body.origin} began`;
    case "session_closed":
      return body.how === "ended" ? "A session ended" : "A session ended without saying so";
    case "identity":
      return `${actorName(body.actor)}: ${body.event}`;
    case "label_corrected":
      return shortened(
        `${body.column}: ${body.from?.infoType ?? "unlabelled"} → ${body.to.infoType}: ${body.reason}`,
      );
    case "key_introduced":
      return body.follows === undefined
        ? `A key of the ${body.origin} begins to sign`
        : shortened(
            `A ledger begins in place of ${body.follows.chain.slice(0, 12)}…: ${body.follows.reason}`,
          );
    case "key_succeeded":
      return "A key hands over to another";
    case "ledger_closed":
      return shortened(`${actorName(body.actor)} closed this ledger: ${body.reason}`);
    case "collector_trusted":
      return shortened(`${actorName(body.actor)} trusts the collector again: ${body.reason}`);
    case "login_asked":
      return `This device asks for a login for ${body.connection.name}`;
    case "login_lent":
      return `A login for ${body.connection.name} was lent to this device`;
    case "key_revoked":
      return shortened(`Key ${body.key} was revoked: ${body.reason}`);
    case "approval_decided":
    case "elevation_decided":
      return shortened(`${body.decision}: ${body.reason}`);
    case "elevation_requested":
      return shortened(`To ${body.right} for ${body.minutes} min: ${body.purpose}`);
    case "device_enrolled":
      return `${body.name} was enrolled by ${actorName(body.owner)}`;
    case "device_state":
      return shortened(`A device was marked ${body.to}: ${body.reason}`);
    case "device_confirmed":
      return shortened(`${actorName(body.actor)} confirmed a device: ${body.reason}`);
    case "alert_raised":
      return `Alert ${body.alert}: ${body.what}`;
    case "alert_acknowledged":
      return shortened(`${actorName(body.actor)} acknowledged an alert ${body.alert}: ${body.reason}`);
    case "alert_settled":
      return shortened(`An alert ${body.alert} is settled: ${body.reason}`);
    case "approval_opened":
      return shortened(`${actorName(body.actor)} asks for approval: ${body.statement}`);
    case "elevation_opened":
      return shortened(
        `${actorName(body.actor)} asks to ${body.right} for ${body.minutes} min: ${body.purpose}`,
      );
    case "approval_answered":
      return shortened(`${actorName(body.actor)} answers ${body.decision}: ${body.reason}`);
    case "approval_granted":
      return `Granted until ${body.notAfter}`;
    case "approval_redeemed":
      return "Handed out for one run";
    case "approval_closed":
      return body.actor === null
        ? `Approval ${body.how.replace("_", " ")}`
        : shortened(
            `Approval ${body.how.replace("_", " ")} by ${actorName(body.actor)}${body.reason === undefined ? "" : `: ${body.reason}`}`,
          );
    case "task_opened":
      return shortened(`${actorName(body.actor)} begins a task: ${body.purpose}`);
    case "task_stopped":
      return shortened(`The task of ${actorName(body.actor)} was stopped: ${body.words}`);
    case "task_resumed":
      return shortened(`${actorName(body.actor)} lets the task go on: ${body.reason}`);
    case "task_mark_lifted":
      return shortened(`${actorName(body.actor)} lifts the mark of the task: ${body.reason}`);
    case "task_ended":
      return `The task of ${actorName(body.actor)} ${body.how === "expired" ? "ran out of time" : "ended"}`;
    case "suggestion_made":
      return shortened(`${body.model} suggests: ${body.statement}`);
    case "suggestion_decided":
      return shortened(
        `${actorName(body.actor)} answers a suggestion with ${body.decision}${body.reason === null ? "" : `: ${body.reason}`}`,
      );
    case "policy_published":
      return shortened(`Policy ${body.policy.version} was published: ${body.policy.comment}`);
    case "connection_defined":
      return shortened(`${actorName(body.actor)} defined the connection ${body.id}, version ${body.version}`);
    case "connection_removed":
      return shortened(`${actorName(body.actor)} removed the connection ${body.id}: ${body.reason}`);
    case "lease_opened":
      return `${actorName(body.actor)} is lent ${body.account} on ${body.connection.name} until ${body.until}`;
    case "lease_renewed":
      return `${actorName(body.actor)} keeps a login until ${body.until}`;
    case "lease_ended":
      return shortened(`A login ended: ${body.how}${body.reason === "" ? "" : `: ${body.reason}`}`);
    case "lease_cleared":
      return shortened(`${body.account}: ${body.result}${body.reason === "" ? "" : `: ${body.reason}`}`);
    case "policy_observed":
      return shortened(`Policy ${body.policy.version} is observed: ${body.policy.comment}`);
    case "policy_dropped":
      return shortened(`Policy ${body.version} is not observed any more: ${body.reason}`);
    case "log_started":
      return `The log ${body.log} began`;
    case "hold_set":
      return shortened(`${actorName(body.actor)} set a legal hold: ${body.reason}`);
    case "hold_lifted":
      return shortened(`${actorName(body.actor)} lifted a legal hold: ${body.reason}`);
    case "bodies_dropped":
      return `Texts of ${body.count} records older than ${body.olderThanDays} days were dropped`;
    case "stream_moved":
      return `${actorName(body.actor)} moved the stream ${body.stream} from ${body.from} to ${body.to}`;
    case "export_opened":
      return shortened(
        `${actorName(body.actor)} exports as ${body.format} ${body.query === "" ? "everything" : `what is found by ${body.query}`}`,
      );
    case "export_closed":
      return body.how === "whole"
        ? `An export of ${recordsText(body.records)} ended`
        : `An export was cut short after at most ${recordsText(body.records)}`;
    case "collector_restored":
      return `The collector goes on from a backup as ${body.to}`;
    default:
      return body satisfies never;
  }
}

const recordsText = (number: number): string => `${number} record${number === 1 ? "" : "s"}`;

const shortened = (text: string): string =>
  text.length > LONGEST_SUMMARY ? `${text.slice(0, LONGEST_SUMMARY)}…` : text;
