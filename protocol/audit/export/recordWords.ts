import { type Actor, actorName } from "../../actor.ts";
import type { RecordBody } from "../record.ts";

export type RecordSeverity = "alert" | "warning" | "notice" | "informational";

/** How much somebody has to look at it. */
export function recordSeverity(body: RecordBody): RecordSeverity {
  switch (body.kind) {
    case "alert_raised":
      return "alert";
    case "refused":
    case "key_revoked":
    case "ledger_closed":
    case "collector_trusted":
    case "device_state":
    case "hold_lifted":
    case "stream_moved":
    case "task_stopped":
      return "warning";
    case "export_opened":
      return "notice";
    case "outcome":
      return body.outcome === "done" ? "informational" : "notice";
    case "session_closed":
      return body.how === "ended" ? "informational" : "notice";
    case "label_corrected":
    case "hold_set":
    case "alert_acknowledged":
    case "alert_settled":
    case "bodies_dropped":
      return "notice";
    default:
      return "informational";
  }
}

/** What machines filter by. */
export function recordDetails(body: RecordBody): Readonly<Record<string, string | number | null>> {
  switch (body.kind) {
    case "intent":
    case "refused": {
      const { connection, verdict, effect, statementKind, risk, purpose, findings, elevations } = body;
      const rules = findings.map(({ rule }) => rule).join(" ");
      return {
        ...actorDetails(body.actor),
        ...connectionDetails(connection),
        verdict,
        effect,
        statementKind,
        risk,
        purpose,
        rules: rules === "" ? null : rules,
        elevations: elevations?.join(" ") ?? null,
      };
    }
    case "outcome": {
      const { intent, outcome, rows, affected, maskedCells, milliseconds, errorClass } = body;
      return { intent, outcome, rows, affected, maskedCells, milliseconds, errorClass };
    }
    case "label_corrected":
      return {
        ...actorDetails(body.actor),
        ...connectionDetails(body.connection),
        column: body.column,
        how: body.how,
      };
    case "identity":
      return { ...actorDetails(body.actor), event: body.event };
    case "device_state":
      return { ...actorDetails(body.actor), device: body.chain, from: body.from, to: body.to };
    case "device_confirmed":
      return { ...actorDetails(body.actor), device: body.chain };
    case "device_enrolled":
      return { ...actorDetails(body.owner), device: body.chain };
    case "alert_raised":
      return { alert: body.alert, device: body.chain, place: body.seq };
    case "alert_acknowledged":
      return { ...actorDetails(body.actor), alert: body.alert, device: body.chain, place: body.seq };
    case "alert_settled":
      return { alert: body.alert, device: body.chain, place: body.seq, by: body.by };
    case "hold_set":
    case "hold_lifted":
      return { ...actorDetails(body.actor), hold: body.hold };
    case "bodies_dropped":
      return { count: body.count, olderThanDays: body.olderThanDays };
    case "stream_moved":
      return { ...actorDetails(body.actor), stream: body.stream, from: body.from, to: body.to };
    case "export_opened":
      return { ...actorDetails(body.actor), export: body.export, query: body.query, format: body.format };
    case "export_closed":
      return { export: body.export, records: body.records, how: body.how };
    case "task_opened":
    case "task_stopped":
    case "task_resumed":
    case "task_ended":
    case "task_mark_lifted":
      return { ...actorDetails(body.actor), task: body.task };
    case "suggestion_made":
      return {
        ...actorDetails(body.actor),
        ...connectionDetails(body.connection),
        suggestion: body.suggestion,
        model: body.model,
      };
    case "suggestion_decided":
      return { ...actorDetails(body.actor), suggestion: body.suggestion, decision: body.decision };
    case "lease_opened":
      return { ...actorDetails(body.actor), ...connectionDetails(body.connection), lease: body.lease };
    case "lease_ended":
      return { lease: body.lease, how: body.how };
    case "session_opened":
    case "session_closed":
      return { writer: body.writer };
    case "key_revoked":
      return { key: body.key };
    case "ledger_closed":
      return actorDetails(body.actor);
    case "collector_trusted":
      return { ...actorDetails(body.actor), collector: body.url };
    case "login_asked":
    case "login_lent":
      return { ...connectionDetails(body.connection), lease: body.lease };
    default:
      return {};
  }
}

const actorDetails = (actor: Actor) => ({ actor: actorName(actor), actorKind: actor.kind });
const connectionDetails = ({
  name,
  engine,
  environment,
}: {
  name: string;
  engine: string;
  environment: string;
}) => ({
  connection: name,
  engine,
  environment,
});

/** What people read. */
export function recordMessage(body: RecordBody): string {
  switch (body.kind) {
    case "intent":
    case "refused":
      return `${actorName(body.actor)} on ${body.connection.name}: ${body.kind === "refused" ? "not sent" : "sent"}: ${body.statement}`;
    case "outcome":
      return `statement ${body.intent}: ${body.outcome}`;
    case "label_corrected":
      return `${actorName(body.actor)}: label of ${body.column} is ${body.to.infoType} (${body.to.level}): ${body.reason}`;
    case "identity":
      return `${actorName(body.actor)}: ${body.event}`;
    case "alert_raised":
      return body.what;
    case "task_opened":
      return `${actorName(body.actor)} begins a task: ${body.purpose}`;
    case "task_stopped":
      return `task of ${actorName(body.actor)} stopped: ${body.words}`;
    case "task_resumed":
      return `${actorName(body.actor)} lets the task go on: ${body.reason}`;
    case "task_mark_lifted":
      return `${actorName(body.actor)} lifts the mark of the task: ${body.reason}`;
    case "suggestion_made":
      return `${body.model} suggests: ${body.statement}`;
    case "device_state":
    case "device_confirmed":
    case "key_revoked":
    case "ledger_closed":
    case "collector_trusted":
    case "hold_set":
    case "alert_acknowledged":
    case "alert_settled":
    case "hold_lifted":
      return `${body.kind}: ${body.reason}`;
    case "export_opened":
      return `${actorName(body.actor)} exports records: ${body.query === "" ? "all" : body.query}`;
    case "bodies_dropped":
      return `texts of ${body.count} records were dropped`;
    default:
      return body.kind;
  }
}
