import { actorName } from "../actor.ts";
import type { ActivityEntry } from "../messages.ts";
import type { AuditRecord, LabelCorrectedBody, OutcomeBody } from "./record.ts";

/** A record as a line of what was asked, with what came of it; null for records that are none. */
export function activityEntry(
  { seq, at, body }: Pick<AuditRecord, "seq" | "at" | "body">,
  ended: OutcomeBody | null,
): ActivityEntry | null {
  if (body.kind === "label_corrected") return correctionEntry(seq, at, body);
  if (body.kind !== "intent" && body.kind !== "refused") return null;
  return {
    seq,
    at,
    actor: actorName(body.actor),
    connection: body.connection.name,
    environment: environmentOf(body.connection.environment),
    statement: body.statement,
    verdict: body.verdict,
    reason: body.reason,
    outcome: body.kind === "refused" ? "blocked" : ended === null ? "running" : shown(ended.outcome),
    rows: ended?.affected ?? ended?.rows ?? null,
    milliseconds: ended?.milliseconds ?? null,
    maskedColumns: body.outputs.filter((output) => output.mask !== null).length,
    risk: body.risk,
  };
}

/** A corrected label among statements: as a comment, since it is none. */
function correctionEntry(seq: number, at: string, body: LabelCorrectedBody): ActivityEntry {
  const { column, from, to, how } = body;
  const name = (label: { readonly infoType: string; readonly level: string }): string =>
    `${label.infoType} (${label.level})`;
  const words = {
    corrected: "corrected",
    shared: "corrected by the workspace",
    taken_back: "correction taken back",
  };
  const change = `${from === null ? "not classified" : name(from)} -> ${name(to)}`;
  return {
    seq,
    at,
    actor: actorName(body.actor),
    connection: body.connection.name,
    environment: environmentOf(body.connection.environment),
    statement: `-- Label of ${column} ${words[how]}: ${change}`,
    verdict: "allow",
    reason: body.reason,
    outcome: "done",
    rows: null,
    milliseconds: null,
    maskedColumns: 0,
    risk: 0,
  };
}

const shown = (outcome: OutcomeBody["outcome"]): ActivityEntry["outcome"] =>
  outcome === "rolled_back" ? "failed" : outcome;

const environmentOf = (text: string): ActivityEntry["environment"] =>
  text === "staging" || text === "development" ? text : "production";
