import { type Actor, actorName } from "../../actor.ts";
import type { Sha256 } from "../../ids.ts";
import type { RecordBody } from "../record.ts";
import type { PlacedBody } from "./statementJoin.ts";

/** Where the lines come from. */
export interface SyslogSource {
  readonly chain: Sha256;
  /** Name of the machine; null where it is not known. */
  readonly host: string | null;
}

/** "log audit" of RFC 5424. */
const FACILITY = 13;
const SEVERITY = { alert: 1, warning: 4, notice: 5, informational: 6 } as const;
/** The number is the one RFC 5612 reserves for documentation: Sluice has none of its own. */
const SD_ID = "sluice@32473";
const BYTE_ORDER_MARK = "\ufeff";

/** A record as one line of RFC 5424, without any value of a row. */
export function syslogLine({ chain, host }: SyslogSource, placed: PlacedBody): string {
  const { seq, hash, at, body } = placed;
  const data = Object.entries({ chain, seq, hash, ...detailsOf(body) })
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => ` ${name}="${parameter(String(value))}"`)
    .join("");
  const priority = FACILITY * 8 + severityOf(body);
  const header = `<${priority}>1 ${at} ${headerField(host, 255)} sluice - ${headerField(body.kind, 32)}`;
  return `${header} [${SD_ID}${data}] ${BYTE_ORDER_MARK}${oneLine(messageOf(body))}\n`;
}

function severityOf(body: RecordBody): number {
  switch (body.kind) {
    case "alert_raised":
      return SEVERITY.alert;
    case "refused":
    case "key_revoked":
    case "device_state":
      return SEVERITY.warning;
    case "outcome":
      return body.outcome === "done" ? SEVERITY.informational : SEVERITY.notice;
    case "session_closed":
      return body.how === "ended" ? SEVERITY.informational : SEVERITY.notice;
    case "label_corrected":
      return SEVERITY.notice;
    default:
      return SEVERITY.informational;
  }
}

/** What machines filter by. */
function detailsOf(body: RecordBody): Readonly<Record<string, string | number | null>> {
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
    case "device_enrolled":
      return { ...actorDetails(body.owner), device: body.chain };
    case "alert_raised":
      return { alert: body.alert, device: body.chain, place: body.seq };
    case "session_opened":
    case "session_closed":
      return { writer: body.writer };
    case "key_revoked":
      return { key: body.key };
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
function messageOf(body: RecordBody): string {
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
    case "device_state":
    case "key_revoked":
      return `${body.kind}: ${body.reason}`;
    default:
      return body.kind;
  }
}

/** PARAM-VALUE: three characters are escaped; a line stays a line. */
const parameter = (text: string): string => oneLine(text).replaceAll(/["\\\]]/g, "\\$&");

/** Whoever writes a statement must not be able to write a line of its own into the log. */
const oneLine = (text: string): string => text.toWellFormed().replaceAll(/[\p{Cc}\u2028\u2029]/gu, " ");

/** Printable ASCII without spaces, at most so long; `-` for nothing. */
function headerField(text: string | null, most: number): string {
  const field = (text ?? "").replaceAll(/[^\x21-\x7e]/g, "_").slice(0, most);
  return field === "" ? "-" : field;
}
