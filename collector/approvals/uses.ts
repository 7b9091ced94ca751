import { actorIdentity } from "../../protocol/actor.ts";
import { idElsewhere, isAnsweredHere } from "../../protocol/approval/answeredHere.ts";
import { letsGoOn } from "../../protocol/approval/stoppedTask.ts";
import type { AuditRecord, IntentBody, RecordBody } from "../../protocol/audit/record.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { VerifiedRecord } from "../ingest/verifiedRecord.ts";
import type { Commit } from "../log/commit.ts";
import type { Approvals } from "./approvals.ts";
import { type ApprovalRequest, isSamePerson, shownOf } from "./request.ts";
import { used } from "./transitions.ts";

/** Between an agent's look at a grant and the intent that uses it. */
const TOLERANCE_MS = 60_000;
/** An agent that does not hear of the end goes on for as long as its lease. */
const LEASE_MS = 60_000;
/** Elevations one statement may rest on without somebody having to look at it. */
const MOST_ELEVATIONS = 50;

/**
 * Notes the grants under which a device's statements ran, inside of the commit that takes its records. Records are taken
 * whatever they say; one that names a grant which was not given for it is something a person has to look at.
 */
export async function noteUses(
  approvals: Pick<Approvals, "take">,
  commit: Commit,
  chain: Sha256,
  records: readonly VerifiedRecord[],
): Promise<void> {
  for (const { record, sealed } of records) {
    const { body } = record;
    const raise = async (what: string | null, request: ApprovalRequest | null): Promise<void> => {
      if (what === null) return;
      const evidence = JSON.stringify({ record: sealed.canonical, request });
      await commit.raise({ kind: "grant", chain, seq: sealed.seq, what, evidence });
    };
    const asked = askedIn(body);
    if (asked !== null) {
      const request = await requestOf(commit, requestId(asked.id));
      await raise(request === null ? null : changedOnTheWay(request, asked.shown, chain), request);
    }
    if (body.kind === "task_resumed" && body.grant !== undefined) {
      const request = await requestOf(commit, requestId(body.grant.id));
      const why = request === null ? "no such approval is known" : resumeMisuse(request, body, chain);
      await raise(why, request);
      if (request === null || request.state === "used" || request.asked.order.subject.chain !== chain)
        continue;
      if (request.grantedAt === null || request.asked.kind !== "statement") continue;
      const use = { chain, seq: sealed.seq };
      await approvals.take(commit, { before: request, after: used(request), by: null, use });
    }
    if (body.kind !== "intent") continue;
    for (const id of (body.elevations ?? []).slice(0, MOST_ELEVATIONS)) {
      const request = await requestOf(commit, id);
      await raise(
        request === null ? "no such elevation is known" : elevationMisuse(request, record, body, chain),
        request,
      );
    }
    if (body.grant === null) continue;
    const ofProgram = isAnsweredHere(body.grant.id) && body.actor.kind === "ai_agent";
    const request = await requestOf(commit, requestId(body.grant.id));
    if (ofProgram && (request === null || request.redeemed === null)) {
      // Its person answered on the machine itself, whether they were asked here too or not; but they answer once.
      const denied = request?.state === "denied" && request.asked.order.subject.chain === chain;
      await raise(denied ? "the person it was asked of had denied it" : null, request);
      continue;
    }
    await raise(
      request === null ? "no such approval is known" : misuse(request, record, body, chain),
      request,
    );
    if (request?.grantedAt == null || request.asked.order.subject.chain !== chain) continue;
    if (request.asked.kind !== "statement" || request.state === "used") continue;
    await approvals.take(commit, {
      before: request,
      after: used(request),
      by: null,
      use: { chain, seq: sealed.seq },
    });
  }
}

/** Null also for what is no id: a device may write what a store cannot even look for. */
const requestOf = async (commit: Commit, id: string): Promise<ApprovalRequest | null> =>
  id.includes("\0") ? null : commit.approvals.find(id);

/** Under which id it is known here. */
const requestId = (id: string): string => (isAnsweredHere(id) ? idElsewhere(id) : id);

