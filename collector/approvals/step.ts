import { type Actor, actorIdentity } from "../../protocol/actor.ts";
import type { RecordBody } from "../../protocol/audit/record.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import { actorOf, type Caller } from "../identity/caller.ts";
import { grantCanonical } from "./grant.ts";
import { type ApprovalRequest, approversOf, programOf, shownOf, subjectHash } from "./request.ts";

/** One change of a request. */
export interface Step {
  /** Null where it is new. */
  readonly before: ApprovalRequest | null;
  readonly after: ApprovalRequest;
  /** Null where time or a record did it. */
  readonly by: Caller | null;
  /** The intent that used it up. */
  readonly use?: { readonly chain: Sha256; readonly seq: number };
}

/** What the collector records of a step, in its own chain. */
export function recordsOf(step: Step): readonly RecordBody[] {
  const { before, after, by } = step;
  if (before === null) return [opened(after, by)];
  const [approval, subject] = [after.id, subjectHash(after)];
  const bodies: RecordBody[] = [];
  const answer = after.answers.length > before.answers.length ? after.answers.at(-1) : undefined;
  if (answer !== undefined && by !== null) {
    const { decision, reason } = answer;
    bodies.push({ kind: "approval_answered", approval, actor: actorOf(by), subject, decision, reason });
  }
  const canonical = grantCanonical(after);
  if (after.redeemed !== null && after.redeemed.times !== before.redeemed?.times && canonical !== null) {
    const { times } = after.redeemed;
    return [{ kind: "approval_redeemed", approval, subject, grant: nodeVerifier.sha256(canonical), times }];
  }
  if (after.state === before.state || after.state === "pending") return bodies;
  if (after.state !== "granted") {
    const actor = by === null ? null : actorOf(by);
    return [
      ...bodies,
      {
        kind: "approval_closed",
        approval,
        subject,
        how: after.state,
        actor,
        use: step.use ?? null,
        ...(after.endReason === "" ? {} : { reason: after.endReason }),
      },
    ];
  }
  if (after.notAfter === null) return bodies;
  const approvers = approversOf(after).map(({ issuer, subject: who }) =>
    actorIdentity({ kind: "user", issuer, subject: who, name: "", groups: [] }),
  );
  return [
    ...bodies,
    {
      kind: "approval_granted",
      approval,
      subject,
      approvers,
      ...(canonical === null ? {} : { grant: nodeVerifier.sha256(canonical) }),
      notAfter: new Date(after.notAfter).toISOString(),
    },
  ];
}

/** A program asks under its own name, whoever's token or device it came with. */
function askerOf(request: ApprovalRequest, by: Caller | null): Actor {
  const { issuer, subject, name } = request.requester;
  const person = by === null ? ({ kind: "user", issuer, subject, name, groups: [] } as const) : actorOf(by);
  const program = programOf(request);
  if (program === undefined) return person;
  const { agent, model, host } = program;
  return { kind: "ai_agent", agent, model, host, onBehalfOf: person, asserted: true };
}

function opened(request: ApprovalRequest, by: Caller | null): RecordBody {
  const { asked } = request;
  const { subject, connectionName, group, needed, purpose } = asked.order;
  const shared = {
    approval: request.id,
    actor: askerOf(request, by),
    chain: subject.chain,
    connection: { name: connectionName, ...subject.connection },
    purpose,
    subject: subjectHash(request),
    shown: shownOf(request),
    group,
    needed,
    expiresAt: new Date(request.expiresAt).toISOString(),
  };
  if (asked.kind === "statement") {
    const { statement } = asked.order;
    return { kind: "approval_opened", ...shared, statement, statementHash: asked.order.subject.statement };
  }
  const { right } = asked.order.subject;
  return {
    kind: "elevation_opened",
    ...shared,
    right: right.kind,
    columns: right.kind === "reveal" ? [...right.columns] : [],
    minutes: asked.order.minutes,
  };
}
