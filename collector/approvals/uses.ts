import { isAnsweredHere } from "../../protocol/approval/answeredHere.ts";
import type { AuditRecord, IntentBody } from "../../protocol/audit/record.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { VerifiedRecord } from "../ingest/verifiedRecord.ts";
import type { Commit } from "../log/commit.ts";
import type { Approvals } from "./approvals.ts";
import type { ApprovalRequest } from "./request.ts";
import { used } from "./transitions.ts";

/** Between an agent's look at a grant and the intent that uses it. */
const TOLERANCE_MS = 60_000;

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
    if (body.kind !== "intent" || body.grant === null) continue;
    // What an AI agent's own person answered on their machine was never asked for here.
    if (isAnsweredHere(body.grant.id) && body.actor.kind === "ai_agent") continue;
    const request = await commit.approvals.find(body.grant.id);
    const what =
      request === null ? "no such approval was ever asked for" : misuse(request, record, body, chain);
    if (what !== null) {
      const evidence = JSON.stringify({ record: sealed.canonical, request });
      await commit.raise({ kind: "grant", chain, seq: sealed.seq, what, evidence });
    }
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

/** Why it is not what was agreed to; ends a sentence. Null where it is. */
function misuse(
  { asked, state, grantedAt, notAfter }: ApprovalRequest,
  { at }: AuditRecord,
  { connection, statement }: IntentBody,
  chain: Sha256,
): string | null {
  if (asked.kind !== "statement") return "what it names is not an approval of a statement";
  const { subject, statement: shown } = asked.order;
  if (subject.chain !== chain) return "the approval was given to another device";
  if (grantedAt === null || notAfter === null) return "the approval was never granted";
  if (state === "used") return "the approval was used before";
  if (Date.parse(at) > notAfter + TOLERANCE_MS) return "the approval had expired";
  const { host, port, database, engine } = subject.connection;
  if (
    host !== connection.host ||
    port !== connection.port ||
    database !== connection.database ||
    engine !== connection.engine
  )
    return "the approval was given for another connection";
  if (statement !== shown) return "it ran another statement than those who agreed were shown";
  return null;
}
