import type { Sha256 } from "../../ids.ts";
import { ocsfActor } from "./ocsfActor.ts";
import type { ExportedStatement } from "./statementJoin.ts";

/** Version of the Open Cybersecurity Schema Framework the events are written for. https://schema.ocsf.io/1.7.0 */
export const OCSF_VERSION = "1.7.0";

const CATEGORY = 6;
const CLASS = 6005;

/** Who writes the events. */
export interface OcsfSource {
  readonly chain: Sha256;
  /** Version of Sluice. */
  readonly version: string;
}

const ACTIVITIES = {
  update: { id: 2, name: "Update" },
  query: { id: 4, name: "Query" },
  write: { id: 5, name: "Write" },
  create: { id: 6, name: "Create" },
  delete: { id: 7, name: "Delete" },
} as const;
type Activity = { readonly id: number; readonly name: string };

const SEVERITIES = ["Informational", "Low", "Medium", "High"] as const;

/** A statement as an event of the class Datastore Activity, without any value of a row. */
export function ocsfEvent(source: OcsfSource, statement: ExportedStatement) {
  const { seq, hash, at, body, outcome } = statement;
  const { connection, client } = body;
  const time = Date.parse(at);
  const activity = activityOf(body.effect, body.statementKind);
  const tables = tablesOf(statement);
  const level = levelOf(body.risk);
  return {
    activity_id: activity.id,
    activity_name: activity.name,
    category_uid: CATEGORY,
    category_name: "Application Activity",
    class_uid: CLASS,
    class_name: "Datastore Activity",
    type_uid: CLASS * 100 + activity.id,
    type_name: `Datastore Activity: ${activity.name}`,
    time,
    severity_id: level + 1,
    severity: SEVERITIES[level],
    ...statusOf(statement),
    ...controlOf(statement),
    risk_score: Math.round(body.risk),
    risk_level_id: level,
    message: body.reason,
    ...(outcome === null ? {} : { duration: Math.round(outcome.milliseconds) }),
    metadata: {
      version: OCSF_VERSION,
      profiles: ["security_control"],
      product: { name: "Sluice", vendor_name: "Sluice", version: source.version },
      uid: hash,
      original_event_uid: `${source.chain}/${seq}`,
      original_time: at,
      sequence: seq,
      event_code: body.kind,
      log_name: "audit",
      log_provider: "Sluice",
      correlation_uid: client.session,
      labels: [`environment:${connection.environment}`],
    },
    actor: ocsfActor(body.actor, client),
    src_endpoint: {
      uid: source.chain,
      ...(body.actor.kind === "local_user" ? { hostname: body.actor.host } : {}),
    },
    ...endpointOf(connection),
    database: {
      uid: connection.id,
      ...(connection.database === "" ? {} : { name: connection.database }),
      type_id: 1,
      type: "Relational",
    },
    ...(tables.length === 1 && tables[0] !== undefined ? { table: { name: tables[0] } } : {}),
    type_id: 1,
    type: "Database",
    query_info: { query_string: body.statement, uid: hash, query_time: time },
    unmapped: {
      engine: connection.engine,
      connection: connection.name,
      environment_set: connection.environmentSet,
      purpose: body.purpose,
      effect: body.effect,
      statement_kind: body.statementKind,
      verdict: body.verdict,
      policy_version: body.policyVersion,
      findings: body.findings,
      labels: body.labels,
      tables,
      reads: body.reads,
      writes: body.writes,
      outputs: body.outputs,
      masked_at: body.masks.at,
      matches: body.matches,
      inferences: body.inferences,
      ...(body.elevations === undefined ? {} : { elevations: body.elevations }),
      rows: outcome?.rows ?? null,
      affected: outcome?.affected ?? null,
      masked_cells: outcome?.maskedCells ?? null,
      outcome: outcome?.outcome ?? null,
      ...(body.actor.kind === "ai_agent" ? { ai_agent_asserted: body.actor.asserted } : {}),
      ...(body.actor.kind === "local_user" ? { actor_unverified: true } : {}),
    },
  };
}

function activityOf(effect: string, kind: string): Activity {
  if (effect === "read") return ACTIVITIES.query;
  if (effect !== "write") return { id: 99, name: kind };
  switch (kind) {
    case "insert":
      return ACTIVITIES.create;
    case "update":
      return ACTIVITIES.update;
    case "delete":
    case "truncate":
      return ACTIVITIES.delete;
    default:
      return ACTIVITIES.write;
  }
}

/** 0 to 3, by quarters of the score. */
const levelOf = (risk: number): 0 | 1 | 2 | 3 => (risk >= 75 ? 3 : risk >= 50 ? 2 : risk >= 25 ? 1 : 0);

function statusOf({ body, outcome }: ExportedStatement) {
  if (body.kind === "refused") {
    const status_detail =
      body.verdict === "approve" ? "waits for approval; nothing was sent" : "refused; nothing was sent";
    return { status_id: 2, status: "Failure", status_detail };
  }
  if (outcome === null) return { status_id: 0, status: "Unknown", status_detail: "no outcome is known yet" };
  const code = outcome.errorClass === null ? {} : { status_code: outcome.errorClass };
  switch (outcome.outcome) {
    case "done":
      return { status_id: 1, status: "Success", ...code };
    case "unknown":
      return { status_id: 0, status: "Unknown", status_detail: outcome.outcome, ...code };
    default:
      return { status_id: 2, status: "Failure", status_detail: outcome.outcome, ...code };
  }
}

function controlOf({ body }: ExportedStatement) {
  if (body.kind === "refused")
    return {
      action_id: 2,
      action: "Denied",
      disposition_id: 2,
      disposition: "Blocked",
      is_alert: body.verdict === "deny",
    };
  const approved = body.verdict === "approve";
  return {
    action_id: 1,
    action: "Allowed",
    disposition_id: approved ? 8 : 1,
    disposition: approved ? "Approved" : "Allowed",
    is_alert: false,
  };
}

/** `schema.table` of every column that was used. */
function tablesOf({ body }: ExportedStatement): readonly string[] {
  const columns = [...body.reads.map(({ column }) => column), ...body.writes];
  return [...new Set(columns.map((column) => column.slice(0, Math.max(0, column.lastIndexOf(".")))))]
    .filter((table) => table !== "")
    .sort();
}

/** A file on this machine has no endpoint. */
function endpointOf({ host, port, engine }: ExportedStatement["body"]["connection"]) {
  if (host === "") return {};
  const isAddress = /^\d{1,3}(\.\d{1,3}){3}$/.test(host) || host.includes(":");
  const name = isAddress ? { ip: host } : { hostname: host };
  return { dst_endpoint: { ...name, svc_name: engine, ...(port > 0 ? { port } : {}) } };
}
