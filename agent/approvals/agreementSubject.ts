import { actorIdentity } from "../../protocol/actor.ts";
import type { ApprovalSubject } from "../../protocol/approval/approval.ts";
import { canonicalJson } from "../../protocol/audit/seal.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { Judged, JudgeRequest } from "../judge.ts";
import { approvalConnection, hashOf, meaningOf, NO_PARAMETERS } from "./approvalOrder.ts";

/** Everything the answer of a program's person is bound to. */
export function agreementSubject(
  { session, statement, actor, task }: JudgeRequest,
  { facts, decision }: Judged,
): Sha256 {
  return hashOf(
    canonicalJson({
      statement: hashOf(statement.text),
      meaning: facts === null ? null : meaningOf(facts),
      connection: approvalConnection(session.database.profile),
      program: actorIdentity(actor),
      agent: actor.kind === "ai_agent" ? actor.agent : null,
      task: task ?? null,
      rules: decision.findings
        .filter(({ verdict }) => verdict !== "allow")
        .map(({ rule }) => rule)
        .sort(),
      masks: decision.columns.map(({ name, mask }) => [name, mask]),
    }),
  );
}

/** The same as a grant of a collector is bound to it, on this device. Null where no provider knows the person. */
export function questionSubject(
  request: JudgeRequest,
  judged: Judged,
  chain: Sha256,
): ApprovalSubject | null {
  const { actor, statement, session } = request;
  if (actor.kind !== "ai_agent" || actor.onBehalfOf.kind !== "user") return null;
  const { issuer, subject } = actor.onBehalfOf;
  return {
    statement: hashOf(statement.text),
    parameters: NO_PARAMETERS,
    meaning: agreementSubject(request, judged),
    connection: approvalConnection(session.database.profile),
    requester: { issuer, subject },
    chain,
  };
}
