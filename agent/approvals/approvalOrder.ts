import { createHash } from "node:crypto";
import os from "node:os";
import type { Actor, AiAgentActor } from "../../protocol/actor.ts";
import type { ApprovalOrder, ApprovalSubject, AskingProgram } from "../../protocol/approval/approval.ts";
import { ITS_PERSON } from "../../protocol/approval/itsPerson.ts";
import { canonicalJson } from "../../protocol/audit/seal.ts";
import { type ConnectionProfile, effectiveEnvironment } from "../../protocol/connection.ts";
import { type Sha256, sha256 } from "../../protocol/ids.ts";
import type { Judged } from "../judge.ts";
import { columnKey, type StatementFacts } from "../sql/facts.ts";

/** SHA-256 of a text. */
export const hashOf = (text: string): Sha256 => sha256(createHash("sha256").update(text).digest("hex"));

/** Statements are sent as they are, without parameters. */
export const NO_PARAMETERS = hashOf(canonicalJson([]));

/** What an approval of this statement is bound to. Null where it is for nobody a provider knows as a person. */
export function approvalSubject(
  request: {
    readonly text: string;
    readonly actor: Actor;
    readonly profile: ConnectionProfile;
    readonly task?: string;
  },
  facts: StatementFacts,
  chain: Sha256,
): ApprovalSubject | null {
  const { actor, profile, task } = request;
  const person = actor.kind === "ai_agent" && task !== undefined ? actor.onBehalfOf : actor;
  // Nobody vouches for a local user.
  if (person.kind !== "user") return null;
  // What a person was granted, a program of theirs may not use, nor the other way round.
  const program = actor.kind === "ai_agent" ? { program: { agent: actor.agent, task: task ?? null } } : {};
  return {
    statement: hashOf(request.text),
    parameters: NO_PARAMETERS,
    meaning: hashOf(canonicalJson({ ...meaningOf(facts), ...program })),
    connection: approvalConnection(profile),
    requester: { issuer: person.issuer, subject: person.subject },
    chain,
  };
}

/** The database an approval is bound to. */
export const approvalConnection = (profile: ConnectionProfile): ApprovalSubject["connection"] => ({
  engine: profile.engine,
  host: profile.host,
  port: profile.port,
  database: profile.database,
  environment: effectiveEnvironment(profile),
});

/** What the statement was resolved to, whatever names it uses. */
export function meaningOf(facts: StatementFacts) {
  const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();
  return {
    kind: facts.kind,
    effect: facts.effect,
    relations: distinct(facts.relations.map(({ schema, name, access }) => `${access} ${schema}.${name}`)),
    reads: distinct(facts.reads.map(({ column, role }) => `${role} ${columnKey(column)}`)),
    writes: distinct(facts.writes.map(({ column }) => columnKey(column))),
    functions: distinct(facts.functions.map(({ schema, name }) => `${schema}.${name}`)),
  };
}

/** Everything an approver is shown of a statement. `recorded` is its text as the ledger may hold it. */
export function approvalOrder(
  judged: Judged,
  subject: ApprovalSubject,
  shown: {
    readonly recorded: string;
    readonly purpose: string;
    readonly connectionName: string;
    readonly counted: ApprovalOrder["counted"];
    readonly program?: AskingProgram;
  },
): ApprovalOrder {
  const { decision, report } = judged;
  return {
    subject,
    ...whomToAsk(judged, shown.program),
    purpose: shown.purpose,
    device: os.hostname(),
    connectionName: shown.connectionName,
    statement: shown.recorded,
    statementKind: report.kind,
    effect: report.effect,
    reads: report.reads,
    writes: report.writes,
    columns: decision.columns.map(({ name, label, mask, sources }) => ({
      name,
      infoType: label?.infoType ?? null,
      level: label?.level ?? null,
      mask,
      sources,
    })),
    findings: decision.findings.map(({ rule, severity, message, verdict, start, end }) => ({
      rule,
      severity,
      message,
      verdict,
      ...placeIn(shown.recorded, report.statement, start - report.start, end - report.start),
    })),
    risk: { score: decision.risk.score, factors: decision.risk.factors },
    reason: decision.reason,
    policyVersion: decision.policyVersion,
    plannedRows: report.plannedRows ?? null,
    counted: shown.counted,
    maxAffectedRows: allowedRows(judged, shown.counted),
  };
}

/** Who has to agree: as policy says, or the person alone whom a program asks. */
const whomToAsk = (
  { decision: { approvers = "", approvalsNeeded = 1 } }: Judged,
  program: AskingProgram | undefined,
): Pick<ApprovalOrder, "group" | "needed" | "program"> => ({
  ...(program?.asks === "person"
    ? { group: ITS_PERSON, needed: 1 }
    : { group: approvers, needed: approvalsNeeded }),
  ...(program === undefined ? {} : { program }),
});

/** Longer names than these are nothing a person recognises. */
const LONGEST_NAME = 200;

/** How an AI agent is told to whom it asks. */
export const askingProgram = (
  { agent, model, host }: AiAgentActor,
  task: string,
  asks: AskingProgram["asks"],
): AskingProgram => ({
  agent: agent.slice(0, LONGEST_NAME).toWellFormed(),
  model: model.slice(0, LONGEST_NAME).toWellFormed(),
  host: host.slice(0, LONGEST_NAME).toWellFormed(),
  task,
  asks,
});

/** Half as many again as were counted, or else as the planner expects, where that is more than policy lets change. */
function allowedRows({ decision, report }: Judged, counted: ApprovalOrder["counted"]): number | null {
  const limit = decision.obligations.maxAffectedRows;
  const expected = counted === null || counted.more ? (report.plannedRows ?? 0) : counted.rows;
  return limit === undefined ? null : Math.max(limit, Math.ceil(expected * 1.5));
}

/** Where words of a statement stand in its recorded form, which may lack some before them; nowhere, where they are gone. */
function placeIn(recorded: string, original: string, start: number, end: number) {
  if (recorded === original) return { start, end };
  const words = original.slice(start, end);
  if (words === "") return { start: 0, end: 0 };
  let from = -1;
  for (let at = original.indexOf(words); at >= 0 && at <= start; at = original.indexOf(words, at + 1)) {
    from = recorded.indexOf(words, from + 1);
    if (from < 0) return { start: 0, end: 0 };
  }
  return from < 0 ? { start: 0, end: 0 } : { start: from, end: from + words.length };
}