/** What a device says it sent to be shown to others. */
function askedIn(body: RecordBody): { readonly id: string; readonly shown: string } | null {
  if (body.kind !== "approval_requested" && body.kind !== "elevation_requested") return null;
  const { shown } = body;
  if (shown === undefined) return null;
  return { id: body.kind === "approval_requested" ? body.approval : body.elevation, shown };
}

/** The same word of a device and of what came here, or why not. */
function changedOnTheWay(request: ApprovalRequest, shown: string, chain: Sha256): string | null {
  if (request.asked.order.subject.chain !== chain) return "it asked under a request of another device";
  return shownOf(request) === shown
    ? null
    : "what it asked is not what others were shown: it was changed on the way";
}

/** Why it is not what was agreed to; ends a sentence. Null where it is. */
function misuse(
  { asked, state, grantedAt, notAfter, redeemed }: ApprovalRequest,
  { at }: AuditRecord,
  body: IntentBody,
  chain: Sha256,
): string | null {
  if (asked.kind !== "statement") return "what it names is not an approval of a statement";
  if (letsGoOn(asked.order)) return "what it names lets a task go on, and no statement run";
  const { subject, statement: shown } = asked.order;
  if (subject.chain !== chain) return "the approval was given to another device";
  if (grantedAt === null || notAfter === null) return "the approval was never granted";
  if (redeemed === null) return "the approval was never handed out for a run";
  if (state === "used") return "the approval was used before";
  if (Date.parse(at) > notAfter + TOLERANCE_MS) return "the approval had expired";
  if (!isSameConnection(subject.connection, body)) return "the approval was given for another connection";
  if (body.statement !== shown) return "it ran another statement than those who agreed were shown";
  return null;
}

/** The same of what lets a stopped task go on. Whether it stands at that stop is the device's to check. */
function resumeMisuse(
  { asked, state, grantedAt, redeemed, requester }: ApprovalRequest,
  { task, actor }: Extract<RecordBody, { kind: "task_resumed" }>,
  chain: Sha256,
): string | null {
  if (asked.kind !== "statement" || !letsGoOn(asked.order)) return "what it names lets no task go on";
  if (asked.order.subject.chain !== chain) return "the approval was given to another device";
  if (asked.order.program?.task !== task) return "the approval was given for another task";
  if (grantedAt === null || redeemed === null) return "nobody has let it go on";
  if (state === "used") return "the approval was used before";
  const person = actor.kind === "user" && isSamePerson(actor, requester);
  return person ? null : "somebody else is said to have let it go on";
}

/** The same of a right that was given for a while. */
function elevationMisuse(
  { asked, grantedAt, notAfter, endedAt }: ApprovalRequest,
  { at }: AuditRecord,
  body: IntentBody,
  chain: Sha256,
): string | null {
  if (asked.kind !== "elevation") return "what it names is not an elevation";
  const { right, connection, requester, chain: device } = asked.order.subject;
  if (device !== chain) return "the elevation was given to another device";
  if (grantedAt === null || notAfter === null) return "the elevation was never granted";
  const person = { kind: "user", name: "", groups: [], ...requester } as const;
  if (actorIdentity(body.actor) !== actorIdentity(person)) return "the elevation was given to somebody else";
  if (Date.parse(at) > notAfter + TOLERANCE_MS) return "the elevation had ended";
  if (endedAt !== null && Date.parse(at) > endedAt + LEASE_MS + TOLERANCE_MS)
    return "the elevation had been ended";
  if (!isSameConnection(connection, body)) return "the elevation was given for another connection";
  if (right.kind === "reveal" && !body.reads.some(({ column }) => right.columns.includes(column)))
    return "the elevation was given for other columns";
  if (right.kind === "write" && body.effect !== "write") return "the elevation was given for writing";
  return null;
}

const isSameConnection = (
  asked: { readonly host: string; readonly port: number; readonly database: string; readonly engine: string },
  { connection }: IntentBody,
): boolean =>
  asked.host === connection.host &&
  asked.port === connection.port &&
  asked.database === connection.database &&
  asked.engine === connection.engine;
